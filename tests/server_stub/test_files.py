"""Contents of files: up by tus, down by ranges, seen only by whoever may read a record that names them (protocol.md, "Files")."""

import base64
import hashlib
import os
import random
import socket
import threading
import time
from pathlib import Path
from typing import Any

import httpx
import pytest

from server_stub.files import FileLimits, Files
from server_stub.problems import CallProblem
from server_stub.storage import sqlite
from server_stub.storage.sqlite import _statements
from tests.server_stub.outside import change, serving
from tests.server_stub.web import Web, web_of
from tests.server_stub.world import OFFICE, World

MIGRATIONS = Path(sqlite.__file__).parent / "migrations"
AT = f"/streams/{OFFICE}/files"
OTHER = "office/6560116"
PART = {"Content-Type": "application/offset+octet-stream", "Tus-Resumable": "1.0.0"}


def content_of(seed: int, size: int = 5000) -> bytes:
    return random.Random(seed).randbytes(size)


def named(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def ref(content: bytes, name: str = "หนังสือ.pdf") -> dict[str, Any]:
    return {"sha256": named(content), "name": name, "size": len(content), "media_type": "application/pdf"}


def begin(web: Web, token: str, content: bytes, at: str = AT) -> Any:
    return web.call("POST", at, token, json={"sha256": named(content), "size": len(content), "media_type": "application/pdf"})


def begun(web: Web, token: str, content: bytes) -> str:
    """The address of a new upload, below /sync/v1."""
    reply = begin(web, token, content)
    assert reply.status_code == 201, reply.text
    place: str = reply.headers["Location"]
    return place.removeprefix("/sync/v1")


def patch(web: Web, token: str, place: str, part: bytes, offset: int, **headers: str) -> Any:
    return web.call("PATCH", place, token, content=part, headers={**PART, "Upload-Offset": str(offset), **headers})


def checksum(part: bytes, algorithm: str = "sha256") -> str:
    return f"{algorithm} {base64.b64encode(hashlib.new(algorithm, part).digest()).decode()}"


def send(web: Web, token: str, content: bytes) -> None:
    reply = patch(web, token, begun(web, token, content), content, 0)
    assert (reply.status_code, reply.headers["Upload-Offset"]) == (204, str(len(content)))


def name_it(web: Web, token: str, content: bytes, record_type: str = "note", **parts: Any) -> dict[str, Any]:
    """A record that names the file."""
    fields = {"title" if record_type == "note" else "text": "ก", "attachments": [ref(content)]}
    made = web.world.change(type=record_type, set=fields, made_by=None, **parts)
    result = web.push(token, made).json()["results"][0]
    assert result["status"] == "applied", result
    snapshot: dict[str, Any] = result["snapshot"]
    return snapshot


def get(web: Web, token: str, content: bytes, at: str = AT, **headers: str) -> Any:
    return web.call("GET", f"{at}/{named(content)}", token, headers=headers)


def code(reply: Any) -> tuple[int, str]:
    return reply.status_code, reply.json()["code"]


@pytest.fixture
def som(web: Web) -> str:
    return web.enrol("som")


def kept(web: Web) -> list[Path]:
    return sorted(path for path in files_folder(web).glob("*/*") if path.parent.name != ".parts" and path.is_file())


def files_folder(web: Web) -> Path:
    path: Path = web.world.storage._path.parent / "files"  # type: ignore[attr-defined]
    return path


# Up ---------------------------------------------------------------------------------------------------------------------------------


def test_a_file_goes_up_in_parts_and_comes_down_whole(web: Web, som: str) -> None:
    content = content_of(1)
    name_it(web, som, content)
    place = begun(web, som, content)
    assert patch(web, som, place, content[:2000], 0, **{"Upload-Checksum": checksum(content[:2000])}).headers["Upload-Offset"] == "2000"
    head = web.call("HEAD", place, som, headers={"Tus-Resumable": "1.0.0"})
    assert (head.headers["Upload-Offset"], head.headers["Upload-Length"], head.headers["Tus-Resumable"]) == ("2000", "5000", "1.0.0")
    assert get(web, som, content).status_code == 404
    last = patch(web, som, place, content[2000:], 2000, **{"Upload-Checksum": checksum(content[2000:], "sha1")})
    assert (last.status_code, last.headers["Upload-Offset"]) == (204, "5000")
    reply = get(web, som, content)
    assert (reply.status_code, reply.content, reply.headers["ETag"]) == (200, content, f'"{named(content)}"')
    assert (begin(web, som, content).status_code, begin(web, som, content).json()["sha256"]) == (200, named(content))
    assert web.call("HEAD", place, som).status_code == 404


def test_an_upload_that_was_begun_is_gone_on_with(web: Web, som: str) -> None:
    content = content_of(2)
    place = begun(web, som, content)
    patch(web, som, place, content[:1234], 0)
    again = begin(web, som, content)
    assert (again.headers["Location"], again.headers["Upload-Offset"]) == (f"/sync/v1{place}", "1234")


def test_a_wrong_offset_is_409_and_changes_nothing(web: Web, som: str) -> None:
    content = content_of(3)
    place = begun(web, som, content)
    patch(web, som, place, content[:1000], 0)
    for offset in (0, 999, 1001, 5000):
        assert code(patch(web, som, place, content[offset:], offset)) == (409, "offset")
    assert web.call("HEAD", place, som).headers["Upload-Offset"] == "1000"


def test_a_damaged_part_is_460_and_not_kept(web: Web, som: str) -> None:
    content = content_of(4)
    place = begun(web, som, content)
    for algorithm in ("sha1", "sha256"):
        reply = patch(web, som, place, content[:999] + b"x", 0, **{"Upload-Checksum": checksum(content[:1000], algorithm)})
        assert code(reply) == (460, "invalid")
    assert web.call("HEAD", place, som).headers["Upload-Offset"] == "0"


def test_a_file_with_another_hash_is_never_visible_and_begins_anew(web: Web, som: str) -> None:
    content = content_of(5)
    name_it(web, som, content)
    place = begun(web, som, content)
    assert code(patch(web, som, place, content[:-1] + b"x", 0)) == (422, "invalid")
    assert (get(web, som, content).status_code, web.call("HEAD", place, som).status_code, kept(web)) == (404, 404, [])
    send(web, som, content)
    assert get(web, som, content).content == content


def test_more_than_the_size_is_refused_and_the_part_is_as_before(web: Web, som: str) -> None:
    content = content_of(6)
    place = begun(web, som, content)
    patch(web, som, place, content[:4000], 0)
    assert code(patch(web, som, place, content[4000:] + b"x", 4000)) == (422, "invalid")
    assert web.call("HEAD", place, som).headers["Upload-Offset"] == "4000"
    assert patch(web, som, place, content[4000:], 4000).status_code == 204


def test_a_file_without_content_is_there_at_once(web: Web, som: str) -> None:
    name_it(web, som, b"")
    assert begin(web, som, b"").status_code == 200
    reply = get(web, som, b"")
    assert (reply.status_code, reply.content) == (200, b"")


@pytest.mark.parametrize(
    "body",
    [
        {}, [], None, "x", {"sha256": "a" * 64}, {"size": 3}, {"sha256": "A" * 64, "size": 3}, {"sha256": "a" * 63, "size": 3},
        {"sha256": "../../../../etc/passwd", "size": 3}, {"sha256": "a" * 64, "size": -1}, {"sha256": "a" * 64, "size": True},
        {"sha256": "a" * 64, "size": "3"}, {"sha256": "a" * 64, "size": 1.5}, {"sha256": "a" * 64, "size": 2**70},
        {"sha256": "a" * 64, "size": 3, "media_type": 5}, {"sha256": "a" * 64, "size": 3, "media_type": "x" * 300},
        {"sha256": "a" * 64 + "\n", "size": 3},
    ],
)  # fmt: skip
def test_a_body_that_is_none_is_422(web: Web, som: str, body: Any) -> None:
    assert code(web.call("POST", AT, som, json=body)) == (422, "invalid")


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({"Content-Type": "application/json"}, 415), ({"Content-Encoding": "gzip"}, 415), ({"Upload-Offset": "-1"}, 422),
        ({"Upload-Offset": "x"}, 422), ({"Upload-Offset": ""}, 422), ({"Upload-Offset": "9" * 30}, 422),
        ({"Upload-Checksum": "md5 xxxx"}, 422), ({"Upload-Checksum": "sha1"}, 460), ({"Upload-Checksum": "sha256 ***"}, 422),
    ],
)  # fmt: skip
def test_a_part_with_wrong_headers_is_refused(web: Web, som: str, headers: dict[str, str], expected: int) -> None:
    content = content_of(7)
    place = begun(web, som, content)
    reply = web.call("PATCH", place, som, content=content[:100], headers={**PART, "Upload-Offset": "0", **headers})
    assert code(reply) == (expected, "invalid")
    assert web.call("HEAD", place, som).headers["Upload-Offset"] == "0"


