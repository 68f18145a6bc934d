"""The contract of `server_stub.storage.base`, as tests any store must pass: subclass `StorageContract` and give `storage`."""

import threading
from dataclasses import replace

import pytest

from records.stored import FIRST_CHAIN
from server_stub.storage.base import ALL_STREAMS, NumberBook, Storage, StoredFile, StoredRecord, StoredRevision, Writer
from server_stub.storage.directory import StoredAccount, StoredCode, StoredDevice, StoredGrant

A, B = "office/1", "office/2"


def _record(seq: int, **parts: object) -> StoredRecord:
    record = StoredRecord(
        A, f"id-{seq}", "note", "planning", 1, f"{seq:016d}", seq, seq, 0, b'{"title":"\xe0\xb8\x81"}', 1, "t", "som", "d", f"c-{seq}", None
    )
    return record._replace(**parts)  # type: ignore[arg-type]  # the columns a test changes


def _revision(record: StoredRecord) -> StoredRevision:
    return StoredRevision(
        record.stream, record.seq, record.change_id, "content", record.type, record.id, record.version, record.hash, f"{record.seq:064d}",
        record.deleted, record.fields, b"[]", None, 1, "m", "t", "som", "d", None, None,
    )  # fmt: skip


def _write(storage: Storage, *records: StoredRecord) -> None:
    with storage.write(records[0].stream) as writer:
        writer.append(list(records), [_revision(record) for record in records])


