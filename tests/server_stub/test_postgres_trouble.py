"""PostgreSQL that is away, full, busy or closed to us: words for who can mend it, and the next call succeeds when it can."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest

from benchmarks.postgres import Cluster, cluster
from records.errors import AppError, Correctable, Refused, Unavailable
from server_stub.cli import run as server
from server_stub.storage.address import without_password
from server_stub.storage.base import Writer
from server_stub.storage.postgres import PostgresStorage
from server_stub.workplace import database_of
from tests.postgres import LOGIN, run
from tests.server_stub.storage_contract import A, _record, _revision
from tests.server_stub.web import DEVICE, web_of
from tests.server_stub.world import START, World

SECRET = "s3cr@t/?"
QUOTED = "s3cr%40t%2F%3F"


@pytest.fixture(scope="module")
def own_cluster() -> Iterator[Cluster]:
    """A durable cluster to be stopped and killed, where one user must give a password."""
    with cluster() as made:
        rules = made.folder / "data" / "pg_hba.conf"
        rules.write_text("host all secret 127.0.0.1/32 scram-sha-256\n" + rules.read_text())
        run(made, f"CREATE ROLE secret LOGIN PASSWORD '{SECRET}'", "CREATE DATABASE served", "SELECT pg_reload_conf()")
        yield made


def failure(url: str, **options: Any) -> AppError:
    with pytest.raises(AppError) as found:
        PostgresStorage(url, **options)
    return found.value


def test_a_login_without_roles_to_work_as_is_told_what_to_have_made(own_cluster: Cluster) -> None:
    url = own_cluster.address("served").replace("floor@", f"secret:{QUOTED}@")
    refused = failure(url)
    assert isinstance(refused, Refused)
    assert "thongthin_owner and thongthin_server" in refused.message.en
    PostgresStorage(own_cluster.address("served")).close()
    refused = failure(url)
    assert isinstance(refused, Refused)
    assert "docs/postgresql.md" in refused.message.en
    run(own_cluster, "GRANT thongthin_server TO secret")
    PostgresStorage(url, must_exist=True).close()


@pytest.mark.parametrize(
    ("change", "kind", "words"),
    [
        (("served", "none"), Correctable, "no database"),
        (("floor@", "nobody@"), Correctable, "user and password"),
        (("floor@", "secret:wrong@"), Correctable, "user and password"),
        (("floor@", "secret@"), Correctable, "user and password"),
        (("127.0.0.1:", "127.0.0.1:1/"), Unavailable, "cannot be used"),
        (("127.0.0.1:", "127.0.0.1:x"), Correctable, "not well formed"),
        (("postgresql://", "postgresql://a:b/c@"), Correctable, "not well formed"),
        (("/served", "/served?nonsense=1"), Correctable, "not well formed"),
    ],
)
def test_what_is_wrong_with_an_address_is_said(own_cluster: Cluster, change: tuple[str, str], kind: type[AppError], words: str) -> None:
    error = failure(own_cluster.address("served").replace(*change))
    assert isinstance(error, kind)
    assert words in error.message.en
    for told in (error.message.th, error.message.en, str(error), repr(error.__cause__)):
        assert "wrong@" not in told
        assert "b/c" not in told


def test_a_password_is_in_no_word_of_an_error(postgres_cluster: Cluster) -> None:
    for url in (
        f"postgresql://web:{QUOTED}@127.0.0.1:1/x", f"postgresql://web@127.0.0.1:1/x?password={QUOTED}&sslmode=disable",
        f"postgresql://web:{QUOTED}@127.0.0.1:{postgres_cluster.port}/none",
    ):  # fmt: skip
        error = failure(url)
        database = database_of(url, Path("/x"))
        for told in (error.message.th, error.message.en, repr(error.__cause__), str(database), repr(database)):
            assert "s3cr" not in told
        assert without_password(url)[1] == SECRET


def test_a_url_without_a_password_stays_as_it_is() -> None:
    for url in ("postgresql://web@h/x?sslmode=require", "postgresql://h/x", "sqlite:///a:b@c", "/a:b@c"):
        assert without_password(url) == (url, None)
    assert without_password("postgres://u:p@h/x?sslpassword=q&a=b") == ("postgres://u@h/x?a=b", "p")


@pytest.mark.parametrize(
    ("code", "kind", "words"),
    [
        ("53100", Unavailable, "no room left"), ("53300", Unavailable, "no more connections"), ("40P01", Unavailable, "busy"),
        ("42501", Refused, "too few rights"), ("57P01", Unavailable, "cannot be used"), ("23505", Unavailable, "cannot be used"),
    ],
)  # fmt: skip
def test_what_the_server_complains_of_in_the_middle_is_said_and_taken_back(
    postgres_cluster: Cluster, postgres_url: str, code: str, kind: type[AppError], words: str
) -> None:
    raising = f"""
        CREATE FUNCTION thongthin.complain() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION 'told so' USING ERRCODE = '{code}'; END $$;
        CREATE TRIGGER complain BEFORE UPDATE ON thongthin.stream FOR EACH ROW EXECUTE FUNCTION thongthin.complain()"""
    storage = PostgresStorage(postgres_url)
    run(postgres_cluster, raising, database="tested")
    try:
        with pytest.raises(kind, match=words), storage.write(A) as writer:
            writer.append([_record(1)], [_revision(_record(1))])
    finally:
        run(postgres_cluster, "DROP FUNCTION thongthin.complain CASCADE", database="tested")
    with storage.write(A) as writer:
        assert writer.state.head == 0
        writer.append([_record(1)], [_revision(_record(1))])
    storage.close()


def test_a_lock_that_never_comes_free_is_told(postgres_cluster: Cluster, postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    storage = PostgresStorage(postgres_url)
    with storage.write(A) as writer:
        writer.append([_record(1)], [_revision(_record(1))])
    impatient = storage._writing([A]).as_string().replace("30s", "20ms")
    with storage.write(A), pytest.raises(Unavailable, match="busy"), storage._connections.transaction(_Text(impatient)) as connection:
        connection.execute("SELECT 1 FROM stream WHERE stream = %s FOR UPDATE", (A,))
    storage.close()


class _Text(psycopg.sql.SQL):
    """A statement that was put together already."""


def test_more_threads_than_connections_wait_their_turn(postgres_url: str) -> None:
    storage = PostgresStorage(postgres_url)
    done: list[int] = []

    def look(number: int) -> None:
        with storage.read([A]) as reader:
            reader.states([A])
        done.append(number)

    threads = [threading.Thread(target=look, args=(number,)) for number in range(40)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(done) == 40
    assert len(storage._connections._free) <= 8
    storage.close()


def _write_and_break(writer: Writer, cluster: Cluster) -> None:
    writer.append([_record(1)], [_revision(_record(1))])
    run(cluster, f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '{LOGIN}'")


def test_a_connection_lost_in_the_middle_takes_everything_back(postgres_cluster: Cluster, postgres_url: str) -> None:
    storage = PostgresStorage(postgres_url)
    with pytest.raises(Unavailable, match="what was stored is safe"), storage.write(A) as writer:
        _write_and_break(writer, postgres_cluster)
    with storage.write(A) as writer:
        assert writer.state.head == 0
        writer.append([_record(1)], [_revision(_record(1))])
    storage.close()


def test_connections_that_broke_while_idle_are_replaced_unseen(postgres_cluster: Cluster, postgres_url: str) -> None:
    storage = PostgresStorage(postgres_url)
    with storage.read([A]), storage.read([A]):
        pass
    assert len(storage._connections._free) == 2
    run(postgres_cluster, f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '{LOGIN}'")
    with storage.write(A) as writer:
        writer.append([_record(1)], [_revision(_record(1))])
    with storage.read([A]) as reader:
        assert reader.states([A])[A].head == 1
    storage.close()


@pytest.mark.usefixtures("expected_log")
def test_a_call_while_the_database_is_away_is_503_and_the_next_one_succeeds(own_cluster: Cluster, tmp_path: Path) -> None:
    PostgresStorage(own_cluster.address("served")).close()
    world = World(storage=PostgresStorage(own_cluster.address("served")))
    with web_of(tmp_path, world) as web:
        token = web.enrol("som")
        change = world.change()
        own_cluster.stop(how=signal.SIGQUIT)
        away = web.push(token, change)
        own_cluster.start()
        back = web.push(token, change)
    assert (away.status_code, away.json()["code"], away.headers["content-type"]) == (503, "slow-down", "application/problem+json")
    assert [result["status"] for result in back.json()["results"]] == ["applied"]


@contextmanager
def served(url: str, *options: str) -> Iterator[tuple[subprocess.Popen[str], httpx.Client]]:
    command = [sys.executable, "-m", "server_stub", "serve", "--port", "0", "--database", url, *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            line = process.stdout.readline().split()
            assert line[:1] == ["ready"], process.stderr and process.stderr.read()
            with httpx.Client(base_url=line[1] + "/sync/v1", headers={"Sync-Protocol": "1"}, timeout=120) as client:
                yield process, client
        finally:
            process.send_signal(signal.SIGTERM)
            _, errors = process.communicate(timeout=120)
    assert "Traceback" not in errors
    assert "s3cr" not in errors


def command_lines(process: int) -> str:
    """The command lines of a process and those it started, as any user of the machine may list them."""
    found = Path(f"/proc/{process}/cmdline").read_bytes().decode()
    for task in Path(f"/proc/{process}/task").iterdir():
        for child in (task / "children").read_text().split():
            found += command_lines(int(child))
    return found


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="asks /proc who runs with which words")
def test_two_workers_serve_through_a_crash_of_the_database_and_no_password_is_listed(
    own_cluster: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("THONGTHIN_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    owner = own_cluster.address("served")
    assert server(["init", "--database", owner]) == 0
    assert own_cluster.address("served") in capsys.readouterr().out
    run(own_cluster, "GRANT thongthin_server TO secret")
    url = owner.replace("floor@", f"secret:{QUOTED}@")
    assert server(["add-account", "noi", "--role", "clerk", "--stream", "office/1:write", "--database", url]) == 0
    assert server(["enrolment-code", "noi", "--database", url]) == 0
    code = capsys.readouterr().out.split()[-1]
    change: dict[str, Any] = {
        "change_id": "01a2021f-7b7a-7ed3-be75-0afa22e4a044", "stream": "office/1", "type": "division",
        "id": "01a2021f-7b7a-7ed3-be75-0afa22e4a045", "base": None, "op": "put", "set": {"x": "ก"}, "made_at": "2026-01-01T00:00:00Z",
    }  # fmt: skip
    body = {"streams": {"office/1": START}, "changes": [change]}
    with served(url, "--workers", "2") as (process, client):
        listed = command_lines(process.pid)
        assert (listed.count("postgresql://secret@"), "s3cr" in listed) == (1, False)
        client.headers["Authorization"] = f"Bearer {client.post('/enrol', json={'code': code, 'device': DEVICE}).json()['token']}"
        assert client.post("/push", json=body).json()["streams"]["office/1"]["head"] == 1
        own_cluster.stop(how=signal.SIGQUIT)
        # Each worker had connections of its own: asked often enough, both have found them dead.
        assert {client.post("/push", json=body).status_code for _ in range(6)} == {503}
        own_cluster.start()
        again = [client.post("/push", json=body).json() for _ in range(6)]
    assert {(one["results"][0]["status"], one["streams"]["office/1"]["head"]) for one in again} == {("applied", 1)}
    assert server(["verify", "--database", url]) == 0


def test_the_driver_is_asked_for_by_name_where_it_is_missing(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    for name in [name for name in sys.modules if name.startswith(("psycopg", "server_stub.storage.postgres"))]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "psycopg", None)
    assert server(["init", "--database", "postgresql://web:s3cr@h/x"]) == 1
    complaint = capsys.readouterr().err
    assert "thongthin[postgres]" in complaint or os.environ.get("LANG", "").startswith("th")
    assert "s3cr" not in complaint
