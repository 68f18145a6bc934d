"""The small catalogue of the simulation: types that merge in every way, records that close, lock and are numbered; three programs, older and newer."""

from records.catalogue.platform import Conflict, NumberBlock
from records.fields import choice, files, integer, long_text, reference, tags, text
from records.kinds import FileRef, Option
from records.record import Record, RecordType, record
from records.words import Words
from records.workflow import Transition, Workflow


def _words(name: str) -> Words:
    return Words(name, name)


_STATES = [Option(name, _words(name)) for name in ("draft", "sent", "done", "dropped")]
_STEPS = (("", "draft"), ("draft", "sent"), ("sent", "done"), ("draft", "dropped"), ("dropped", "draft"))
_DECIDERS = frozenset({"head"})
FLOW = Workflow(
    "state",
    tuple(
        Transition(source, target, _words(target), _DECIDERS if target == "done" else frozenset(), is_submission=target == "sent")
        for source, target in _STEPS
    ),
)


@record(type="note", area="planning", label=_words("note"), title=("title",))
class OlderNote(Record):
    """What a note was before the fields and choices that came with `Note`."""

    title: str = text(_words("title"), in_list=True, searchable=True)
    body: str | None = long_text(_words("body"), default=None, searchable=True)
    marks: tuple[str, ...] | None = tags(_words("marks"), default=None)
    amount: str | None = text(_words("amount"), default=None, together="money")
    source: str | None = text(_words("source"), default=None, together="money")
    place: str | None = text(_words("place"), default=None)
    owner: str | None = text(_words("owner"), default=None)
    mood: str | None = choice(_words("mood"), [Option("calm", _words("calm"))], default=None)


@record(type="note", area="planning", label=_words("note"), title=("title",))
class Note(Record):
    """A record with a set and two fields that move together."""

    title: str = text(_words("title"), in_list=True, searchable=True)
    body: str | None = long_text(_words("body"), default=None, searchable=True)
    marks: tuple[str, ...] | None = tags(_words("marks"), default=None)
    amount: str | None = text(_words("amount"), default=None, together="money")
    source: str | None = text(_words("source"), default=None, together="money")
    place: str | None = text(_words("place"), default=None)
    owner: str | None = text(_words("owner"), default=None)
    mood: str | None = choice(_words("mood"), [Option(name, _words(name)) for name in ("calm", "bright")], default=None)
    shade: str | None = text(_words("shade"), default=None, in_list=True)
    weight: int | None = integer(_words("weight"), default=None)
    papers: tuple[FileRef, ...] | None = files(_words("papers"), default=None)


@record(type="plot", area="property", label=_words("plot"), title=("title",))
class Plot(Record):
    """A type that came later."""

    title: str = text(_words("title"), in_list=True, searchable=True)
    corner: str | None = text(_words("corner"), default=None)
    owner: str | None = text(_words("owner"), default=None)


@record(type="drone", area="platform", label=_words("drone"), title=("title",))
class Drone(Record):
    """A type of a program newer than the server."""

    title: str = text(_words("title"), in_list=True)
    pilot: str | None = text(_words("pilot"), default=None)


@record(type="task", area="planning", label=_words("task"), title=("title",), workflow=FLOW)
class Task(Record):
    """A record with a workflow: a step the server does not take is refused and kept."""

    title: str = text(_words("title"), in_list=True)
    state: str | None = choice(_words("state"), _STATES, default=None)
    result: str | None = text(_words("result"), default=None)
    owner: str | None = text(_words("owner"), default=None)
    remark: str | None = text(_words("remark"), default=None)


@record(type="task", area="planning", label=_words("task"), title=("title",), workflow=FLOW)
class NewerTask(Record):
    """A task with a field the server does not know."""

    title: str = text(_words("title"), in_list=True)
    state: str | None = choice(_words("state"), _STATES, default=None)
    result: str | None = text(_words("result"), default=None)
    owner: str | None = text(_words("owner"), default=None)
    remark: str | None = text(_words("remark"), default=None)
    colour: str | None = text(_words("colour"), default=None)


@record(type="case", area="services", label=_words("case"), title=("title",))
class Case(Record):
    """A record of an area that the province does not see."""

    title: str = text(_words("title"), in_list=True)
    about: str | None = reference(_words("about"), "note", default=None)
    place: str | None = text(_words("place"), default=None)
    owner: str | None = text(_words("owner"), default=None)
    size: int | None = integer(_words("size"), default=None)
    papers: tuple[FileRef, ...] | None = files(_words("papers"), default=None)


