"""The small catalogue of the simulation: three types that together merge in every way."""

from records.catalogue.platform import Conflict
from records.fields import choice, integer, long_text, reference, tags, text
from records.kinds import Option
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
    tuple(Transition(source, target, _words(target), _DECIDERS if target == "done" else frozenset()) for source, target in _STEPS),
)


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


@record(type="task", area="planning", label=_words("task"), title=("title",), workflow=FLOW)
class Task(Record):
    """A record with a workflow: a step the server does not take is refused and kept."""

    title: str = text(_words("title"), in_list=True)
    state: str | None = choice(_words("state"), _STATES, default=None)
    result: str | None = text(_words("result"), default=None)
    owner: str | None = text(_words("owner"), default=None)
    remark: str | None = text(_words("remark"), default=None)


@record(type="case", area="services", label=_words("case"), title=("title",))
class Case(Record):
    """A record of an area that the province does not see."""

    title: str = text(_words("title"), in_list=True)
    about: str | None = reference(_words("about"), "note", default=None)
    place: str | None = text(_words("place"), default=None)
    owner: str | None = text(_words("owner"), default=None)
    size: int | None = integer(_words("size"), default=None)


CATALOGUE: dict[str, RecordType] = {cls.spec.type: cls.spec for cls in (Note, Task, Case, Conflict)}
TOKEN_FIELDS = {
    "note": ("title", "body", "amount", "source", "place", "owner"),
    "task": ("title", "result", "owner", "remark"),
    "case": ("title", "place", "owner"),
}
"""The fields that hold a text found nowhere else, so that an edit can be followed wherever it goes."""
