"""Bad input: one sentence that says what happened, what is safe and what to do; nothing is lost."""

import http.server
import threading
from collections.abc import Iterator
from pathlib import Path

import keyring
import pytest
from keyring.backends.null import Keyring as NullKeyring

from desktop.app import open_office
from tests.cli.conftest import Server
from tests.offices import ENVIRON, Outcome, enrolled_home, thongthin


def says(done: Outcome, *parts: str, code: int = 1) -> None:
    """Asserts that a command failed with one line on stderr that has these parts, and printed nothing."""
    assert (done.code, done.out) == (code, ""), done
    assert done.err.count("\n") == 1, done.err
    assert "Traceback" not in done.err
    for part in parts:
        assert part in done.err


class _Portal(http.server.BaseHTTPRequestHandler):
    """A captive portal: HTML for everything."""

    def do_POST(self) -> None:
        """Answers anything with its page."""
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(b"<html>Please log in to the hotel wifi</html>")

    def log_message(self, format: str, *args: object) -> None:
        """Says nothing."""


@pytest.fixture
def portal() -> Iterator[str]:
    """The address of a captive portal."""
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Portal) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_a_wrong_code(server: Server, tmp_path: Path) -> None:
    says(thongthin(tmp_path, "enrol", "--server", server.url, "--code", "AAAA-BBBB-CCCC"), "code", "nothing was changed", "administrator")


def test_a_code_used_twice(server: Server, tmp_path: Path) -> None:
    code = server.code_for("once")
    assert thongthin(tmp_path / "a", "enrol", "--server", server.url, "--code", code).code == 0
    says(thongthin(tmp_path / "b", "enrol", "--server", server.url, "--code", code), "code", "used")


@pytest.mark.parametrize(
    "address", ["http://127.0.0.1:9", "https://no-such-host.invalid", "ftp://example.org", "nonsense", "http://example.org"]
)
def test_a_wrong_address(tmp_path: Path, address: str) -> None:
    done = thongthin(tmp_path, "enrol", "--server", address, "--code", "AAAA-BBBB-CCCC")
    says(done)
    assert any(word in done.err.lower() for word in ("server", "address", "https://"))


@pytest.mark.parametrize("code", ["", "A" * 10_000, "๑๒๓"])
def test_what_has_not_the_form_of_a_code_is_a_wrong_code(server: Server, tmp_path: Path, code: str) -> None:
    says(thongthin(tmp_path, "enrol", "--server", server.url, "--code", code), "code", "nothing was changed", "administrator")


def test_an_address_below_that_of_the_server(server: Server, tmp_path: Path) -> None:
    says(thongthin(tmp_path, "enrol", "--server", f"{server.url}/v1", "--code", "AAAA-BBBB-CCCC"), "/v1", "nothing was changed", "address")


def test_an_html_page_instead_of_json(tmp_path: Path, portal: str) -> None:
    says(thongthin(tmp_path, "enrol", "--server", portal, "--code", "AAAA-BBBB-CCCC"), "nothing was changed", "sign in", portal)


def test_a_revoked_token_keeps_the_work(server: Server, tmp_path: Path) -> None:
    code = server.code_for("gone", stream="office/6600901:write")
    device = thongthin(tmp_path, "enrol", "--server", server.url, "--code", code, "--json").json["device"]
    saved = thongthin(tmp_path, "record", "save", "project", "--json", stdin='{"title": "ยังไม่ส่ง"}').json
    server.run("revoke-device", device)
    says(thongthin(tmp_path, "sync"), "revoked", "administrator")
    says(thongthin(tmp_path, "record", "get", "project", saved["id"]), "administrator")
    assert thongthin(tmp_path, "unsent", "--to", str(tmp_path / "unsent.jsonl")).code == 0
    assert saved["id"] in (tmp_path / "unsent.jsonl").read_text(encoding="utf-8")


def test_a_database_of_a_newer_version(tmp_path: Path) -> None:
    office = open_office(tmp_path, environ=ENVIRON)
    with office.database.write() as connection:
        connection.execute("PRAGMA user_version = 9999")
    office.close()
    says(thongthin(tmp_path, "status"), "newer version", "upgrade")


def test_a_wrong_key(tmp_path: Path) -> None:
    enrolled_home(tmp_path)
    says(thongthin(tmp_path, "status", environ={"THONGTHIN_KEY": "22" * 32}), "key", "administrator")
    assert thongthin(tmp_path, "status").code == 0


def test_a_key_that_is_none(tmp_path: Path) -> None:
    says(thongthin(tmp_path, "status", environ={"THONGTHIN_KEY": "secret"}), "64 hex digits", "nothing was changed")


