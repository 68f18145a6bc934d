"""The merge table of docs/protocol.md, one sentence a case."""

from dataclasses import dataclass, field

import pytest

from records.changes import Base, Change, Snapshot
from records.fields import choice, files, long_text, money, tags, text
from records.kinds import FileRef, Json, Option
from records.merge import DELETION, FieldConflict, Merged, Projected, conflict_fields, merge, project
from records.record import Record, record
from records.words import Words
from records.workflow import Transition, Workflow

WORD = Words("คำ", "word")
STEPS = Workflow("state", (Transition("", "draft", WORD), Transition("draft", "sent", WORD), Transition("draft", "dropped", WORD)))


@record(type="thing", area="planning", label=WORD, title=("title",), workflow=STEPS)
class Thing(Record):
    """A record with a field of every kind that merges differently."""

    title: str = text(WORD)
    note: str | None = text(WORD, default=None)
    story: str | None = long_text(WORD, default=None)
    amount: int | None = money(WORD, default=None, together="amount")
    source: str | None = text(WORD, default=None, together="amount")
    state: str | None = choice(WORD, [Option("draft", WORD), Option("sent", WORD), Option("dropped", WORD)], default=None)
    marks: tuple[str, ...] | None = tags(WORD, default=None)
    papers: tuple[FileRef, ...] | None = files(WORD, default=None)


def alive(**fields: Json) -> Projected:
    return Projected(fields, deleted=False)


def gone(**fields: Json) -> Projected:
    return Projected(fields, deleted=True)


def clash(*names: str, base: dict[str, Json], mine: dict[str, Json], theirs: dict[str, Json]) -> FieldConflict:
    return FieldConflict(names, base, mine, theirs)


def paper(digit: str) -> Json:
    return {"sha256": digit * 64, "name": f"{digit}.pdf", "size": 10, "media_type": "application/pdf"}


@dataclass(frozen=True)
class Case:
    sentence: str
    base: Projected | None
    mine: Projected
    theirs: Projected
    result: Merged = field(default_factory=lambda: Merged("none"))


