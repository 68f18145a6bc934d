"""Desks on a real server over HTTP whose database is backed up, lost and restored."""

from collections.abc import Callable
from pathlib import Path
from random import Random

from desktop.services import restoring
from desktop.services.backup_sets import BackupSet
from desktop.services.backups import Backups
from desktop.services.restoring import Restored
from desktop.storage import outbox, state
from desktop.storage.database import FILE_NAME, Database
from desktop.storage.outbox import Pending
from desktop.storage.query import Query
from desktop.storage.state import Identity
from desktop.storage.store import Store
from records.errors import Refused
from records.words import Words
from tests.simulation.desk import KEY
from tests.simulation.kinds import CATALOGUE
from tests.sync.loopback import HttpDesk, Site, now
from tests.sync.office import STREAM

WORD = Words("ก", "a")
PLENTY: Callable[[Path], int] = lambda _: 10**12  # noqa: E731 - a disk without an end, in one word


class SafeDesk(HttpDesk):
    """A desk that knows who it is, as an enrolled office does."""

    def __init__(self, site: Site, name: str) -> None:
        super().__init__(site, name)
        self.folder = site.folder / name
        self.backups = Backups(self.folder, now, lambda: "", PLENTY)
        with self.database.write() as connection:
            identity = Identity(device_id=self.enrolled.device_id, server=site.url, account=name, role="clerk", token=self.enrolled.token)
            state.save_identity(connection, identity)
        site.desks.append(self)

    def save(self, record_id: str | None, **fields: str) -> str:
        """Saves fields of a note and returns its id."""
        with self.store.act(self.name, WORD) as act:
            return self.store.save(STREAM, "note", record_id, dict(fields), act=act).id

    def delete(self, record_id: str) -> None:
        """Deletes a note."""
        with self.store.act(self.name, WORD) as act:
            self.store.delete(STREAM, "note", record_id, act=act)

    def back_up(self) -> BackupSet:
        """A backup of now."""
        return self.backups.make(self.database, "manual").made

    def restore(self, backup: BackupSet, *, with_unsent: bool = True) -> Restored:
        """Restores a backup and opens the database again."""
        self.database.close()
        done = restoring.restore(
            self.folder, backup, KEY, KEY, CATALOGUE, now, self.site.random.randbytes, with_unsent=with_unsent, free=PLENTY
        )
        self.database = Database.open(self.folder / FILE_NAME, KEY, CATALOGUE, synchronous="OFF")
        self.store = Store(self.database, CATALOGUE, now, self.site.random.randbytes)
        return done

    def enrol_again(self) -> None:
        """Enrols as a new device, as a person does whom the server told `rewound`."""
        self.transport.close()
        self.__dict__["enrolled"] = self.transport.__class__(self.site.url).enrol(self.site.auth.new_code(self.name), DEVICE)
        with self.database.write() as connection:
            identity = Identity(
                device_id=self.enrolled.device_id, server=self.site.url, account=self.name, role="clerk", token=self.enrolled.token
            )
            state.save_identity(connection, identity)
            state.take_grants(connection, self.enrolled.streams)
        self.transport = self.transport.__class__(self.site.url, self.enrolled.token, self._counter)

    def sync_or_enrol(self) -> None:
        """One round; a rewound desk enrols again first."""
        try:
            self.sync()
        except Refused as error:
            if error.code != "rewound":
                raise
            self.enrol_again()
            self.sync()

    @property
    def notes(self) -> dict[str, dict[str, object]]:
        """Every note that is not deleted, by id."""
        return {row.id: dict(row.fields) for row in self.store.find(Query("note", None, limit=10_000)).rows}

    @property
    def pending(self) -> list[Pending]:
        """What waits."""
        with self.database.reading() as connection:
            return outbox.everything(connection)


DEVICE = {"name": "pc", "os": "linux", "app_version": "0.1", "public_key": "ef" * 32, "sealing_key": "cd" * 32}


def desk_on(site: Site, name: str) -> SafeDesk:
    """A desk enrolled on a site under a new account."""
    site.auth.add_account(name, "clerk", (f"{STREAM}:write",))
    return SafeDesk(site, name)


def settled(*desks: SafeDesk) -> None:
    """Rounds until nobody has anything to say."""
    for _ in range(4):
        for desk in desks:
            desk.sync_or_enrol()


def flipped(path: Path, random: Random, count: int) -> None:
    """Flips so many bits of a file, anywhere."""
    content = bytearray(path.read_bytes())
    for at in random.sample(range(len(content)), count):
        content[at] ^= 1 << random.randrange(8)
    path.write_bytes(bytes(content))
