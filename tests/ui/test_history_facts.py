"""A former version is found by taking back what came later."""

from desktop.services.history import HistoryEntry
from desktop.ui.history_facts import fields_at
from records.kinds import Json


def entry(version: int | None, *, discarded: str = "", **changed: tuple[Json, Json]) -> HistoryEntry:
    return HistoryEntry(
        version, "a", "A", "d", "2026-11-22T00:00:00Z", changed, deleted=False, waiting=version is None, discarded=discarded
    )


def test_each_version_is_found_again() -> None:
    entries = [
        entry(None, note=(None, "n")),
        entry(3, title=("b", "c")),
        entry(2, title=("a", "b")),
        entry(1, title=(None, "a"), kind=(None, "k")),
    ]
    now: dict[str, Json] = {"title": "c", "kind": "k", "note": "n"}

    assert fields_at(entries, now, 0) == now
    assert fields_at(entries, now, 1) == {"title": "c", "kind": "k"}
    assert fields_at(entries, now, 2) == {"title": "b", "kind": "k"}
    assert fields_at(entries, now, 3) == {"title": "a", "kind": "k"}


def test_across_a_gap_nothing_is_claimed() -> None:
    entries = [entry(5, title=("d", "e")), entry(2, title=("a", "b"))]

    assert fields_at(entries, {"title": "e"}, 1) is None


def test_an_edit_that_was_dropped_never_stood() -> None:
    entries = [entry(2, title=("a", "b")), entry(None, discarded="theirs", title=("a", "x")), entry(1, title=(None, "a"))]

    assert fields_at(entries, {"title": "b"}, 1) is None
    assert fields_at(entries, {"title": "b"}, 2) == {"title": "a"}