CASES = (
    Case("nobody changed anything", alive(title="a"), alive(title="a"), alive(title="a")),
    Case("what only mine changed is sent", alive(title="a"), alive(title="b"), alive(title="a"), Merged("put", {"title": "b"}, merged=("title",))),
    Case("what only theirs changed stands", alive(title="a"), alive(title="a"), alive(title="b")),
    Case("both changed it to the same", alive(title="a"), alive(title="b"), alive(title="b")),
    Case(
        "both changed one field differently: theirs is shown, mine is kept aside",
        alive(title="a"), alive(title="b"), alive(title="c"),
        Merged("none", conflicts=(clash("title", base={"title": "a"}, mine={"title": "b"}, theirs={"title": "c"}),)),
    ),
    Case(
        "different fields merge by themselves",
        alive(title="a", note="n"), alive(title="b", note="n"), alive(title="a", note="m"), Merged("put", {"title": "b"}, merged=("title",)),
    ),
    Case("mine emptied a field they left alone", alive(title="a", note="n"), alive(title="a"), alive(title="a", note="n"), Merged("put", {}, ("note",), merged=("note",))),
    Case(
        "mine emptied a field they changed",
        alive(title="a", note="n"), alive(title="a"), alive(title="a", note="m"),
        Merged("none", conflicts=(clash("note", base={"note": "n"}, mine={}, theirs={"note": "m"}),)),
    ),
    Case("additions to a set unite", alive(marks=["b"]), alive(marks=["a", "b"]), alive(marks=["b", "c"]), Merged("put", {"marks": ["a", "b", "c"]}, merged=("marks",))),
    Case("a removal from a set beats an element they left alone", alive(marks=["a", "b"]), alive(marks=["b"]), alive(marks=["a", "b", "c"]), Merged("put", {"marks": ["b", "c"]}, merged=("marks",))),
    Case("their removal beats an element mine left alone", alive(marks=["a", "b"]), alive(marks=["a", "b", "c"]), alive(marks=["b"]), Merged("put", {"marks": ["b", "c"]}, merged=("marks",))),
    Case("a set emptied from both ends loses its value", alive(marks=["a", "b"]), alive(marks=["a"]), alive(marks=["b"]), Merged("put", {}, ("marks",), merged=("marks",))),
    Case("a set both began unites", alive(), alive(marks=["b"]), alive(marks=["a"]), Merged("put", {"marks": ["a", "b"]}, merged=("marks",))),
    Case("a set emptied by them keeps what mine added", alive(marks=["a"]), alive(marks=["a", "b"]), alive(), Merged("put", {"marks": ["b"]}, merged=("marks",))),
    Case("files unite by their content", alive(), alive(papers=[paper("2")]), alive(papers=[paper("1")]), Merged("put", {"papers": [paper("1"), paper("2")]}, merged=("papers",))),
    Case(
        "fields that move together conflict as one",
        alive(amount=100, source="ง"), alive(amount=200, source="ง"), alive(amount=100, source="จ"),
        Merged("none", conflicts=(clash("amount", "source", base={"amount": 100, "source": "ง"}, mine={"amount": 200, "source": "ง"}, theirs={"amount": 100, "source": "จ"}),)),
    ),
    Case(
        "fields that move together are taken as one",
        alive(amount=100, source="ง"), alive(amount=200), alive(amount=100, source="ง", title="x"),
        Merged("put", {"amount": 200}, ("source",), merged=("amount", "source")),
    ),
    Case("one side moved the state", alive(state="draft"), alive(state="sent"), alive(state="draft", note="m"), Merged("put", {"state": "sent"}, merged=("state",))),
    Case(
        "both moved the state differently",
        alive(state="draft"), alive(state="sent"), alive(state="dropped"),
        Merged("none", conflicts=(clash("state", base={"state": "draft"}, mine={"state": "sent"}, theirs={"state": "dropped"}),)),
    ),
    Case(
        "long texts changed by both are kept whole on both sides",
        alive(story="a"), alive(story="a\nb"), alive(story="a\nc"),
        Merged("none", conflicts=(clash("story", base={"story": "a"}, mine={"story": "a\nb"}, theirs={"story": "a\nc"}),)),
    ),
    Case("both deleted it: agreed", alive(title="a"), gone(title="a"), gone(title="a")),
    Case("mine deleted what they left alone", alive(title="a"), gone(title="a"), alive(title="a"), Merged("delete")),
    Case(
        "mine deleted what they edited: the record stays",
        alive(title="a"), gone(title="a"), alive(title="b"),
        Merged("none", conflicts=(clash(DELETION, base={}, mine={DELETION: True}, theirs={}),)),
    ),
    Case("they deleted what mine left alone", alive(title="a"), alive(title="a"), gone(title="a")),
    Case(
        "they deleted what mine edited: the record stays, with the edit",
        alive(title="a"), alive(title="b"), gone(title="a"),
        Merged("put", {"title": "b"}, conflicts=(clash(DELETION, base={}, mine={}, theirs={DELETION: True}),), merged=("title",)),
    ),
    Case(
        "they edited and deleted what mine edited: the record stays and the field waits too",
        alive(title="a"), alive(title="b"), gone(title="c"),
        Merged("put", conflicts=(
            clash(DELETION, base={}, mine={}, theirs={DELETION: True}),
            clash("title", base={"title": "a"}, mine={"title": "b"}, theirs={"title": "c"}),
        )),
    ),
    Case("mine restored what was deleted all along", gone(title="a"), alive(title="a"), gone(title="a"), Merged("put")),
    Case("both restored it, mine with an edit", gone(title="a"), alive(title="b"), alive(title="a"), Merged("put", {"title": "b"}, merged=("title",))),
    Case("they restored what mine still holds deleted", gone(title="a"), gone(title="a"), alive(title="b")),
    Case("no base known and no difference", None, alive(title="a"), alive(title="a")),
    Case(
        "no base known: any difference is a conflict, of sets too",
        None, alive(title="a", marks=["b"]), alive(title="a", marks=["c"], note="n"),
        Merged("none", conflicts=(
            clash("marks", base={}, mine={"marks": ["b"]}, theirs={"marks": ["c"]}),
            clash("note", base={}, mine={}, theirs={"note": "n"}),
        )),
    ),
    Case(
        "no base known and mine deleted it",
        None, gone(title="a"), alive(title="a"),
        Merged("none", conflicts=(clash(DELETION, base={}, mine={DELETION: True}, theirs={}),)),
    ),
    Case("a field of a newer program merges whole", alive(newer=[1]), alive(newer=[1, 2]), alive(newer=[1], title="x"), Merged("put", {"newer": [1, 2]}, merged=("newer",))),
    Case(
        "a field of a newer program changed by both is a conflict",
        alive(newer=[1]), alive(newer=[1, 2]), alive(newer=[1, 3]),
        Merged("none", conflicts=(clash("newer", base={"newer": [1]}, mine={"newer": [1, 2]}, theirs={"newer": [1, 3]}),)),
    ),
    Case(
        "a set that is no list any more merges whole",
        alive(marks=["a"]), alive(marks=["b"]), alive(marks={"new": 1}),
        Merged("none", conflicts=(clash("marks", base={"marks": ["a"]}, mine={"marks": ["b"]}, theirs={"marks": {"new": 1}}),)),
    ),
)  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.sentence)
def test_a_merge_follows_the_table(case: Case) -> None:
    assert merge(Thing.spec, case.base, case.mine, case.theirs) == case.result


