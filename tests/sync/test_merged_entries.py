"""What a merge that needed nobody leaves for people to read: one entry of grade `merged`, with every desk, beside the change."""

from desktop.storage import outbox
from records.kinds import Json
from records.merge import FieldConflict, Projected, brought_together, conflict_fields, retold
from records.stored import stored_bytes
from tests.simulation.desk import Desk, details_of
from tests.simulation.kinds import CATALOGUE
from tests.sync.office import Office, fields, shared, sync
from tests.sync.test_plan import change, snapshot
from tests.sync.test_settlement import during_push, edit


def entries(desk: Desk) -> list[dict[str, Json]]:
    """The details of every entry of grade `merged` at a desk, by entry, by field."""
    rows = [row for row in desk.rows_of(("conflict",)) if row.fields["grade"] == "merged"]
    return [{str(one["name"]): dict(one) for one in details_of(row)} for row in rows]


def test_a_quiet_merge_is_told_to_every_desk_with_both_sides_of_it(office: Office) -> None:
    one, two, row = shared(office)
    edit(two, row, body="ค")()
    sync(two)
    edit(one, row, title="ข")()

    report = sync(one)

    sync(two)
    assert (report.pushed, report.merged, report.conflicts, report.done) == (1, 1, 0, True)
    assert entries(one) == entries(two)
    (told,) = entries(one)
    assert isinstance(told["title"], dict)
    assert isinstance(told["body"], dict)
    assert (told["title"]["base"], told["title"]["mine"], told["title"]["theirs"]) == ("ก", "ข", "ก")
    assert ("base" in told["body"], told["body"]["theirs"], told["body"]["theirs_by"], told["body"]["mine_by"]) == (
        False,
        "ค",
        "two",
        "one",
    )


def test_the_entry_of_a_merge_is_settled_from_the_beginning_and_goes_in_one_group(office: Office) -> None:
    one, two, row = shared(office)
    edit(two, row, body="ค")()
    sync(two)
    edit(one, row, title="ข")()
    sync(one)

    (entry,) = one.rows_of(("conflict",))
    with office.storage.read([row.stream]) as reader:
        written = list(reader.revisions_in_order(row.stream))

    assert (entry.fields["state"], entry.fields["grade"]) == ("settled", "merged")
    assert [revision.type for revision in written[-2:]] == [row.type, "conflict"]
    assert written[-1].group_id == written[-2].group_id is not None


def test_desks_that_sync_on_make_no_entries_about_entries(office: Office) -> None:
    one, two, row = shared(office)
    edit(two, row, body="ค")()
    sync(two)
    edit(one, row, title="ข")()
    for _ in range(3):
        sync(one)
        sync(two)

    assert len(one.rows_of(("conflict",))) == len(two.rows_of(("conflict",))) == 1


def test_a_merge_that_meets_another_version_before_it_was_sent_stays_one_entry(office: Office) -> None:
    one, two, row = shared(office)
    edit(two, row, body="ค")()
    sync(two)
    edit(one, row, title="ข")()

    def once_more() -> None:
        edit(two, row, place="ง")()
        sync(two)

    during_push(office, "before", once_more, one)
    sync(one)

    (told,) = entries(one)
    assert set(told) == {"title", "body", "place"}
    assert fields(one, row) == {"title": "ข", "body": "ค", "place": "ง"}
    with one.database.reading() as connection:
        assert outbox.everything(connection) == []


def test_an_edit_that_met_nothing_of_others_is_no_merge(office: Office) -> None:
    one, two, row = shared(office)
    edit(one, row, title="ข")()
    sync(one)
    edit(one, row, body="ค")()
    sync(one)
    sync(two)

    assert entries(two) == []


def test_what_a_set_became_is_told_where_it_is_neither_sides() -> None:
    was: tuple[list[Json], ...] = (["a"], ["a", "b"], ["a", "c"])
    base, mine, theirs = (Projected({"marks": marks}, deleted=False) for marks in was)
    told = conflict_fields(
        spec=CATALOGUE["note"], grade="merged", conflicts=brought_together(base, mine, theirs), losing=change(), device="d1",
        theirs=snapshot(2), merged={"marks": ["a", "b", "c"]},
    )  # fmt: skip

    (detail,) = details(told)
    assert (detail["mine"], detail["theirs"], detail["merged"]) == (["a", "b"], ["a", "c"], ["a", "b", "c"])


def test_an_entry_of_long_texts_names_the_fields_and_leaves_the_texts_to_the_history() -> None:
    long = FieldConflict(("body",), {"body": "ก" * 60_000}, {"body": "ข" * 60_000}, {"body": "ก" * 60_000})
    for grade, has_values in (("merged", False), ("conflict", True)):
        told = conflict_fields(
            spec=CATALOGUE["note"], grade="merged" if grade == "merged" else "conflict", conflicts=[long], losing=change(), device="d1",
            theirs=snapshot(2),
        )  # fmt: skip

        (detail,) = details(told)
        assert (detail["name"], "mine" in detail) == ("body", has_values)
        assert (len(stored_bytes(told)) < 64 * 1024) is not has_values


def test_what_a_later_merge_says_of_a_field_keeps_what_the_first_began_from() -> None:
    first: list[Json] = [{"name": "title", "base": "ก", "theirs": "ข"}, {"name": "body", "base": "x", "mine": "y", "theirs": "x"}]
    later: list[Json] = [{"name": "title", "base": "ข", "theirs": "ค"}]

    assert retold(first, later) == [{"name": "title", "base": "ก", "theirs": "ค"}, first[1]]


def details(entry: dict[str, Json]) -> list[dict[str, Json]]:
    """The details of the wire fields of an entry."""
    found = entry["details"]
    assert isinstance(found, list)
    return [dict(one) for one in found if isinstance(one, dict)]
