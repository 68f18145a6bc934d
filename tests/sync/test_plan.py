"""What is planned when two versions of a record meet."""

from collections.abc import Iterator
from itertools import count

from msgspec.structs import replace

from desktop.sync.plan import Action, Conflict, Desk, DropAgreed, MergeQuietly, Nothing, Observe, Rebase, joined, meet, settle
from records.catalogue import BY_TYPE
from records.changes import Base, Change, MergeNote, Snapshot
from records.ids import conflict_id
from records.kinds import Json
from tests.simulation.kinds import CATALOGUE

RECORD = "01a20244-ebe8-720c-93f8-f5d40f6cd1b9"


def desk() -> Desk:
    numbers: Iterator[int] = count(1)
    return Desk(CATALOGUE, "d1", lambda: f"new-{next(numbers)}")


def snapshot(version: int, change_id: str = "theirs", *, deleted: bool = False, **fields: Json) -> Snapshot:
    return Snapshot(
        stream="office/1", type="note", id=RECORD, version=version, hash=f"h{version}", seq=version, deleted=deleted, fields=fields,
        schema=1, changed_at="2026-11-21T00:00:00Z", changed_by="somsri", device="d2", change_id=change_id,
    )  # fmt: skip


def change(change_id: str = "mine", op: str = "put", version: int | None = 1, group: str | None = None, **values: Json) -> Change:
    return Change(
        change_id=change_id, stream="office/1", type="note", id=RECORD, base=Base(version, f"h{version}") if version else None,
        op="delete" if op == "delete" else "put", set=values, group=group, made_at="2026-11-22T00:00:00Z", made_by="somchai",
    )  # fmt: skip


def left(action: Action) -> Change:
    assert isinstance(action, Rebase | MergeQuietly | Conflict)
    assert action.change is not None
    return action.change


def test_the_snapshot_already_held_changes_nothing() -> None:
    held = snapshot(1, title="a")

    assert meet(held, held, [change(title="b")], desk()) == Nothing()


def test_a_record_nothing_waits_for_becomes_the_snapshot() -> None:
    theirs = snapshot(2, title="b")

    assert meet(theirs, snapshot(1, title="a"), [], desk()) == Observe(theirs)


def test_a_version_that_altered_nothing_only_moves_the_base() -> None:
    action = meet(snapshot(2, title="a"), snapshot(1, title="a"), [change(title="b")], desk())

    assert isinstance(action, Rebase)
    assert (left(action).change_id, left(action).base, left(action).set, left(action).merge) == (
        "new-1",
        Base(2, "h2"),
        {"title": "b"},
        None,
    )


def test_edits_of_different_fields_merge_quietly_and_say_so() -> None:
    action = meet(snapshot(2, title="a", body="c"), snapshot(1, title="a"), [change(title="b", group="g")], desk())

    assert isinstance(action, MergeQuietly)
    assert left(action).merge == MergeNote(True, ("h2", "h1"))
    assert (left(action).set, left(action).group, left(action).made_by) == ({"title": "b"}, "g", "somchai")


def test_a_conflict_goes_in_one_group_with_what_is_left_of_mine() -> None:
    action = meet(snapshot(2, title="c"), snapshot(1, title="a"), [change(title="b", body="d")], desk())

    assert isinstance(action, Conflict)
    assert left(action).set == {"body": "d"}
    assert left(action).group == action.conflict.group is not None
    assert (action.conflict.id, action.conflict.base) == (conflict_id(RECORD, "mine"), None)


def test_a_conflict_that_leaves_nothing_of_mine_goes_alone() -> None:
    action = meet(snapshot(2, title="c"), snapshot(1, title="a"), [change(title="b")], desk())

    assert isinstance(action, Conflict)
    assert (action.change, action.conflict.group) == (None, None)


def test_a_conflict_stays_in_the_group_of_the_losing_change() -> None:
    action = meet(snapshot(2, title="c"), snapshot(1, title="a"), [change(title="b", group="g")], desk())

    assert isinstance(action, Conflict)
    assert action.conflict.group == "g"