def test_a_type_of_a_newer_program_merges_field_by_field() -> None:
    merged = merge(None, alive(a=1, b=["x"]), alive(a=2, b=["x"]), alive(a=1, b=["x", "y"]))

    assert merged == Merged("put", {"a": 2}, merged=("a",))


def test_the_merged_record_holds_every_edit_that_did_not_conflict() -> None:
    base, mine, theirs = alive(title="a", note="n"), alive(title="b"), alive(title="a", note="n", story="s")

    merged = merge(Thing.spec, base, mine, theirs)

    assert {**{k: v for k, v in theirs.fields.items() if k not in merged.unset}, **merged.set} == {"title": "b", "story": "s"}


def test_an_error_neither_side_had_takes_my_field_back() -> None:
    def check(fields: object) -> list[str]:
        return ["note"] if fields == {"title": "b", "note": "b"} else []

    merged = merge(Thing.spec, alive(title="a", note="a"), alive(title="a", note="b"), alive(title="b", note="a"), check)

    assert merged == Merged("none", conflicts=(clash("note", base={"note": "a"}, mine={"note": "b"}, theirs={"note": "a"}),))


def test_an_error_that_names_no_field_of_mine_takes_all_of_mine_back() -> None:
    def check(fields: object) -> list[str]:
        return ["title"] if fields == {"title": "b", "note": "b"} else []

    merged = merge(Thing.spec, alive(title="a", note="a"), alive(title="a", note="b"), alive(title="b", note="a"), check)

    assert [conflict.names for conflict in merged.conflicts] == [("note",)]


def test_an_error_mine_had_before_is_no_conflict() -> None:
    merged = merge(
        Thing.spec, alive(title="a"), alive(title="a", note="b"), alive(title="b"), lambda fields: ["note"] if "note" in fields else []
    )

    assert merged == Merged("put", {"note": "b"}, merged=("note",))


def change(op: str = "put", **set_fields: Json) -> Change:
    return Change(
        change_id="c1", stream="office/1", type="thing", id="r1", base=Base(1, "h"), op="delete" if op == "delete" else "put",
        set=set_fields, made_at="2026-11-22T00:00:00Z", made_by="somchai",
    )  # fmt: skip


def snapshot(*, deleted: bool = False, **fields: Json) -> Snapshot:
    return Snapshot(
        stream="office/1", type="thing", id="r1", version=1, hash="h", seq=1, deleted=deleted, fields=fields, schema=1,
        changed_at="2026-11-21T00:00:00Z", changed_by="somsri", device="d2", change_id="c0",
    )  # fmt: skip


def test_a_record_is_its_snapshot_with_the_waiting_changes_on_top() -> None:
    assert project(snapshot(title="a", note="n"), [change(title="b"), change(story="s")]) == alive(title="b", note="n", story="s")


def test_a_waiting_deletion_keeps_the_fields() -> None:
    assert project(snapshot(title="a"), [change("delete")]) == gone(title="a")


def test_a_put_on_a_deleted_record_restores_it() -> None:
    assert project(snapshot(deleted=True, title="a"), [change(note="n")]) == alive(title="a", note="n")


def test_a_record_nobody_made_is_none() -> None:
    assert project(None, []) is None
    assert project(None, [change("delete")]) is None


def test_a_conflict_says_who_when_and_where_on_both_sides_and_leaves_absent_values_out() -> None:
    fields = conflict_fields(
        spec=Thing.spec, grade="conflict", losing=change(title="b"), device="d1", theirs=snapshot(title="c"),
        conflicts=[clash("title", base={}, mine={"title": "b"}, theirs={"title": "c"})],
    )  # fmt: skip

    assert fields == {
        "record_type": "thing",
        "record_id": "r1",
        "record_title": "c",
        "area": "planning",
        "grade": "conflict",
        "state": "open",
        "details": [
            {
                "name": "title", "mine": "b", "theirs": "c", "mine_by": "somchai", "mine_at": "2026-11-22T00:00:00Z", "mine_device": "d1",
                "theirs_by": "somsri", "theirs_at": "2026-11-21T00:00:00Z", "theirs_device": "d2",
            },
        ],
    }  # fmt: skip
