"""The steps of a round that take in: pages of records until there is no more, and grants that changed. See docs/protocol.md, "A round", 3."""

from collections.abc import Collection

from desktop.storage import arriving, state
from desktop.sync.batches import parts
from desktop.sync.downloading import Downloading
from desktop.sync.replies import not_ours
from desktop.sync.status import Phase
from records.errors import Refused
from records.protocol import PullReply

MOST_RENEWALS = 10
"""How often a round follows grants that change while pages come."""


class Receiving(Downloading):
    """Pages become rows, each in one transaction with its cursor, chain and witness."""

    def receive(self, moved: Collection[str]) -> None:
        """Brings these streams here: whole, those that begin with much, and page by page what is left."""
        # What is known to have changed is asked before a page comes that could not be kept.
        anew = self._begun_anew() if moved and self._have_grants_changed() else []
        wanted = dict.fromkeys([*moved, *anew])
        streams = self._download([stream for stream in wanted if stream in self._positions.open()])
        begun: list[str] = []
        total = sum(max(0, self._positions.heads[stream] - self._positions.states[stream].cursor) for stream in streams)
        for part in parts(streams, self._limits.streams):
            more = True
            while more and (left := [stream for stream in part if stream in self._positions.open()]):
                self._tell(Phase.PULLING, stream=left[0], done=self._tally.pulled, total=max(total, self._tally.pulled))
                try:
                    reply = self._transport.pull(self._positions.told(left), self._limits.page)
                except Refused as error:
                    self._pause_forked(left, error)
                else:
                    if self._have_grants_changed():
                        # This page shows what was granted a moment ago. Stored, its gaps would stay for ever where the former grant comes back.
                        begun += self._begun_anew()
                    else:
                        more = self.store_page(reply)
        if left_out := [stream for stream in begun if stream not in wanted]:
            self.receive(left_out)

    def _begun_anew(self) -> list[str]:
        """Takes the new grants in the middle of a pull. Raises Unavailable when they change with every page: no server of ours does that."""
        self._renewals += 1
        if self._renewals > MOST_RENEWALS:
            raise not_ours()
        return self._renew_grants()

    def store_page(self, reply: PullReply) -> bool:
        """Stores rows, cursor, chain and witness in one transaction; says whether there is more."""
        self._check_cancelled()
        asked = self._positions.open()
        self._positions.pause(reply.problems)
        advanced = False
        with self._database.write() as connection:
            settlement = self._settlement(connection)
            for stream, move in reply.cursors.items():
                mine = self._positions.states.get(stream)
                if mine is None or stream not in asked:
                    continue
                self._positions.reaches(stream, max(move.head, move.cursor))
                if move.from_ != mine.cursor or move.cursor < mine.cursor:
                    continue
                page = [snapshot for snapshot in reply.snapshots if snapshot.stream == stream]
                pause = self._guard.received(connection, stream, page)
                if pause is not None:
                    self._positions.paused[stream] = pause
                    continue
                settlement.take(stream, page)
                advanced = advanced or move.cursor > mine.cursor
                self._positions.pulled(connection, stream, move.cursor, move.chain, move.durable)
            settlement.finish()
        if reply.more and not advanced and self._positions.open() == asked:
            raise not_ours()
        return reply.more

    def _renew_grants(self) -> list[str]:
        """Asks for the grants when a reply says that they changed; returns the streams that begin anew."""
        if not self._have_grants_changed():
            return []
        account = self._transport.account()
        self._check_cancelled()
        with self._database.write() as connection:
            state.take_grants(connection, account.streams)
            state.set_setting(connection, state.GRANTS, self._transport.grants)
            arriving.keep_only(connection, self._transport.grants)
            return self._positions.begin(connection)

    def _have_grants_changed(self) -> bool:
        with self._database.reading() as connection:
            return self._transport.grants not in ("", state.setting(connection, state.GRANTS))
