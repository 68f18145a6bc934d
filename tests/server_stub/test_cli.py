"""The command line `thongthin-server`: a contract that scripts rely on."""

import csv
import json
import os
import signal
import socket
import ssl
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import httpx
import pytest
import sqlcipher3.dbapi2 as sqlite  # type: ignore[import-untyped]
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from server_stub.cli import options_first
from tests.server_stub.conftest import Run
from tests.server_stub.test_registry_import import HEADINGS, PAO, SAO, TOWN
from tests.server_stub.web import DEVICE
from tests.server_stub.world import START


def _list(path: Path, *rows: list[str]) -> str:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows([HEADINGS, *rows])
    return str(path)


def test_options_may_stand_anywhere() -> None:
    assert options_first(["serve", "--home", "/x", "--port", "0", "--json"]) == ["--home", "/x", "--json", "serve", "--port", "0"]
    assert options_first(["init", "--database=sqlite:///a", "--", "--json"]) == ["--database=sqlite:///a", "init", "--", "--json"]
    assert options_first(["init", "--home"]) == ["--home", "init"]


def test_init_makes_the_database_and_again_leaves_it(server: Run, tmp_path: Path) -> None:
    assert server("init")[0] == 0
    first = json.loads(server("init", "--json")[1])
    assert first == json.loads(server("--json", "init")[1])
    assert Path(first["database"]) == tmp_path / "home" / "thongthin-server.db"
    assert Path(first["database"]).is_file()


@pytest.mark.parametrize("form", ["sqlite:///{}", "{}"])
def test_a_database_is_named_by_url_or_path(server: Run, tmp_path: Path, form: str) -> None:
    path = tmp_path / "other" / "s.db"
    assert server("init", "--database", form.format(path))[0] == 0
    assert path.is_file()


@pytest.mark.parametrize(
    "arguments",
    [
        ("init", "--database", "mysql://x/y"), ("init", "--database", "sqlite://"), ("list-devices",), ("verify",), ("revoke-device", "x"),
        ("enrolment-code", "som"), ("import-registry", "/none.csv"), ("add-account", "som", "--role", "king", "--stream", "a:read"),
        ("add-account", "Som", "--role", "clerk", "--stream", "a:read"), ("add-account", "som", "--role", "clerk", "--stream", "a:own"),
        ("init", "--home", "/proc/none"),
    ],
    ids=" ".join,
)  # fmt: skip
def test_an_error_is_one_sentence_on_stderr_and_exit_one(server: Run, arguments: tuple[str, ...]) -> None:
    code, printed, complaint = server(*arguments)
    assert (code, printed, complaint.count("\n")) == (1, "", 1)
    assert "nothing was changed" in complaint
    assert complaint.endswith(".\n")


def test_an_error_is_said_in_thai_where_the_system_speaks_thai(server: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "th_TH.UTF-8")
    assert "ไม่มีอะไรเปลี่ยนแปลง" in server("verify")[2]


@pytest.mark.parametrize(
    "arguments",
    [("bogus",), ("add-account",), ("add-account", "x"), ("serve", "--port", "x"), ("init", "--nope"), ("--home",)],
    ids=" ".join,
)
def test_wrong_usage_is_exit_two(server: Run, arguments: tuple[str, ...]) -> None:
    code, printed, complaint = server(*arguments)
    assert (code, printed, bool(complaint)) == (2, "", True)


def test_dry_run_and_accept_exclude_each_other(server: Run, tmp_path: Path) -> None:
    assert server("import-registry", _list(tmp_path / "l.csv", SAO), "--dry-run", "--accept", "x")[0] == 2


def test_an_account_gets_a_code_and_a_device_is_listed_and_revoked(server: Run) -> None:
    told = json.loads(
        server("add-account", "som", "--role", "clerk", "--stream", "office/1:write", "--stream", "central:read:registry", "--json")[1]
    )
    assert [(grant["stream"], grant["access"]) for grant in told["streams"]] == [("office/1", "write"), ("central", "read")]
    code, printed, _ = server("enrolment-code", "som")
    assert (code, len(printed.strip())) == (0, 14)
    assert set(json.loads(server("enrolment-code", "som", "--json")[1])) == {"code"}
    assert json.loads(server("list-devices", "--json")[1]) == []
    assert server("enrolment-code", "nobody")[0] == 1


def test_the_registry_is_imported_compared_and_a_plan_accepted(server: Run, tmp_path: Path) -> None:
    first = _list(tmp_path / "first.csv", SAO, TOWN, PAO)
    code, printed, _ = server("import-registry", first, "--json")
    assert (code, json.loads(printed)["by_type"]) == (0, {"pao": 1, "mueang": 1, "sao": 1})
    code, printed, _ = server("import-registry", first)
    assert (code, "0 added, 0 changed, 3 as before" in printed, "SAO 1" in printed) == (0, True, True)
    later = _list(tmp_path / "later.csv", SAO, [TOWN[0], "แม่เหียะใหม่", *TOWN[2:]])
    code, printed, _ = server("import-registry", later)
    assert (code, "2 points are left for a person" in printed) == (3, True)
    code, plan, _ = server("import-registry", later, "--dry-run")
    assert (code, len(json.loads(plan)["renamed"]), len(json.loads(plan)["gone"])) == (0, 1, 1)
    (tmp_path / "plan.json").write_text(plan, encoding="utf-8")
    code, printed, _ = server("import-registry", later, "--accept", str(tmp_path / "plan.json"), "--json")
    assert (code, json.loads(printed)["updated"], json.loads(printed)["left"]["renamed"]) == (0, 2, 0)
    assert server("import-registry", later)[0] == 0


