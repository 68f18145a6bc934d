"""A push as desks send it, with every member of every change there and none besides: read, and its shape judged, for all changes at once.

It decides nothing new: what is told here of a thousand changes in a few passes is what `json_in` and `shape` tell of each. Where anything is
out of the ordinary it says so by None, and the change goes the long way.
"""

from collections.abc import Collection, Sequence

import msgspec

from records.changes import Change, MergeNote, Origin
from records.ids import are_ids
from records.kinds import Json
from records.kinds.base import LARGEST_INTEGER
from records.protocol import Limits
from records.stored import ACCOUNT_NAME, NAME, are_plain
from server_stub.shape import Shaped, are_moments, are_names

_LONGEST_TEXT = 200
"""Characters of an account's name or a hash up to which a change's envelope cannot make it too large."""
_NO_NAMES = b"[]"
_FIELDS = msgspec.json.Encoder(order="sorted")


class WholeChange(Change, frozen=True, kw_only=True, gc=False, forbid_unknown_fields=True):
    """A change with all its members."""

    set: dict[str, Json]
    unset: tuple[str, ...]
    group: str | None
    schema: int
    merge: MergeNote | None
    origin: Origin | None


class WholePush(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A push of such changes."""

    streams: dict[str, object]
    changes: list[WholeChange]
    brief: bool = False


_PUSH = msgspec.json.Decoder(WholePush)


def read_push(body: bytes) -> WholePush | None:
    """The push; None for a body that must be read the long way, whatever is the matter with it.

    With no member that may be left out or was dropped, what is read has as many names as what was sent unless one stands there twice: the
    test of `json_in.decode`.
    """
    try:
        push = _PUSH.decode(body)
        is_once = b"\\u003" not in body and body.count(b":") == msgspec.json.encode(push).count(b":")
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return None
    return push if is_once else None


def shapes_of(changes: Sequence[Change], limits: Limits) -> list[Shaped | None]:
    """Each change with its parts as they are stored, as `shape.shaped` would give it; None for one that `shaped` must judge."""
    plain = [change for change in changes if _is_ordinary(change)]
    if not plain or not _are_enveloped(plain) or not _are_filled(plain):
        return [None] * len(changes)
    room = limits.record - len(_NO_NAMES)
    shapes: list[Shaped | None] = []
    ordinary = {id(change) for change in plain}
    for change in changes:
        shape = None
        if id(change) in ordinary:
            fields = _FIELDS.encode(change.set)
            shape = Shaped(change, fields, _NO_NAMES) if len(fields) <= room else None
        shapes.append(shape)
    return shapes


def _is_ordinary(change: Change) -> bool:
    return (
        change.op == "put" and not change.unset and change.merge is None and change.origin is None and 0 <= change.schema <= LARGEST_INTEGER
    )


def _are_enveloped(changes: Sequence[Change]) -> bool:
    """Whether ids, names, times and bases are of the right form, as `shape._check_envelope` asks."""
    ids = [change.change_id for change in changes]
    ids += [change.id for change in changes]
    ids += [change.group for change in changes if change.group is not None]
    bases = [change.base for change in changes if change.base is not None]
    texts = {base.hash for base in bases}
    return (
        are_ids(ids)
        and all(NAME.fullmatch(name) for name in {change.type for change in changes})
        and all(len(name) <= _LONGEST_TEXT and ACCOUNT_NAME.fullmatch(name) for name in {change.made_by for change in changes})
        and are_moments({change.made_at for change in changes})
        and all(-LARGEST_INTEGER <= base.version <= LARGEST_INTEGER for base in bases)
        and all(len(text) <= _LONGEST_TEXT for text in texts)
        and are_plain(texts - {""})
    )


def _are_filled(changes: Sequence[Change]) -> bool:
    """Whether names and values of all fields are plain, as `shape._check_fields` asks."""
    named: set[tuple[str, ...]] = {tuple(change.set) for change in changes}
    values: Collection[object] = [value for change in changes for value in change.set.values()]
    return all(map(are_names, named)) and are_plain(values)
