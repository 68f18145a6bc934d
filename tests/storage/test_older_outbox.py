"""A file of before the changes of the outbox were kept apart from their marks: migrated, and read as it is when it was set aside."""

from desktop.storage import copies, outbox
from desktop.storage.database import FILE_NAME
from tests.storage.office import EDIT, KEY, STREAM, Desk


def _as_before(desk: Desk) -> list[outbox.Pending]:
    """Three changes wait, one of them a deletion in flight; the file becomes one of the program before."""
    known = desk.save(None, {"title": "ก", "number": "1"})
    desk.save(None, {"title": "ข"})
    with desk.database.write() as connection:
        outbox.freeze(connection, [outbox.pending(connection, STREAM, "project", known.id)[0].change.change_id])
    with desk.store.act("somchai", EDIT) as act:
        desk.store.delete(STREAM, "project", known.id, act=act)
    with desk.database.write() as connection:
        before = outbox.everything(connection)
        connection.execute("DROP TRIGGER outbox_went")
        connection.execute("ALTER TABLE outbox DROP COLUMN is_deletion")
        connection.execute("ALTER TABLE outbox ADD COLUMN change TEXT NOT NULL DEFAULT ''")
        connection.execute("UPDATE outbox SET change = (SELECT change FROM outbox_change c WHERE c.position = outbox.position)")
        connection.execute("DROP TABLE outbox_change")
        last = connection.value("SELECT name FROM _sqlite_migrations WHERE name LIKE '%_changes_apart'")
        connection.execute("DELETE FROM _sqlite_migrations WHERE name >= ?", (last,))
        connection.execute(f"PRAGMA user_version = {int(last[:4]) - 1}")
    desk.close()
    return before


def test_what_waited_waits_after_the_migration(desk: Desk) -> None:
    before = _as_before(desk)
    desk.open()
    with desk.database.reading() as connection:
        assert outbox.everything(connection) == before
        deletions = connection.execute("SELECT position FROM outbox WHERE is_deletion = 1").fetchall()
        assert deletions == [(one.position,) for one in before if one.change.op == "delete"]


def test_what_waits_in_a_file_set_aside_is_read_as_it_is(desk: Desk) -> None:
    before = _as_before(desk)
    left = copies.left_in(desk.folder / FILE_NAME, KEY)
    desk.open()
    assert left.is_whole
    assert list(left.pending) == before
