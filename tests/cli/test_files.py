"""Documents on the command line: taken in, listed, sent, fetched at another desk, kept."""

import hashlib
import json
import random
from pathlib import Path

import pytest

from tests.cli.conftest import Server
from tests.offices import thongthin

STREAM = "office/6601590"


def _desk(server: Server, home: Path, name: str) -> Path:
    code = server.code_for(name, stream=f"{STREAM}:write")
    assert thongthin(home, "enrol", "--server", server.url, "--code", code).code == 0
    return home


def _attached(home: Path, path: Path) -> dict[str, object]:
    """A project that names the file, saved at that desk."""
    file = thongthin(home, "file", "add", str(path), "--json").json
    saved = thongthin(home, "record", "save", "project", "--json", stdin=json.dumps({"title": "ถนน", "attachments": [file]}))
    assert saved.code == 0, saved.err
    found: dict[str, object] = file
    return found


@pytest.fixture
def scan(tmp_path: Path) -> Path:
    path = tmp_path / "หนังสือ.pdf"
    path.write_bytes(random.Random(1).randbytes(700_000))
    return path


def test_a_document_is_attached_here_and_opened_at_another_desk(server: Server, tmp_path: Path, scan: Path) -> None:
    one, two = _desk(server, tmp_path / "one", "file-one"), _desk(server, tmp_path / "two", "file-two")
    file = _attached(one, scan)
    assert [shown["state"] for shown in thongthin(one, "file", "list", "--json").json] == ["waiting"]

    sent = thongthin(one, "sync", "--json").json["files"]
    thongthin(two, "sync")

    assert (sent["sent"], sent["waiting"]) == (1, 0)
    assert [shown["state"] for shown in thongthin(one, "file", "list", "--json").json] == ["sent"]
    (absent,) = thongthin(two, "file", "list", "--absent", "--json").json
    assert (absent["state"], absent["name"], absent["sha256"]) == ("absent", "หนังสือ.pdf", file["sha256"])
    target = tmp_path / "out" / "สำเนา.pdf"
    target.parent.mkdir()
    got = thongthin(two, "file", "get", "หนังสือ.pdf", "--to", str(target))
    assert got.code == 0, got.err
    assert hashlib.sha256(target.read_bytes()).hexdigest() == file["sha256"]
    assert thongthin(two, "file", "list", "--absent", "--json").json == []
    assert thongthin(two, "file", "get", "หนังสือ.pdf", "--to", str(target)).code == 1  # never written over


def test_a_document_is_named_by_the_beginning_of_its_hash_too(server: Server, tmp_path: Path, scan: Path) -> None:
    one, two = _desk(server, tmp_path / "one", "file-three"), _desk(server, tmp_path / "two", "file-four")
    file = _attached(one, scan)
    thongthin(two, "sync")  # before the other desk has sent anything
    thongthin(one, "sync")
    thongthin(two, "sync")
    database = tmp_path / "two"
    asked = thongthin(database, "file", "get", str(file["sha256"])[:12], "--to", str(tmp_path / "a"), "--json")

    assert (asked.code, (tmp_path / "a").stat().st_size) == (0, 700_000)


def test_documents_of_an_area_are_kept(server: Server, tmp_path: Path, scan: Path) -> None:
    one, two = _desk(server, tmp_path / "one", "file-five"), _desk(server, tmp_path / "two", "file-six")
    _attached(one, scan)
    thongthin(one, "sync")
    assert thongthin(two, "file", "keep", "nonsense").code == 1
    assert thongthin(two, "file", "keep", "planning", "--json").json == {STREAM: ["planning"]}

    assert thongthin(two, "sync", "--json").json["files"]["received"] == 1
    assert thongthin(two, "file", "keep", "all", "--json").json == {STREAM: ["*"]}
    assert thongthin(two, "file", "keep", "none", "--json").json == {STREAM: []}