def test_another_version_of_tus_is_412_and_options_say_which(web: Web, som: str) -> None:
    place = begun(web, som, content_of(8))
    for method in ("HEAD", "PATCH"):
        reply = web.call(method, place, som, headers={"Tus-Resumable": "0.2.2", "Upload-Offset": "0"})
        assert (reply.status_code, reply.headers["Tus-Version"]) == (412, "1.0.0")
    told = web.call("OPTIONS", AT, som).headers
    assert (told["Tus-Version"], told["Tus-Checksum-Algorithm"], told["Tus-Max-Size"]) == ("1.0.0", "sha1,sha256", str(100 * 1024 * 1024))


@pytest.mark.parametrize("upload", ["0" * 32, "../../x", "..%2f..%2fserver.db", "a" * 31, "A" * 32, "%00", "x" * 5000])
def test_an_upload_that_is_none_is_404(web: Web, som: str, upload: str) -> None:
    begun(web, som, content_of(9))
    assert web.call("HEAD", f"{AT}/uploads/{upload}", som).status_code == 404
    assert patch(web, som, f"{AT}/uploads/{upload}", b"x", 0).status_code in (404, 405)


@pytest.mark.parametrize("sha256", ["..", "..%2f..%2fserver.db", "a" * 63, "A" * 64, "a" * 64, "%2e%2e%2f%2e%2e%2fserver.db", "uploads"])
def test_a_file_that_is_none_is_404(web: Web, som: str, sha256: str) -> None:
    assert web.call("GET", f"{AT}/{sha256}", som).status_code == 404


