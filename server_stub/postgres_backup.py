"""A backup of a server on PostgreSQL taken while it serves, and one put in the place of the database (the same as backup.py on SQLite).

back_up    pg_dump of one snapshot beside the target -> read back -> on the disk -> renamed    then the live database says: durable up to here
restore    one transaction: present tables to a schema aside, the backup's rows into new ones, checked, marked as restored
"""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from server_stub import backup, backup_seal
from server_stub.audit import audited
from server_stub.backup import FILES, BackedUp, Restored
from server_stub.durable import flush
from server_stub.storage.base import Storage
from server_stub.storage.postgres_copies import copy, exchanged
from server_stub.storage.postgres_programs import Programs


def back_up(storage: Storage, url: str, target: Path, files: Path, programs: Programs) -> BackedUp:
    """Writes a checked backup and tells the live database up to where it is safe.

    Args:
        files: the folder of documents; what is new goes into `files` beside the target.

    Raises:
        Correctable: pg_dump is missing or too old.
        Refused: the backup does not hold what the database does; the former one stays.
        Unavailable: the database is away, no room; the former one stays.
    """
    part = target.with_name(f"{target.name}.part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        found = copy(url, part, programs)
        flush(part)
        brought = backup.bring(files, target.parent / FILES)
        backup_seal.place(part, target)
        size = target.stat().st_size
    except OSError as error:
        raise backup.place_failed(target, error) from error
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)
    with storage.directory() as directory:
        directory.mark_durable(found.heads)
    return BackedUp(target, size, len(found.heads), sum(found.heads.values()), brought)


def restore(
    url: str, source: Path, files: Path, folder: Path, clock: Callable[[], datetime], programs: Programs, *, is_forced: bool = False
) -> Restored:
    """Puts a backup in the place of the database.

    Args:
        files: the folder of documents.
        folder: the server's own, in which first downloads are kept.
        is_forced: also when the backup's checksum or audit chain does not fit, or it is of another server. A server that runs is never
            overruled.

    Raises:
        Correctable: no such file, no pg_restore.
        Unavailable: a server runs, the database is away, no room; nothing was changed.
        Refused: the backup is damaged or needs `is_forced`, or this login may not make tables; nothing was changed.
    """
    backup.must_be_there(source)
    try:
        if not is_forced:
            backup_seal.check(source)
        # Documents never change: those that come back too many harm nobody, should the rest fail.
        brought = backup.bring(source.parent / FILES, files)
    except OSError as error:
        raise backup.place_failed(files, error) from error
    with exchanged(url, source, programs, clock()) as exchange:
        former = exchange.asked(backup.present, backup.NOBODY)
        exchange.fill()
        with backup.readable(source):
            audit = audited(exchange.reader)
            heads = backup.heads_of(exchange.reader)
            moment = backup.moment_of_restore(exchange.reader, heads, clock())
        directory = exchange.directory
        backup.accept(audit, directory, former, is_forced=is_forced)
        backup.mark(directory, heads, former, moment)
    backup.forget_downloads(folder)
    return Restored(exchange.aside or None, len(heads), audit.revisions, len(audit.damage), brought)