def test_no_key_and_nobody_to_ask(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Not by the environment: that is read once, and another test of this process may have been first.
    monkeypatch.setattr(keyring, "get_keyring", NullKeyring)
    says(thongthin(tmp_path, "status", environ={}), "THONGTHIN_KEY", "nothing was changed")
    assert not (tmp_path / "thongthin.db").exists()


def test_a_citizen_id_with_a_wrong_digit(tmp_path: Path) -> None:
    home = enrolled_home(tmp_path)
    done = thongthin(home, "record", "save", "person", stdin='{"first_name": "สมชาย", "citizen_id": "1101700230700"}')
    says(done, "citizen_id", "nothing was changed")
    assert thongthin(home, "record", "list", "person", "--json").json == []


def test_a_csv_in_windows_874_is_read(tmp_path: Path) -> None:
    home = enrolled_home(tmp_path / "home")
    sheet = tmp_path / "plan.csv"
    sheet.write_bytes("ชื่อโครงการ;2569\nถนน;100\n".encode("cp874"))
    assert thongthin(home, "import", "project", str(sheet), "--json").json["created"] == 1
    assert thongthin(home, "record", "list", "project", "--json").json[0]["fields"]["title"] == "ถนน"


@pytest.mark.parametrize(
    "arguments",
    [
        ("record", "list", "nope"),
        ("record", "get", "nope", "x"),
        ("record", "save", "nope"),
        ("record", "history", "nope", "x"),
        ("export", "nope", "--to", "a.xlsx"),
        ("import", "nope", "a.csv"),
    ],
)
def test_an_unknown_type(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    says(thongthin(enrolled_home(tmp_path), *arguments, stdin="{}"), "no record type “nope”", "nothing was changed")


@pytest.mark.parametrize("record_id", ["nope", "0192aaaa-0000-7000-8000-00000000ffff"])
@pytest.mark.parametrize("command", ["get", "delete", "history"])
def test_an_unknown_id(tmp_path: Path, command: str, record_id: str) -> None:
    says(thongthin(enrolled_home(tmp_path), "record", command, "project", record_id), record_id, "nothing was changed")


@pytest.mark.parametrize(
    ("fields", "part"),
    [
        ('{"nope": 1}', "nope"),
        ('{"title": 5}', "(title)"),
        ('{"status": "flying"}', "one of planning"),
        ('{"status_since": "22/11/2569"}', "2026-11-22"),
        ('{"strategy": "x"}', "id of a record"),
        ('{"tags": "x"}', "list of texts"),
        ('{"source_row": 1.5}', "whole number"),
        ('{"source_row": true}', "whole number"),
        ('{"tags": [1]}', "list of texts"),
        ('{"status_since": "2569-11-22"}', "2026-11-22"),
    ],
)
def test_a_field_of_the_wrong_kind(tmp_path: Path, fields: str, part: str) -> None:
    home = enrolled_home(tmp_path)
    says(thongthin(home, "record", "save", "project", stdin=fields), part, "nothing was changed")
    assert thongthin(home, "record", "list", "project", "--json").json == []


@pytest.mark.parametrize(
    ("type_name", "fields", "part"),
    [
        ("person", '{"phone": "abc"}', "081-234-5678"),
        ("person", '{"email": "somchai"}', "name@office.go.th"),
        ("project_budget", '{"fiscal_year": 2026}', "2569"),
        ("project_budget", '{"fiscal_year": 99}', "2569"),
        ("conflict", "{}", "program itself"),
        ("number_block", "{}", "program itself"),
    ],
)
def test_what_a_record_cannot_hold(tmp_path: Path, type_name: str, fields: str, part: str) -> None:
    home = enrolled_home(tmp_path)
    says(thongthin(home, "record", "save", type_name, stdin=fields), part, "nothing was changed")
    assert thongthin(home, "record", "list", type_name, "--json").json == []


@pytest.mark.parametrize("given", ["", "not json", "[1]", "null", '"x"', b"\xff\xfe", "[" * 100_000])
def test_no_json_object_on_standard_input(tmp_path: Path, given: str | bytes) -> None:
    says(thongthin(enrolled_home(tmp_path), "record", "save", "project", stdin=given), "no JSON object", "Example")


@pytest.mark.parametrize("mapping", ["x", "[]", '{"name": 5}', '{"name": "nope"}', '{"nope": "title"}'])
def test_a_map_that_does_not_work(tmp_path: Path, mapping: str) -> None:
    sheet = tmp_path / "a.csv"
    sheet.write_text("name,2566\nx,1\n", encoding="utf-8")
    says(thongthin(enrolled_home(tmp_path / "home"), "import", "project", str(sheet), "--map", mapping), "nothing was changed")


def test_an_export_that_is_no_xlsx(tmp_path: Path) -> None:
    says(thongthin(enrolled_home(tmp_path), "export", "project", "--to", str(tmp_path / "a.csv")), ".xlsx")


def test_saving_before_enrolment(tmp_path: Path) -> None:
    says(thongthin(tmp_path, "record", "save", "project", stdin='{"title": "x"}'), "not enrolled", "code")


def test_a_stream_without_a_grant(tmp_path: Path) -> None:
    home = enrolled_home(tmp_path)
    says(thongthin(home, "record", "save", "project", "--stream", "office/1", stdin='{"title": "x"}'), "office/1", "administrator")
    says(thongthin(home, "record", "save", "office", stdin='{"name_th": "x"}'), "may not write")


@pytest.mark.parametrize("arguments", [("record", "list", "project"), ("sync",), ("export", "project", "--to", "a.xlsx")])
def test_a_stream_this_desk_does_not_have(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    says(thongthin(enrolled_home(tmp_path), *arguments, "--stream", "office/1"), "office/1", "nothing was changed")


def test_a_folder_that_a_cloud_copies(tmp_path: Path) -> None:
    says(thongthin(tmp_path / "OneDrive - เทศบาล" / "data", "status"), "cloud", "--home")


def test_a_folder_of_another_server(tmp_path: Path) -> None:
    home = enrolled_home(tmp_path)
    says(thongthin(home, "enrol", "--server", "https://elsewhere.example", "--code", "X"), "enrolled with", "--home")


def test_nothing_to_undo(tmp_path: Path) -> None:
    says(thongthin(enrolled_home(tmp_path), "undo"), "undo")


def test_a_server_that_does_not_answer_keeps_the_work(tmp_path: Path) -> None:
    says(thongthin(enrolled_home(tmp_path), "sync"), "safe")