# Who may --------------------------------------------------------------------------------------------------------------------------------


def test_an_upload_belongs_to_one_device_and_one_stream(web: Web) -> None:
    som = web.enrol("som", f"{OFFICE}:write", f"{OTHER}:write")
    lek = web.enrol("lek")
    content = content_of(10)
    place = begun(web, som, content)
    elsewhere = place.replace(OFFICE, OTHER)
    for token, at in ((lek, place), (som, elsewhere)):
        assert web.call("HEAD", at, token).status_code == 404
        assert patch(web, token, at, content, 0).status_code == 404
    assert web.call("HEAD", place, som).headers["Upload-Offset"] == "0"


def test_a_reader_sends_nothing(web: Web, som: str) -> None:
    reader = web.enrol("lek", f"{OFFICE}:read")
    stranger = web.enrol("far", f"{OTHER}:write")
    content = content_of(11)
    place = begun(web, som, content)
    for token in (reader, stranger):
        assert code(begin(web, token, content)) == (403, "no-grant")
        assert web.call("HEAD", place, token).status_code == 403
        assert code(patch(web, token, place, content, 0)) == (403, "no-grant")


def test_a_file_is_read_only_with_a_grant_on_a_record_that_names_it(web: Web, som: str) -> None:
    content = content_of(12)
    send(web, som, content)
    assert get(web, som, content).status_code == 404  # no record names it yet
    planner = web.enrol("plan", f"{OFFICE}:write:planning")
    stranger = web.enrol("far", f"{OTHER}:write")
    name_it(web, som, content, "grievance")
    assert (get(web, som, content).status_code, get(web, planner, content).status_code) == (200, 404)
    assert code(get(web, stranger, content)) == (403, "no-grant")
    name_it(web, som, content)
    assert get(web, planner, content).status_code == 200


