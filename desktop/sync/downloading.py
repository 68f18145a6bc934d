"""The step of a round that takes in whole streams: a first download is stored like pages, and the cursor moves with its last batch."""

from collections import Counter
from collections.abc import Sequence
from itertools import islice

from desktop.storage import arriving, growth, state
from desktop.sync.first_download import AT_ONCE, BATCH, FirstDownload, Told
from desktop.sync.round_state import RoundState
from desktop.sync.status import Phase
from records.errors import Refused, Unavailable


class Downloading(RoundState):
    """A stream of which nothing is here and much is there comes as one file."""

    def _download(self, streams: Sequence[str]) -> list[str]:
        """Receives as one file those of the streams of which nothing is here and much is there; returns what is to be pulled."""
        level: set[str] = set()
        for stream in streams:
            if self._snapshots is None or self._positions.states[stream].cursor or self._positions.heads[stream] < self._download_from:
                continue
            self._download_one(FirstDownload(self._database, self._snapshots, stream, self._check_cancelled), stream)
            cursor = self._positions.states[stream].cursor
            level.update([stream] if cursor and cursor == self._positions.heads[stream] else [])
        return [stream for stream in streams if stream in self._positions.open() and stream not in level]

    def _download_one(self, download: FirstDownload, stream: str) -> None:
        """Receives the stream so far as the download goes; where it cannot be had, or is not what it says, the stream is pulled."""
        head = self._positions.heads[stream]

        def tell(done: int, total: int) -> None:
            self._tell(Phase.PULLING, stream=stream, done=done * head // (2 * max(total, 1)), total=head)

        tell(0, 1)
        try:
            if not download.fetch(self._granted(), tell):
                return
            self._check_cancelled()
            told = download.check()
            if told is None or told.seq < self._positions.states[stream].witness_seq:
                # Damaged, or older than what the server has acknowledged since: no base for anything.
                download.forget()
                return
            with self._database.reading() as connection, connection.roomy(told.count, growth.CACHE_KIB):
                self._store_download(download, stream, told)
        except Unavailable as error:
            if download.has_come or error.code == "slow-down":
                raise
        except Refused:
            download.forget()

    def _store_download(self, download: FirstDownload, stream: str, told: Told) -> None:
        batches, stored, seen = download.batches(), 0, frozenset[str]()
        while stored < told.count:
            self._check_cancelled()
            with self._database.write() as connection:
                for batch in islice(batches, AT_ONCE):
                    types = Counter(snapshot.type for snapshot in batch)
                    if not types.keys() <= seen:
                        growth.put_off_indexes(
                            connection, [name for name, many in types.items() if many >= BATCH // 4 and name not in seen]
                        )
                        seen |= types.keys()
                    pause = self._guard.received(connection, stream, batch)
                    if pause is not None:
                        self._positions.paused[stream] = pause
                        return
                    settlement = self._settlement(connection)
                    settlement.take(stream, batch)
                    settlement.finish()
                    stored += len(batch)
            self._tell(Phase.PULLING, stream=stream, done=(told.seq + told.seq * stored // max(told.count, 1)) // 2, total=told.seq)
        with self._database.write() as connection:
            self._positions.reaches(stream, told.seq)
            self._positions.pulled(connection, stream, told.seq, told.chain, self._positions.states[stream].durable)
            arriving.forget(connection, stream)

    def _granted(self) -> str:
        with self._database.reading() as connection:
            return state.setting(connection, state.GRANTS) or ""
