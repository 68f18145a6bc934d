"""Where a page of `pull` ends: at its limits, but never inside a group, and never before its first record."""

from collections.abc import Iterable, Iterator, Sequence

from server_stub.storage.base import StoredRecord

_SNAPSHOT_OVERHEAD = 640
"""Bytes a snapshot may take on the wire beside its fields and origin: names, ids, hashes, times."""


class Room:
    """What still fits on a page."""

    def __init__(self, rows: int, size: int) -> None:
        """So many snapshots, so many bytes."""
        self._rows = rows
        self._size = size
        self._is_untouched = True

    @property
    def is_full(self) -> bool:
        """Whether the page ends here; an untouched one takes whatever comes first."""
        return not self._is_untouched and (self._rows <= 0 or self._size <= 0)

    def takes(self, rows: Sequence[StoredRecord]) -> bool:
        """Makes room for one record or one whole group, if there is any; the first of a page always fits."""
        size = sum(len(row.fields) + len(row.origin or b"") + _SNAPSHOT_OVERHEAD for row in rows)
        if not self._is_untouched and (self._rows <= 0 or self._size < size):
            return False
        self._is_untouched = False
        self._rows -= len(rows)
        self._size -= size
        return True


def whole_groups(rows: Iterable[StoredRecord]) -> Iterator[list[StoredRecord]]:
    """Records one by one, those last written in one group together: its seqs are neighbours."""
    whole: list[StoredRecord] = []
    end = 0
    for row in rows:
        if whole and row.seq > end:
            yield whole
            whole = []
        if not whole:
            end = row.group_end
        whole.append(row)
    if whole:
        yield whole