def test_nobody_learns_that_a_file_exists_where_they_may_not_read_it(web: Web, som: str) -> None:
    content = content_of(13)
    send(web, som, content)
    name_it(web, som, content, "grievance")
    planner = web.enrol("plan", f"{OFFICE}:write:planning")
    neighbour = web.enrol("far", f"{OTHER}:write")
    assert begin(web, planner, content).status_code == 201  # as for a file nobody has
    assert begin(web, neighbour, content, f"/streams/{OTHER}/files").status_code == 201
    assert web.call("GET", AT, planner).json() == {"missing": []}
    place = begun(web, planner, content)
    assert patch(web, planner, place, content, 0).status_code == 204
    assert len(kept(web)) == 1


def test_a_record_of_an_unknown_type_and_a_nested_field_name_files_too(web: Web, som: str) -> None:
    one, two = content_of(14), content_of(15)
    send(web, som, one)
    send(web, som, two)
    made = web.world.change(type="zz_new", set={"deep": [{"pictures": {"first": ref(one)}}], "other": [ref(two)]}, made_by=None)
    assert web.push(som, made).json()["results"][0]["status"] == "applied"
    assert (get(web, som, one).content, get(web, som, two).content) == (one, two)


def test_a_file_that_no_record_names_any_more_is_not_given(web: Web, som: str) -> None:
    content = content_of(16)
    send(web, som, content)
    snapshot = name_it(web, som, content)
    base = {"version": snapshot["version"], "hash": snapshot["hash"]}
    edit = web.world.change(id=snapshot["id"], base=base, set={}, unset=["attachments"], made_by=None)
    assert web.push(som, edit).json()["results"][0]["status"] == "applied"
    assert get(web, som, content).status_code == 404


def test_records_written_before_the_server_knew_files_name_theirs(tmp_path: Path) -> None:
    content, other = content_of(17), content_of(18)
    with web_of(tmp_path) as web:
        token = web.enrol("som")
        name_it(web, token, content)
        web.push(token, web.world.change(type="zz_new", set={"deep": {"x": [ref(other)]}, "y": {"sha256": "short", "size": 1}}))
        with web.world.storage.directory() as directory:
            connection = directory._connection  # type: ignore[attr-defined]
            connection.execute("DROP TABLE file_name")
            connection.execute("DROP TABLE stored_file")
            (script,) = (path for path in MIGRATIONS.rglob("*_files.sql") if path.parent.name != "postgres")
            for statement in _statements(script.read_text(encoding="utf-8")):
                connection.execute(statement)
        assert web.call("GET", AT, token).json() == {"missing": sorted([named(content), named(other)])}


def test_files_that_the_server_lacks_are_listed_for_whoever_may_read_of_them(web: Web, som: str) -> None:
    ours, secret = content_of(19), content_of(20)
    name_it(web, som, ours)
    name_it(web, som, secret, "grievance")
    planner = web.enrol("plan", f"{OFFICE}:read:planning")
    assert web.call("GET", AT, som).json() == {"missing": sorted([named(ours), named(secret)])}
    assert web.call("GET", AT, planner).json() == {"missing": [named(ours)]}
    send(web, som, ours)
    assert web.call("GET", AT, planner).json() == {"missing": []}
    kept(web)[0].unlink()  # a restored server without its files
    assert web.call("GET", AT, planner).json() == {"missing": [named(ours)]}


