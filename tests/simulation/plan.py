"""What can happen in a history: drawn by seed, so that faults of every pair of features meet, and most histories stay plain enough to read."""

from dataclasses import dataclass
from random import Random


@dataclass(frozen=True)
class Plan:
    """What a history knows."""

    desks: int
    """Of the first office: 1 to 3."""
    both: bool
    """A desk that works in two offices."""
    reader: bool
    """A province that reads some areas of both."""
    calm: bool
    """Nothing a server could refuse is done: what then happens must not depend on any clock."""
    locking: bool
    """Years close, receipts and remittances lock."""
    numbers: bool
    """Receipts take leased numbers."""
    generations: bool
    """Programs older and newer than the server, upgraded on the way."""
    clocks: bool
    """Clocks of desks and server jump, by up to ten years and also in the middle of a round."""
    dies: bool
    """Processes die at a statement of a transaction, in rounds and in what people do."""
    second: bool
    """A second process on the data folder."""
    grants: bool
    """Grants change: areas, access, whole streams."""
    revokes: bool
    """Devices are revoked and enrol again."""
    backups: bool
    """Desks are restored from their backups."""
    rewinds: bool
    """A desk's file is replaced by an older copy."""
    server_restore: bool
    """The server is put back to a backup."""
    documents: bool
    """Records name documents, whose contents travel apart."""
    bundles: bool
    """Desks without a line for a while exchange their work by sticks."""


def drawn(random: Random) -> Plan:
    """A plan."""

    def is_so(percent: int) -> bool:
        return random.randrange(100) < percent

    calm = is_so(12)
    return Plan(
        desks=random.choice((1, 2, 2, 3)),
        both=is_so(40),
        reader=is_so(50),
        calm=calm,
        locking=is_so(45) and not calm,
        numbers=is_so(35),
        generations=is_so(40),
        clocks=is_so(45) or calm,
        dies=is_so(40) and not calm,
        second=is_so(25),
        grants=is_so(30) and not calm,
        revokes=is_so(20) and not calm,
        backups=is_so(25) and not calm,
        rewinds=is_so(20) and not calm,
        server_restore=is_so(15) and not calm,
        documents=is_so(30) and not calm,
        bundles=is_so(20) and not calm,
    )