def test_the_group_of_a_stale_change_holds_for_the_edit_made_after_it() -> None:
    waiting = [change("sent", group="g", title="b"), change("later", group="h", body="d")]

    action = meet(snapshot(2, title="a", place="x"), snapshot(1, title="a"), waiting, desk())

    assert (left(action).set, left(action).group) == ({"title": "b", "body": "d"}, "g")


def test_both_sides_that_say_the_same_need_nothing_more() -> None:
    theirs = snapshot(2, title="b")

    assert meet(theirs, snapshot(1, title="a"), [change(title="b")], desk()) == DropAgreed(theirs)


def test_a_conflict_about_a_conflict_takes_theirs() -> None:
    base, theirs = (replace(snapshot(v, state=s), type="conflict") for v, s in ((1, "open"), (2, "settled")))
    mine = replace(change(settled_by="me", state="merged"), type="conflict")

    action = meet(theirs, base, [mine], desk())

    assert not isinstance(action, Conflict)


def test_an_own_version_gives_the_later_edit_its_base_and_keeps_its_id() -> None:
    action = settle(
        snapshot(2, "sent", title="b"), snapshot(1, title="a"), change("sent", title="b"), [change("later", version=None, body="d")], desk()
    )

    assert isinstance(action, Rebase)
    assert (left(action).change_id, left(action).base) == ("later", Base(2, "h2"))


def test_what_others_wrote_after_mine_is_merged_on_top_of_mine() -> None:
    action = settle(
        snapshot(3, title="c"), snapshot(1, title="a"), change("sent", title="b"), [change("later", version=None, body="d")], desk()
    )

    assert isinstance(action, MergeQuietly)
    assert left(action).set == {"body": "d"}


def test_what_others_wrote_after_mine_conflicts_with_the_later_edit_only() -> None:
    action = settle(
        snapshot(3, title="c"), snapshot(1, title="a"), change("sent", title="b"), [change("later", version=None, title="d")], desk()
    )

    assert isinstance(action, Conflict)
    details = action.conflict.set["details"]
    assert isinstance(details, list)
    assert isinstance(details[0], dict)
    assert (details[0]["base"], details[0]["mine"], details[0]["theirs"]) == ("b", "d", "c")


def test_a_refused_change_and_the_edit_after_it_become_one() -> None:
    both = joined(change("sent", title="b", body="x"), replace(change("later", version=None, title="d"), unset=("body",)), "new")

    assert both is not None
    assert (both.change_id, both.base, both.set, both.unset) == ("new", Base(1, "h1"), {"title": "d"}, ("body",))


def test_a_refused_change_and_the_deletion_after_it_are_a_deletion() -> None:
    both = joined(change("sent", title="b"), change("later", "delete", version=None), "new")

    assert both is not None
    assert (both.op, both.base, both.set) == ("delete", Base(1, "h1"), {})


def test_a_refused_creation_and_its_deletion_are_nothing() -> None:
    assert joined(change("sent", version=None, title="b"), change("later", "delete", version=None), "new") is None


def test_an_error_that_a_merge_made_becomes_a_conflict() -> None:
    strict = Desk(CATALOGUE, "d1", lambda: "new", lambda spec: lambda fields: ["body"] if fields.keys() >= {"body", "place"} else [])

    action = meet(snapshot(2, title="a", place="x"), snapshot(1, title="a"), [change(body="d")], strict)

    assert isinstance(action, Conflict)


def test_the_end_moved_before_the_beginning_by_two_desks_is_a_conflict() -> None:
    base, theirs = (
        replace(snapshot(v, valid_from=begin, valid_to="2026-12-31"), type="office_code")
        for v, begin in ((1, "2026-10-01"), (2, "2026-12-01"))
    )
    wish = replace(change(valid_to="2026-11-01"), type="office_code")

    action = meet(theirs, base, [wish], Desk(BY_TYPE, "d1", lambda: "new"))

    assert isinstance(action, Conflict)
    assert action.change is None