# Down --------------------------------------------------------------------------------------------------------------------------------


def test_a_range_brings_the_rest(web: Web, som: str) -> None:
    content = content_of(21)
    send(web, som, content)
    name_it(web, som, content)
    etag = f'"{named(content)}"'
    part = get(web, som, content, Range="bytes=4000-", **{"If-Range": etag})
    assert (part.status_code, part.content, part.headers["Content-Range"]) == (206, content[4000:], "bytes 4000-4999/5000")
    assert get(web, som, content, Range="bytes=4000-", **{"If-Range": '"another"'}).content == content
    assert get(web, som, content, Range="bytes=5000-").status_code == 416
    assert get(web, som, content, Range="bytes=-7").content == content[-7:]


def test_a_page_somebody_attached_is_never_shown_in_the_servers_name(web: Web, som: str) -> None:
    content = b"<script>alert(1)</script>"
    send(web, som, content)
    name_it(web, som, content)
    headers = get(web, som, content).headers
    assert (headers["Content-Type"], headers["X-Content-Type-Options"]) == ("application/octet-stream", "nosniff")
    assert headers["Content-Disposition"] == "attachment"


# Limits -------------------------------------------------------------------------------------------------------------------------------


def _limited(tmp_path: Path, world: World, limits: FileLimits) -> Files:
    return Files(world.storage, tmp_path / "files", world.clock, limits)


def test_a_file_above_the_largest_is_413_and_names_the_limit(tmp_path: Path, world: World) -> None:
    files = _limited(tmp_path, world, FileLimits(largest=10))
    with pytest.raises(CallProblem) as error:
        files.begin(world.som, OFFICE, "a" * 64, 11)
    assert (error.value.type.status, error.value.extra) == (413, {"limits": {"file": 10}})
    assert files.begin(world.som, OFFICE, "a" * 64, 10) is not None


def test_a_stream_above_its_quota_is_507(tmp_path: Path, world: World) -> None:
    files = _limited(tmp_path, world, FileLimits(stream=10))
    (tmp_path / "one").write_bytes(b"12345678")
    files.take_in(OFFICE, named(b"12345678"), tmp_path / "one")
    with pytest.raises(CallProblem) as error:
        files.begin(world.som, OFFICE, "a" * 64, 3)
    assert (error.value.type.status, error.value.code) == (507, "quota")
    assert files.begin(world.som, OFFICE, "a" * 64, 2) is not None


def test_a_device_has_so_many_uploads_under_way(tmp_path: Path, world: World) -> None:
    files = _limited(tmp_path, world, FileLimits(unfinished=2))
    for letter in "ab":
        files.begin(world.som, OFFICE, letter * 64, 5)
    with pytest.raises(CallProblem) as error:
        files.begin(world.som, OFFICE, "c" * 64, 5)
    assert (error.value.type.status, error.value.retry_after_s) == (429, 3600)
    assert files.begin(world.som, OFFICE, "a" * 64, 5) is not None


def test_unfinished_parts_go_after_thirty_days_and_not_before(tmp_path: Path, world: World) -> None:
    files = _limited(tmp_path, world, FileLimits())
    upload = files.begin(world.som, OFFICE, "a" * 64, 5)
    assert upload is not None
    world.clock.forward(days=20)
    with files.appending(world.som, OFFICE, upload.id, 0, None) as part:
        part.write(b"12")
        part.end()
    world.clock.forward(days=29)
    assert (files.parts.sweep(), files.upload(world.som, OFFICE, upload.id).offset) == (0, 2)
    world.clock.forward(days=1, seconds=1)
    files.begin(world.som, OFFICE, "b" * 64, 5)  # any upload sweeps
    with pytest.raises(CallProblem):
        files.upload(world.som, OFFICE, upload.id)