def test_a_list_with_faults_is_imported_and_exit_three(server: Run, tmp_path: Path) -> None:
    code, printed, _ = server("import-registry", _list(tmp_path / "l.csv", SAO, ["x", *TOWN[1:]]))
    assert (code, "Not read, line 3" in printed) == (3, True)


def test_verify_finds_damage_and_exits_three(server: Run, tmp_path: Path) -> None:
    server("import-registry", _list(tmp_path / "l.csv", SAO))
    assert server("verify")[0] == 0
    connection = sqlite.connect(str(tmp_path / "home" / "thongthin-server.db"))
    connection.execute("UPDATE revision SET changed_by = 'x' WHERE seq = 1")
    connection.commit()
    connection.close()
    code, printed, _ = server("verify", "--json")
    assert (code, json.loads(printed)["ok"], json.loads(printed)["damage"][0]["seq"]) == (3, False, 1)


@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_served_database_takes_a_device_from_code_to_push_and_stops_when_told(server: Run, tmp_path: Path, workers: str) -> None:
    server("add-account", "som", "--role", "clerk", "--stream", "office/1:write")
    code = server("enrolment-code", "som")[1].strip()
    command = [sys.executable, "-m", "server_stub", "serve", "--port", "0", "--workers", workers]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=os.environ) as process:
        try:
            assert process.stdout is not None
            word, url = process.stdout.readline().split()
            assert (word, url.startswith("http://127.0.0.1:")) == ("ready", True)
            with httpx.Client(base_url=url + "/sync/v1", headers={"Sync-Protocol": "1"}, timeout=120) as client:
                token = client.post("/enrol", json={"code": code, "device": DEVICE}).json()["token"]
                client.headers["Authorization"] = f"Bearer {token}"
                change: dict[str, Any] = {
                    "change_id": "01a2021f-7b7a-7ed3-be75-0afa22e4a044", "stream": "office/1", "type": "division",
                    "id": "01a2021f-7b7a-7ed3-be75-0afa22e4a045", "base": None, "op": "put", "set": {"x": "ก"}, "made_at": "2026-01-01T00:00:00Z",
                }  # fmt: skip
                results = client.post("/push", json={"streams": {"office/1": START}, "changes": [change]}).json()["results"]
                assert results[0]["status"] == "applied"
        finally:
            process.send_signal(signal.SIGTERM)
            _, errors = process.communicate(timeout=120)
    assert "Traceback" not in errors
    (device,) = json.loads(server("list-devices", "--json")[1])
    assert (device["name"], device["accounts"]) == ("โต๊ะ 1", ["som"])
    assert server("revoke-device", device["id"])[0] == 0
    assert "revoked" in server("list-devices")[1]
    assert json.loads(server("verify", "--json")[1])["revisions"] == 1


def test_a_port_in_use_is_one_sentence(server: Run, tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        code, _, complaint = server("serve", "--port", str(taken.getsockname()[1]))
    assert (code, "cannot be opened" in complaint) == (1, True)


def _certificate(folder: Path) -> Path:
    """A certificate for 127.0.0.1 with its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    day = datetime.now(UTC)
    builder = x509.CertificateBuilder(
        name, name, key.public_key(), x509.random_serial_number(), day - timedelta(days=1), day + timedelta(days=1)
    )
    alternative = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
    certificate = builder.add_extension(alternative, critical=False).sign(key, hashes.SHA256())
    path = folder / "server.pem"
    plain = serialization.NoEncryption()
    pem = serialization.Encoding.PEM
    path.write_bytes(key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain) + certificate.public_bytes(pem))
    return path


def test_it_serves_over_tls(server: Run, tmp_path: Path) -> None:
    path = _certificate(tmp_path)
    command = [sys.executable, "-m", "server_stub", "serve", "--port", "0", "--tls-cert", str(path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=os.environ) as process:
        try:
            assert process.stdout is not None
            url = process.stdout.readline().split()[1]
            context = ssl.create_default_context(cafile=path)
            assert httpx.get(url + "/sync/v1/hello", verify=context).json()["protocol"]["min"] == 1
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=120)
    assert url.startswith("https://")


def test_a_certificate_that_cannot_be_used_is_one_sentence(server: Run, tmp_path: Path) -> None:
    path = tmp_path / "server.pem"
    path.write_text("no certificate")
    code, _, complaint = server("serve", "--tls-cert", str(path))
    assert (code, "--tls-cert" in complaint, "None" in complaint) == (1, True, False)
    assert server("serve", "--tls-key", str(path))[0] == 2
