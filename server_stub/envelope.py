"""Taking a request apart: what is wrong here is wrong with the whole call (422 or 413), not with one change."""

import re
from collections.abc import Mapping

from records.kinds.base import LARGEST_INTEGER
from records.protocol import Limits, Position
from server_stub.problems import invalid, too_large
from server_stub.push import Incoming
from server_stub.shape import is_too_large, size_of
from server_stub.whole_push import WholePush

STREAM_NAME = re.compile(r"[a-z0-9][a-z0-9._/-]{0,99}")


def _object(value: object, pointer: str) -> Mapping[str, object]:
    if not isinstance(value, dict):
        raise invalid(pointer, "an object is needed")
    return value


def _seq(value: object, pointer: str) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= LARGEST_INTEGER:
        raise invalid(pointer, "a seq is an integer from 0")
    return value


def _chain(value: object, pointer: str) -> str:
    if not isinstance(value, str):
        raise invalid(pointer, "a chain is 16 hex digits")
    return value


def positions_of(body: object, limits: Limits) -> dict[str, Position]:
    """Where the caller stands in each stream of the request, in the order sent. Raises CallProblem."""
    streams = body.streams if isinstance(body, WholePush) else _object(body, "").get("streams")
    if not isinstance(streams, dict):
        raise invalid("/streams", "an object is needed: stream name to cursor and chain")
    if len(streams) > limits.streams:
        raise too_large(limits)
    return {stream: _position(stream, value) for stream, value in streams.items()}


def _position(stream: str, value: object) -> Position:
    if type(value) is dict and "witness" not in value and STREAM_NAME.fullmatch(stream):
        # A province names hundreds: what is wrong with one is looked for only where something is.
        cursor, chain = value.get("cursor"), value.get("chain")
        if type(cursor) is int and 0 <= cursor <= LARGEST_INTEGER and type(chain) is str:
            return Position(cursor, chain, None)
    pointer = "/streams/" + stream.replace("~", "~0").replace("/", "~1")
    if not STREAM_NAME.fullmatch(stream):
        raise invalid("/streams", "a stream name has small letters, digits, dots, dashes and slashes")
    position = _object(value, pointer)
    witness = position.get("witness")
    pair: tuple[int, str] | None = None
    if witness is not None:
        if not isinstance(witness, list) or len(witness) != 2:
            raise invalid(pointer + "/witness", "a witness is a seq and a chain")
        pair = _seq(witness[0], pointer + "/witness/0"), _chain(witness[1], pointer + "/witness/1")
    return Position(_seq(position.get("cursor"), pointer + "/cursor"), _chain(position.get("chain"), pointer + "/chain"), pair)


def pull_limit(body: object, limits: Limits) -> int:
    """How many snapshots the caller takes; the page when not said. Raises CallProblem."""
    limit = _object(body, "").get("limit", limits.page)
    if not isinstance(limit, int) or isinstance(limit, bool) or not 1 <= limit <= limits.page:
        raise invalid("/limit", f"a limit is 1 to {limits.page}")
    return limit


def is_brief(body: object) -> bool:
    """Whether the caller of a push tells by itself what its changes make of a record; anything but true is no."""
    return body.brief if isinstance(body, WholePush) else isinstance(body, dict) and body.get("brief") is True


def incoming_changes(body: object, limits: Limits) -> list[Incoming]:
    """The changes of a push, each with its text id and nothing else looked at. Raises CallProblem."""
    if isinstance(body, WholePush):
        if len(body.changes) > limits.changes:
            raise too_large(limits)
        whole = [Incoming(place, change.change_id, change) for place, change in enumerate(body.changes)]
        _check_group_bytes(whole, limits)
        return whole
    changes = _object(body, "").get("changes")
    if not isinstance(changes, list):
        raise invalid("/changes", "a list of changes is needed")
    if len(changes) > limits.changes:
        raise too_large(limits)
    incoming: list[Incoming] = []
    for place, raw in enumerate(changes):
        change = _object(raw, f"/changes/{place}")
        change_id = change.get("change_id")
        if not isinstance(change_id, str) or not _is_sayable(change_id):
            raise invalid(f"/changes/{place}/change_id", "a text is needed")
        incoming.append(Incoming(place, change_id, change))
    _check_group_bytes(incoming, limits)
    return incoming


def _is_sayable(text: str) -> bool:
    """Whether a text can be said back as it is: one with a lone surrogate cannot be written as UTF-8."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _check_group_bytes(changes: list[Incoming], limits: Limits) -> None:
    sizes: dict[str, int] = {}
    for change in changes:
        if change.group is not None:
            # A member that is too large by itself is refused by name, and its group with it: halving the batch would never end.
            sizes[change.group] = sizes.get(change.group, 0) + (0 if is_too_large(change.raw, limits) else size_of(change.raw))
    if any(size > limits.group_bytes for size in sizes.values()):
        raise too_large(limits)