def test_a_full_disk_is_507_and_leaves_the_part_as_it_was(tmp_path: Path, world: World) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("needs /dev/full")
    files = _limited(tmp_path, world, FileLimits())
    upload = files.begin(world.som, OFFICE, "a" * 64, 5)
    assert upload is not None
    (part,) = (tmp_path / "files" / ".parts").glob("*/*.part")
    part.unlink()
    part.symlink_to("/dev/full")
    with files.appending(world.som, OFFICE, upload.id, 0, None) as appending, pytest.raises(CallProblem) as error:
        appending.write(b"12")
    assert (error.value.type.status, appending.offset) == (507, 0)


def test_taking_in_a_file_of_a_bundle_judges_its_hash(tmp_path: Path, world: World) -> None:
    files = _limited(tmp_path, world, FileLimits())
    path = tmp_path / "arrived"
    path.write_bytes(b"12345")
    with pytest.raises(CallProblem):
        files.take_in(OFFICE, "a" * 64, path)
    files.take_in(OFFICE, named(b"12345"), path)
    assert not path.exists()
    path.write_bytes(b"12345")
    files.take_in(OFFICE, named(b"12345"), path)  # twice is once
    assert not path.exists()


def test_two_requests_never_append_at_once(tmp_path: Path, world: World) -> None:
    files, others = _limited(tmp_path, world, FileLimits()), _limited(tmp_path, world, FileLimits())
    upload = files.begin(world.som, OFFICE, named(b"12345"), 5)
    assert upload is not None
    with files.appending(world.som, OFFICE, upload.id, 0, None) as part:
        with pytest.raises(CallProblem) as error, others.appending(world.som, OFFICE, upload.id, 0, None):
            pass
        part.write(b"12345")
        part.end()
    assert (error.value.code, error.value.type.status, error.value.retry_after_s) == ("offset", 409, 5)
    with pytest.raises(CallProblem):
        files.upload(world.som, OFFICE, upload.id)


# Over a real line ------------------------------------------------------------------------------------------------------------------


def _send_by_parts(caller: Any, at: str, content: bytes, rng: random.Random) -> None:
    """Sends a file as a client on a bad line does: by parts of any size, asking again after whatever went wrong."""
    for _ in range(500):
        try:
            reply = caller.post(at, {"sha256": named(content), "size": len(content), "media_type": "x/y"})
            if reply.status_code == 200:
                return
            place = reply.headers["Location"].removeprefix("/sync/v1")
            offset = int(caller.http.head(place).headers["Upload-Offset"])
            part = content[offset : offset + rng.randrange(1, 60_000)]
            caller.http.patch(place, content=part, headers={**PART, "Upload-Offset": str(offset), "Upload-Checksum": checksum(part)})
        except httpx.HTTPError:
            time.sleep(0.02)
        except KeyError:
            continue  # finished between the two calls, or the server is coming up
    raise AssertionError("the file never got there")


