"""The steps that were worked on, with the service of their request: what measured times are counted from. One reading query."""

from collections.abc import Sequence
from typing import Any

from desktop.storage.connection import Connection

_STEPS = """
SELECT r.service, s.step, coalesce(s.officer, ''), s.started_at, s.ended_at, s.paused_at, coalesce(s.paused_minutes, 0), s.target_minutes
FROM record_request_step AS s
JOIN record_service_request AS r ON r._stream = s._stream AND r._id = s.request AND r._deleted = 0
WHERE s._deleted = 0 AND s.started_at >= ? AND s.started_at < ? AND (? IS NULL OR s._stream = ?)
"""

StepRow = tuple[str | None, str, str, str, str | None, str | None, int, int | None]
"""service id, step, officer, started, ended, waiting since (RFC 3339 UTC), paused minutes, target minutes."""


def steps_begun(connection: Connection, first: str, last: str, stream: str | None = None) -> Sequence[StepRow]:
    """The steps begun from `first` up to but not with `last` (RFC 3339 UTC), of one stream or of all; in no order."""
    found: list[Any] = connection.execute(_STEPS, (first, last, stream, stream)).fetchall()
    return found
