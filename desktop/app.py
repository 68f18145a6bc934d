"""Puts the parts together: data folder, key, database, catalogue, transport. No logic of its own."""

import logging
import logging.handlers
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from desktop import config, credentials, paths
from desktop.in_use import Presence
from desktop.services.office import NewTransport, Office
from desktop.storage import state
from desktop.storage.database import Database
from desktop.storage.store import Store
from desktop.sync.kept_line import KeptLine
from records.catalogue import BY_TYPE
from records.errors import AppError
from records.ids import Entropy
from records.record import RecordType
from records.words import Language, Words

if TYPE_CHECKING:
    from desktop.sync.transport import HttpTransport

_log = logging.getLogger(__name__)
_LOG_BYTES = 2_000_000
_LOGS_KEPT = 5


def now() -> datetime:
    """The clock of this computer, aware UTC."""
    return datetime.now(UTC)


def nobody_to_ask(_: Words) -> str | None:
    """For a start at which no person can type a passphrase."""
    return None


def open_office(
    home: Path | None = None,
    language: Language | None = None,
    *,
    environ: Mapping[str, str] = os.environ,
    ask: credentials.Ask = nobody_to_ask,
    clock: Callable[[], datetime] = now,
    entropy: Entropy = os.urandom,
    catalogue: Mapping[str, RecordType] = BY_TYPE,
    new_transport: NewTransport | None = None,
) -> Office:
    """Opens the data folder, making it at first start.

    Args:
        home: the folder; None for THONGTHIN_HOME or this system's usual place.
        language: None for what the person chose before, Thai at first.
        ask: asks for a passphrase where there is neither a keyring nor THONGTHIN_KEY.
        new_transport: how the server is reached; None for HTTP.

    Raises:
        Refused: an unsafe folder, a wrong key, a database of a newer program.
        Correctable: no key, and nobody to ask for a passphrase.
        Unavailable: the disk is full, the keyring locked.
    """
    folder = paths.data_folder(home, environ)
    paths.prepare(folder, environ)
    presence = Presence(folder)
    try:
        _end_restore(folder)
        key = credentials.database_key(folder, environ, ask, entropy)
        database = Database.open(folder / paths.DATABASE, key, catalogue, before_upgrade=lambda present: _back_up(folder, present, clock))
    except BaseException:
        presence.end()
        raise
    line: KeptLine[Any] = KeptLine()
    return Office(
        folder=folder,
        database=database,
        store=Store(database, catalogue, clock, entropy),
        catalogue=catalogue,
        language=language or config.load(folder).language,
        clock=clock,
        entropy=entropy,
        new_transport=new_transport or _http(database, line),
        presence=presence,
        line=line,
    )


def _end_restore(folder: Path) -> None:
    """Ends a restore that the computer stopped in the middle of."""
    if (folder / paths.RESTORE).exists():
        # Only then: a usual start waits for none of it.
        from desktop.services import restoring

        restoring.finish(folder)


def _back_up(folder: Path, present: Database, clock: Callable[[], datetime]) -> None:
    from desktop.services.backups import Backups

    Backups(folder, clock, lambda: "").make(present, "before-upgrade")


def _http(database: Database, line: "KeptLine[Any]") -> NewTransport:
    def next_counter() -> state.Numbered:
        with database.write() as connection:
            return state.next_numbered(connection)

    def made(server: str, token: str, language: Language) -> "HttpTransport":
        # Only when the server is spoken to: a window starts without it.
        from desktop.sync.transport import HttpTransport

        return HttpTransport(server, token, next_counter, language, line)

    return made


@contextmanager
def logged(folder: Path, environ: Mapping[str, str] = os.environ) -> Iterator[None]:
    """Keeps a log in the data folder while it lasts: rotated, ids and never values; what fails inside is in it with its traceback.

    Raises Refused when the folder is not safe for data.
    """
    paths.prepare(folder, environ)
    handler = logging.handlers.RotatingFileHandler(
        paths.log_folder(folder) / paths.LOG, maxBytes=_LOG_BYTES, backupCount=_LOGS_KEPT, encoding="utf-8", delay=True
    )
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    ours = [logging.getLogger(name) for name in ("desktop", "records")]
    before = [(logger, logger.level, logger.propagate) for logger in ours]
    for logger in ours:
        logger.addHandler(handler)
        logger.setLevel(logging.INFO)
        # Not to the console: a person reads one sentence there.
        logger.propagate = False
    try:
        yield
    except AppError:
        raise
    except Exception:
        _log.exception("unexpected failure")
        raise
    finally:
        for logger, level, propagate in before:
            logger.removeHandler(handler)
            logger.setLevel(level)
            logger.propagate = propagate
        handler.close()