def test_two_workers_and_several_desks_take_the_same_files(tmp_path: Path) -> None:
    with serving(tmp_path / "home", workers=2) as server:
        callers = [server.caller(f"desk{number}", f"{OFFICE}:write:*") for number in range(3)]
        contents = [content_of(100 + number, 150_000) for number in range(3)]
        threads = [
            threading.Thread(target=_send_by_parts, args=(caller, AT, content, random.Random(number)))
            for number, caller in enumerate(callers)
            for content in contents
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        callers[0].made(OFFICE, set={"files": [ref(content) for content in contents]})
        assert [callers[1].http.get(f"{AT}/{named(content)}").content for content in contents] == contents
        assert callers[1].http.get(AT).json() == {"missing": []}


@pytest.mark.parametrize("seed", range(3))
def test_a_server_killed_in_the_middle_shows_nothing_half_and_goes_on(tmp_path: Path, seed: int) -> None:
    rng = random.Random(seed)
    content = content_of(seed, 3_000_000)
    with serving(tmp_path / "home") as server:
        caller = server.caller("som", f"{OFFICE}:write:*")
        caller.made(OFFICE, set={"files": [ref(content)]})
        port = server.url.rsplit(":", 1)[1]
        thread = threading.Thread(target=_send_by_parts, args=(caller, AT, content, rng))
        thread.start()
        time.sleep(rng.uniform(0.05, 0.4))
        server.kill()
        whole = server.home / "files" / OFFICE.replace("/", "%2F") / named(content)
        assert not whole.exists() or whole.read_bytes() == content
        server.start(port=port)  # the same, so that a client in the middle of its work finds it again
        thread.join()
        assert caller.http.get(f"{AT}/{named(content)}").content == content


def test_a_body_cut_anywhere_keeps_what_came_and_no_more(tmp_path: Path) -> None:
    content = content_of(31, 40_000)
    with serving(tmp_path / "home") as server:
        caller = server.caller("som", f"{OFFICE}:write:*")
        reply = caller.post(AT, {"sha256": named(content), "size": len(content), "media_type": "x/y"})
        place = reply.headers["Location"]
        host, port = server.url.removeprefix("http://").split(":")
        for with_checksum, cut in ((False, 1000), (True, 7000), (False, 3000)):
            offset = int(caller.http.head(place.removeprefix("/sync/v1")).headers["Upload-Offset"])
            rest = content[offset:]
            head = f"PATCH {place} HTTP/1.1\r\nHost: x\r\nSync-Protocol: 1\r\nAuthorization: Bearer {caller.enrolled['token']}\r\n"
            head += f"Content-Type: application/offset+octet-stream\r\nUpload-Offset: {offset}\r\nContent-Length: {len(rest)}\r\n"
            head += f"Upload-Checksum: {checksum(rest)}\r\n" if with_checksum else ""
            with socket.create_connection((host, int(port))) as line:
                line.sendall(head.encode() + b"\r\n" + rest[:cut])
                time.sleep(0.2)
            expected = offset if with_checksum else offset + cut
            deadline = time.monotonic() + 60
            while (found := int(caller.http.head(place.removeprefix("/sync/v1")).headers["Upload-Offset"])) != expected:
                assert time.monotonic() < deadline, (found, expected)
        _send_by_parts(caller, AT, content, random.Random(1))
        caller.made(OFFICE, set={"files": [ref(content)]})
        assert caller.http.get(f"{AT}/{named(content)}").content == content


def test_a_large_file_goes_through_with_flat_memory(tmp_path: Path) -> None:
    block = os.urandom(1 << 20)
    whole = hashlib.sha256()
    for _ in range(64):
        whole.update(block)
    with serving(tmp_path / "home") as server:
        caller = server.caller("som", f"{OFFICE}:write:*")
        assert server.process is not None
        before = _peak_mb(server.process.pid)
        about = {"sha256": whole.hexdigest(), "size": 64 << 20, "media_type": "x/y"}
        place = caller.post(AT, about).headers["Location"].removeprefix("/sync/v1")
        sent = caller.http.patch(place, content=(block for _ in range(64)), headers={**PART, "Upload-Offset": "0"})
        assert sent.status_code == 204, sent.text
        caller.one(change(OFFICE, set={"file": {**about, "name": "ก"}}))
        received = hashlib.sha256()
        with caller.http.stream("GET", f"{AT}/{about['sha256']}") as reply:
            for part in reply.iter_raw():
                received.update(part)
        assert received.hexdigest() == about["sha256"]
        assert _peak_mb(server.process.pid) - before < 24


def _peak_mb(pid: int) -> float:
    status = Path(f"/proc/{pid}/status")
    if not status.exists():
        pytest.skip("needs /proc")
    return next(int(line.split()[1]) / 1024 for line in status.read_text().splitlines() if line.startswith("VmHWM"))