class StorageContract:
    """What sync, auth and the audit rely on."""

    def test_a_stream_begins_at_head_zero(self, storage: Storage) -> None:
        with storage.write(A) as writer:
            assert (writer.state.head, writer.state.chain) == (0, FIRST_CHAIN)
        with storage.read(ALL_STREAMS) as reader:
            assert reader.states([A]) == {}

    def test_what_was_written_is_found_again(self, storage: Storage) -> None:
        record = _record(1, origin=b'{"a":1}', group_end=1)
        _write(storage, record)
        with storage.read(ALL_STREAMS) as reader:
            assert reader.records(A, [record.id, "none"]) == {record.id: record}
            assert list(reader.page(A, after=0, until=None, areas=None, limit=None)) == [record]
            assert list(reader.revisions_in_order(A)) == [_revision(record)]
            state = reader.states([A])[A]
            assert (state.head, state.chain, reader.chain_at(A, 1), reader.chain_at(A, 2)) == (1, f"{1:064d}", f"{1:064d}", None)

    def test_the_chains_of_a_part_of_the_stream_come_in_order(self, storage: Storage) -> None:
        _write(storage, *(_record(seq) for seq in range(1, 6)))
        _write(storage, _record(1, stream=B))
        with storage.read(ALL_STREAMS) as reader:
            assert list(reader.chains(A, after=1, until=4)) == [f"{seq:064d}" for seq in (2, 3, 4)]
            assert list(reader.chains(A, after=5, until=9)) == []

    def test_a_number_of_a_device_belongs_to_the_first_bundle_seen(self, storage: Storage) -> None:
        with storage.directory() as directory:
            directory.put_bundle("d", 4, "one", at="t")
            directory.put_bundle("d", 4, "two", at="t")
            directory.put_bundle("e", 4, "three", at="t")
        with storage.look_up() as directory:
            assert (directory.bundle("d", 4), directory.bundle("e", 4), directory.bundle("d", 5)) == ("one", "three", None)

    def test_the_lineage_names_every_hash_after_a_seq_by_record(self, storage: Storage) -> None:
        second = _record(3, id="id-1", version=2, change_id="c-3")
        _write(storage, _record(1, id="id-1"), _record(2, area="people"))
        _write(storage, second)
        with storage.read([A]) as reader:
            assert list(reader.lineage(A, after=0, areas=None)) == [
                ("note", "id-1", f"{1:016d}"), ("note", "id-1", f"{3:016d}"), ("note", "id-2", f"{2:016d}"),
            ]  # fmt: skip
            assert list(reader.lineage(A, after=1, areas=["planning"])) == [("note", "id-1", f"{3:016d}")]
            for seq, standing in ((0, []), (1, [1]), (2, [1, 2]), (3, [2, 3])):
                assert sorted(hash_ for _, _, hash_ in reader.standing_at(A, seq, areas=None)) == [f"{one:016d}" for one in standing]
            assert [hash_ for _, _, hash_ in reader.standing_at(A, 2, areas=["planning"])] == [f"{1:016d}"]

    def test_what_is_durable_never_falls_and_a_restore_keeps_its_lowest_head(self, storage: Storage) -> None:
        _write(storage, _record(1))

        def marks() -> tuple[int, int]:
            with storage.read([A]) as reader:
                state = reader.states([A])[A]
            return state.durable, state.restored

        for head, expected in ((5, 5), (3, 5)):
            with storage.directory() as directory:
                directory.mark_durable({A: head})
            assert marks() == (expected, 0)
        for head, lowest in ((4, 4), (2, 2), (9, 2)):
            with storage.directory() as directory:
                directory.mark_restored({A: head})
            assert marks() == (head, lowest)

    def test_a_floor_is_found_again_and_books_are_listed(self, storage: Storage) -> None:
        _write(storage, _record(1))
        with storage.write(A) as writer:
            writer.set_last_number(A, "1", 2570, 50)
            writer.use_number(A, "1", 2570, 7, "id-1")
            writer.set_number_floor(A, "1", 2570, 60, 1)
            writer.set_number_floor(A, "1", 2570, 70, 2)
            writer.use_number(A, "2", 2570, 8, "id-1")
        with storage.read([A]) as reader:
            assert (reader.number_floor(A, "1", 2570), reader.number_floor(A, "2", 2570)) == ((70, 2), None)
            assert reader.number_books(A) == [NumberBook(A, "1", 2570, 50, 7, 70, 2), NumberBook(A, "2", 2570, 0, 8, 0, -1)]

    def test_records_are_found_by_their_fields(self, storage: Storage) -> None:
        kept = _record(1, fields=b'{"number":3,"title":"\xe0\xb8\x81"}')
        others = _record(2, fields=b'{"number":3}', type="other"), _record(3, fields=b'{"number":3}', deleted=1), _record(4, fields=b"{}")
        _write(storage, kept, *others)
        with storage.read(ALL_STREAMS) as reader:
            assert reader.where(A, "note", {"number": 3}) == [kept]
            assert reader.where(A, "note", {"number": 3, "title": "ก"}) == [kept]
            assert reader.where(A, "note", {"number": 4}) == []
            assert [row.seq for row in reader.where(A, "note", {})] == [1, 4]
            assert reader.where(B, "note", {"number": 3}) == []

    def test_the_fiscal_years_of_a_stream_are_found_without_those_deleted(self, storage: Storage) -> None:
        year = _record(1, id="y-1", type="fiscal_year", fields=b'{"year":2569}')
        _write(storage, year, _record(2), _record(3, id="y-3", type="fiscal_year", deleted=1))
        with storage.read(ALL_STREAMS) as reader:
            assert reader.where(A, "fiscal_year", {}) == [year]
            assert reader.where(A, "fiscal_year", {"year": 2570}) == []
            assert reader.where(B, "fiscal_year", {}) == []

    def test_a_later_write_replaces_the_record_and_keeps_the_revision(self, storage: Storage) -> None:
        _write(storage, _record(1))
        newer = _record(2, id="id-1", version=2, deleted=1)
        _write(storage, newer)
        with storage.read(ALL_STREAMS) as reader:
            assert list(reader.page(A, after=0, until=None, areas=None, limit=None)) == [newer]
            assert [row.version for row in reader.revisions(A, "id-1", before=None, limit=5)] == [2, 1]
            assert [row.version for row in reader.revisions(A, "id-1", before=2, limit=5)] == [1]
            assert [row.seq for row in reader.revisions_by_record(A)] == [1, 2]

    def test_pages_are_bounded_and_filtered_by_area(self, storage: Storage) -> None:
        _write(storage, *(_record(seq, area="planning" if seq % 2 else "people") for seq in range(1, 7)))
        with storage.read(ALL_STREAMS) as reader:
            assert [row.seq for row in reader.page(A, after=1, until=5, areas=None, limit=3)] == [2, 3, 4]
            assert [row.seq for row in reader.page(A, after=0, until=None, areas=["planning"], limit=None)] == [1, 3, 5]
            assert list(reader.page(A, after=0, until=None, areas=[], limit=None)) == []

    def test_streams_do_not_know_each_other(self, storage: Storage) -> None:
        _write(storage, _record(1))
        _write(storage, _record(1, stream=B))
        with storage.write(B) as writer:
            assert set(writer.applied(["c-1", "c-2"])) == {"c-1"}
            assert writer.state.head == 1
        with storage.read(ALL_STREAMS) as reader:
            assert reader.stream_names() == [A, B]

    def test_seq_without_a_gap_is_asked_for(self, storage: Storage) -> None:
        for wrong in (2, 0):
            with pytest.raises(ValueError, match="gap"):
                _write(storage, _record(wrong))

    def test_an_exception_takes_everything_back(self, storage: Storage) -> None:
        def fail() -> None:
            with storage.write(A) as writer:
                writer.append([_record(1)], [_revision(_record(1))])
                writer.set_last_number(A, "b", 2569, 5)
                raise KeyError

        with pytest.raises(KeyError):
            fail()
        with storage.read(ALL_STREAMS) as reader:
            assert (reader.states([A]), reader.last_number(A, "b", 2569), reader.records(A, ["id-1"])) == ({}, 0, {})

    def test_numbers_are_remembered_by_stream_book_and_year(self, storage: Storage) -> None:
        with storage.write(A) as writer:
            writer.set_last_number(A, "b", 2569, 5)
            writer.set_last_number(A, "b", 2569, 9)
            writer.use_number(A, "b", 2569, 3, "id-1")
        with storage.read(ALL_STREAMS) as reader:
            assert (reader.last_number(A, "b", 2569), reader.last_number(B, "b", 2569)) == (9, 0)
            assert (reader.number_user(A, "b", 2569, 3), reader.number_user(A, "b", 2569, 4)) == ("id-1", None)

    def test_files_are_found_by_the_records_that_name_them(self, storage: Storage) -> None:
        one, two = "1" * 64, "2" * 64
        with storage.write(A) as writer:
            writer.put_file_names(A, "id-1", "planning", [one, two, one])
            writer.put_file_names(A, "id-2", "people", [one])
            writer.put_file_names(A, "id-3", "people", [two])
            writer.put_file_names(A, "id-3", "people", [])
        with storage.read(ALL_STREAMS) as reader:
            assert (reader.file_areas(A, one), reader.file_areas(A, two)) == (frozenset({"planning", "people"}), frozenset({"planning"}))
            assert (reader.file_areas(B, one), reader.file_areas(A, "3" * 64)) == (frozenset(), frozenset())
            assert (reader.named_files(A, None), reader.named_files(A, ["people"]), reader.named_files(A, [])) == ([one, two], [one], [])
            assert reader.named_files(B, None) == []

    def test_files_that_are_kept_count(self, storage: Storage) -> None:
        kept = StoredFile(A, "1" * 64, 5, ("people", "planning"))
        with storage.write(A) as writer:
            writer.put_stored_file(kept._replace(areas=("*",)))
            writer.put_stored_file(kept)
            writer.put_stored_file(StoredFile(A, "2" * 64, 2**40, ("*",)))
        with storage.read(ALL_STREAMS) as reader:
            assert (reader.stored_file(A, "1" * 64), reader.stored_file(B, "1" * 64)) == (kept, None)
            assert (reader.file_bytes(A), reader.file_bytes(B)) == (2**40 + 5, 0)

    def test_two_threads_on_one_stream_leave_no_gap(self, storage: Storage) -> None:
        def work(name: str) -> None:
            for place in range(10):
                with storage.write(A) as writer:
                    seq = writer.state.head + 1
                    record = _record(seq, id=f"{name}-{place}", change_id=f"{name}-{place}")
                    writer.append([record], [_revision(record)])

        threads = [threading.Thread(target=work, args=(name,)) for name in "xyz"]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        with storage.read(ALL_STREAMS) as reader:
            assert [row.seq for row in reader.revisions_in_order(A)] == list(range(1, 31))

    def test_no_other_stream_is_found_than_those_named(self, storage: Storage) -> None:
        for stream in (A, B):
            with storage.write(stream) as writer:
                record = _record(1, stream=stream)
                writer.append([record], [_revision(record)])
                writer.set_last_number(stream, "b", 2569, 5)
                writer.use_number(stream, "b", 2569, 3, record.id)
                writer.set_number_floor(stream, "b", 2569, 5, 1)
                writer.put_file_names(stream, record.id, "planning", ["1" * 64])
                writer.put_stored_file(StoredFile(stream, "1" * 64, 5, ("*",)))
        year = _record(2, stream=B, type="fiscal_year", id="y")
        _write(storage, year)

        def found(stream: str, *named: str) -> list[object]:
            with storage.read(named) as reader:
                pages = [list(reader.page(stream, after=0, until=None, areas=areas, limit=None)) for areas in (None, ["planning"])]
                writes = [list(reader.revisions_in_order(stream)), list(reader.revisions_by_record(stream))]
                lines = [list(reader.lineage(stream, after=0, areas=None)), list(reader.standing_at(stream, 1, areas=["planning"]))]
                single = [reader.chain_at(stream, 1), reader.number_user(stream, "b", 2569, 3), reader.last_number(stream, "b", 2569)]
                wheres = [reader.where(stream, "note", {}), reader.where(stream, "fiscal_year", {})]
                versions = reader.revisions(stream, "id-1", before=None, limit=5)
                kept = [reader.states([stream]), reader.records(stream, ["id-1"]), versions]
                files = [reader.file_areas(stream, "1" * 64), reader.named_files(stream, None), reader.named_files(stream, ["planning"])]
                held = [reader.stored_file(stream, "1" * 64), reader.file_bytes(stream), list(reader.chains(stream, after=0, until=1))]
                books = [reader.number_floor(stream, "b", 2569), reader.number_books(stream)]
                names = [name for name in reader.stream_names() if name == stream]
                return [one for one in (*pages, *writes, *lines, *single, *wheres, *kept, *files, *held, *books, names) if one]

        assert found(B, A) == found(B) == []
        assert len(found(B, B)) == len(found(B, A, B)) == len(found(B, *ALL_STREAMS)) == 23

    def test_writing_to_another_stream_than_the_locked_one_is_an_error(self, storage: Storage) -> None:
        def write(writer: Writer, way: int) -> None:
            record = _record(1, stream=B)
            if way == 0:
                writer.append([record], [_revision(record)])
            elif way == 1:
                writer.set_last_number(B, "b", 2569, 5)
            elif way == 2:
                writer.use_number(B, "b", 2569, 3, "id-1")
            elif way == 3:
                writer.set_number_floor(B, "b", 2569, 5, 1)
            elif way == 4:
                writer.put_file_names(B, "id-1", "planning", [])
            else:
                writer.put_stored_file(StoredFile(B, "1" * 64, 5, ("*",)))

        for way in range(6):
            with pytest.raises(ValueError, match="lock is that of"), storage.write(A) as writer:
                write(writer, way)
        with storage.read(ALL_STREAMS) as reader:
            assert reader.stream_names() == []

    def test_many_rows_come_one_after_the_other(self, storage: Storage) -> None:
        body = b'{"title":"' + b"x" * 3000 + b'"}'
        made = [_record(seq, fields=body) for seq in range(1, 701)]
        _write(storage, *made[:30])
        _write(storage, *made[30:])
        _write(storage, *(record._replace(seq=700 + record.seq, version=2, change_id=f"d-{record.seq}") for record in made[:400]))
        with storage.read([A]) as reader:
            seqs = [row.seq for row in reader.page(A, after=0, until=None, areas=["planning"], limit=None)]
            assert seqs == list(range(401, 1101))
            assert [row.seq for row in reader.page(A, after=500, until=1000, areas=None, limit=450)] == list(range(501, 951))
            assert [row.seq for row in reader.revisions_in_order(A)] == list(range(1, 1101))
            by_record = [(row.id, row.version) for row in reader.revisions_by_record(A)]
            assert (by_record, len(by_record)) == (sorted(by_record), 1100)
            assert len(reader.records(A, [record.id for record in made])) == 700
            # A page may be left when it is full, and the view asked for something else meanwhile.
            page = reader.page(A, after=0, until=None, areas=None, limit=None)
            assert [next(page).seq, reader.states([A])[A].head, next(page).seq] == [401, 1100, 402]
        with storage.write(A) as writer:
            assert len(writer.applied([f"c-{seq}" for seq in range(1, 3000)])) == 700

    def test_accounts_grants_devices_and_tokens(self, storage: Storage) -> None:
        som = StoredAccount("som", "clerk", "สมชาย")
        grants = (StoredGrant(A, "write", ("planning",)), StoredGrant(B, "read", ("*",)))
        device = StoredDevice("d1", "pc", "linux", "1", "a", "b", "2026-01-01T00:00:00Z", None, 0)
        with storage.directory() as directory:
            directory.put_account(som, [StoredGrant("office/9", "read", ("*",))], at="t")
            directory.put_account(som, grants, at="t")
            directory.put_device(device)
            directory.enrol_account("d1", "som")
            directory.enrol_account("d1", "som")
            directory.put_token("hash", "d1", "som", at="t")
        with storage.look_up() as directory:
            owner = directory.token_owner("hash")
            assert owner is not None
            assert (owner.device, owner.account, directory.grants("som")) == (device, som, grants)
            assert (directory.devices(), directory.accounts_on("d1")) == ([(device, ("som",))], (som,))
            assert (directory.account("none"), directory.device("none"), directory.token_owner("none"), directory.code("none")) == (
                None,
            ) * 4
        with storage.directory() as directory:
            directory.put_device(replace(device, revoked_at="t", counter=7))
            directory.drop_token("hash")
            assert (directory.device("d1"), directory.token_owner("hash")) == (replace(device, revoked_at="t", counter=7), None)

    def test_a_granted_stream_exists(self, storage: Storage) -> None:
        with storage.directory() as directory:
            directory.name_streams({A: "อบต.ก"})
            directory.put_account(StoredAccount("som", "clerk", ""), [StoredGrant(A, "read", ()), StoredGrant(B, "read", ())], at="t")
            assert directory.stream_names([A, B, "office/3"]) == {A: "อบต.ก", B: ""}
            directory.close_stream(A, B)
        with storage.read(ALL_STREAMS) as reader:
            state = reader.states([A])[A]
            assert (state.is_closed, state.successor, state.name) == (True, B, "อบต.ก")
        with storage.directory() as directory:
            directory.open_stream(A)
        with storage.read(ALL_STREAMS) as reader:
            state = reader.states([A])[A]
            assert (state.is_closed, state.successor, state.name) == (False, "", "อบต.ก")

    def test_codes_and_failures(self, storage: Storage) -> None:
        code = StoredCode("som", "2026-01-08T00:00:00Z", None)
        with storage.directory() as directory:
            directory.put_code("h", code)
            directory.put_code("h", replace(code, used_at="t", device="d1", request="r"))
            assert directory.code("h") == replace(code, used_at="t", device="d1", request="r")
            for at in (10.0, 20.0, 30.0):
                directory.add_failure("1.2.3.4", at=at, forget_before=15.0)
            assert (directory.failures("1.2.3.4", since=0.0), directory.failures("1.2.3.4", since=20.0)) == (2, 1)
            assert directory.failures("5.6.7.8", since=0.0) == 0

    def test_what_does_not_wait_for_the_disk_is_there_for_all_and_taken_back_whole(self, storage: Storage) -> None:
        with storage.directory(is_durable=False) as directory:
            directory.set_meta("seen", "1")
        with pytest.raises(ZeroDivisionError), storage.directory(is_durable=False) as directory:
            directory.set_meta("seen", str(1 // 0))
        with storage.look_up() as directory:
            assert directory.meta("seen") == "1"

    def test_what_the_server_keeps_about_itself(self, storage: Storage) -> None:
        with storage.directory() as directory:
            assert directory.meta("x") is None
            directory.set_meta("x", "1")
            directory.set_meta("x", "2")
            assert directory.meta("x") == "2"


class SharedContract:
    """What several threads, processes and servers on one store rely on."""

    def test_a_reader_sees_one_moment(self, storage: Storage) -> None:
        _write(storage, _record(1))
        with storage.read([A]) as reader:
            assert reader.states([A])[A].head == 1
            other = threading.Thread(target=_write, args=(storage, _record(2)))
            other.start()
            other.join()
            assert (reader.states([A])[A].head, len(list(reader.page(A, after=0, until=None, areas=None, limit=None)))) == (1, 1)
        with storage.read([A]) as reader:
            assert reader.states([A])[A].head == 2

    def test_a_code_that_two_use_at_once_works_once(self, storage: Storage) -> None:
        with storage.directory() as directory:
            directory.put_code("h", StoredCode("som", "t", None))
        both = threading.Barrier(2)
        used: list[int] = []

        def use(number: int) -> None:
            both.wait()
            with storage.directory() as directory:
                code = directory.code("h")
                if code is not None and code.used_at is None:
                    used.append(number)
                    directory.put_code("h", replace(code, used_at="t"))

        threads = [threading.Thread(target=use, args=(number,)) for number in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(used) == 1

    def test_servers_that_start_at_once_agree_on_their_device(self, storage: Storage) -> None:
        all_ready = threading.Barrier(4)
        found: list[str] = []

        def start(number: int) -> None:
            all_ready.wait()
            with storage.directory() as directory:
                known = directory.meta("server_device")
                if known is None:
                    known = f"device-{number}"
                    directory.set_meta("server_device", known)
            found.append(known)

        threads = [threading.Thread(target=start, args=(number,)) for number in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert (len(found), len(set(found))) == (4, 1)