def _states(*names: str) -> list[Option]:
    return [Option(name, _words(name)) for name in names]


@record(type="fiscal_year", area="budget", label=_words("year"), title=("note",))
class Year(Record):
    """A year that closes: named as the rules of closing name it."""

    year: int | None = integer(_words("year"), default=None)
    state: str | None = choice(_words("state"), _states("in_force", "closed"), default=None)
    reason: str | None = text(_words("reason"), default=None)
    closed_by: str | None = text(_words("closed by"), default=None)
    closed_on: str | None = text(_words("closed on"), default=None)
    note: str | None = text(_words("note"), default=None)


@record(type="budget_line", area="budget", label=_words("line"), title=("name",))
class Line(Record):
    """A record that closes with its year."""

    fiscal_year: int | None = integer(_words("year"), default=None)
    name: str | None = text(_words("name"), default=None)
    owner: str | None = text(_words("owner"), default=None)


@record(type="remittance", area="budget", label=_words("remittance"), title=("note",))
class Remittance(Record):
    """A day of a cashier: once closed, its receipts are locked."""

    state: str | None = choice(_words("state"), _states("open", "closed"), default=None)
    reopen_reason: str | None = text(_words("why"), default=None)
    note: str | None = text(_words("note"), default=None)
    cashier: str | None = text(_words("cashier"), default=None)


@record(type="receipt", area="budget", label=_words("receipt"), title=("payer",))
class Receipt(Record):
    """A record that no longer changes once it was issued."""

    state: str | None = choice(_words("state"), _states("issued", "void"), default=None)
    book: str | None = text(_words("book"), default=None)
    number: int | None = integer(_words("number"), default=None)
    issued_on: str | None = text(_words("on"), default=None)
    payer: str | None = text(_words("payer"), default=None)
    void_reason: str | None = text(_words("void"), default=None)
    remittance: str | None = reference(_words("remittance"), "remittance", default=None)
    fiscal_year: int | None = integer(_words("year"), default=None)


@record(type="receipt_item", area="budget", label=_words("item"), title=("description",))
class Item(Record):
    """A part that is locked with its receipt."""

    receipt: str | None = reference(_words("receipt"), "receipt", default=None)
    description: str | None = text(_words("what"), default=None)


def _catalogue(*classes: type[Record]) -> dict[str, RecordType]:
    return {cls.spec.type: cls.spec for cls in classes}


_SAME = (Case, Conflict, NumberBlock, Year, Line, Remittance, Receipt, Item)
CATALOGUE = _catalogue(Note, Task, Plot, *_SAME)
"""What the server knows."""
GENERATIONS = (_catalogue(OlderNote, Task, *_SAME), CATALOGUE, _catalogue(Note, NewerTask, Plot, Drone, *_SAME))
"""What the programs of desks know: older than the server, as the server, newer than the server."""
ALL_TYPES = frozenset(GENERATIONS[-1])
LOCKING_FIELDS = {
    "fiscal_year": ("note",),
    "budget_line": ("name", "owner"),
    "remittance": ("note", "cashier"),
    "receipt": ("payer", "void_reason"),
    "receipt_item": ("description",),
}
"""As `TOKEN_FIELDS`, of the types whose records close and lock."""
TOKEN_FIELDS = {
    "note": ("title", "body", "amount", "source", "place", "owner"),
    "task": ("title", "result", "owner", "remark"),
    "case": ("title", "place", "owner"),
    **LOCKING_FIELDS,
}
"""The fields that hold a text found nowhere else, so that an edit can be followed wherever it goes."""
LATER_FIELDS = {
    1: {"note": ("shade",), "plot": ("title", "corner", "owner")},
    2: {"drone": ("title", "pilot"), "task": ("colour",)},
}
"""Those that came with a generation."""


def token_fields(generation: int, *, locking: bool) -> dict[str, tuple[str, ...]]:
    """The token fields of the types a program of that generation knows."""
    found = {one: names for one, names in TOKEN_FIELDS.items() if locking or one not in LOCKING_FIELDS}
    for number, later in LATER_FIELDS.items():
        if generation >= number:
            found.update({one: (*found.get(one, ()), *names) for one, names in later.items()})
    return found
