"""Bundles as bytes: what is written is read again, and whatever was altered on the way is refused with its reason."""

import io
import zipfile
from contextlib import suppress
from random import Random

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from records.bundle import CHANGES, LARGEST_LINE, BundleReader, BundleWriter
from records.bundle_faults import BUNDLE_FAULTS, BundleFault
from records.bundle_manifest import Entry, ReplyManifest, WorkManifest
from records.sealing import (
    CHUNK,
    Kind,
    SealingWriter,
    open_sealed,
    public_sealing_key,
    public_signing_key,
    recipient_of,
    seal_by_code,
    seal_to,
)

RANDOM = Random(11)
SERVER, OTHER_SERVER = RANDOM.randbytes(32).hex(), RANDOM.randbytes(32).hex()
DEVICE, OTHER_DEVICE = RANDOM.randbytes(32).hex(), RANDOM.randbytes(32).hex()
FILE = f"files/{'ab' * 32}"


def _manifest(**parts: object) -> WorkManifest:
    return WorkManifest(
        id="i", number=1, device="d", account="som", made_at="2026-11-22T03:00:00Z", streams={}, counts={"changes": 2, "files": 1}, **parts,  # type: ignore[arg-type]
    )  # fmt: skip


def _work(content: bytes = b"x" * 1000, to: str = SERVER, signing: str = DEVICE, lines: bytes = b'{"a":1}\n{"a":2}\n') -> bytes:
    out = io.BytesIO()
    writer = BundleWriter(out, seal_to(public_sealing_key(to), Random(5).randbytes), "work", "d", signing)
    writer.add(CHANGES, [lines])
    writer.add(FILE, [content], is_packed=True)
    writer.finish(_manifest())
    return out.getvalue()


def _read(work: bytes, sealing: str = SERVER, signing: str = DEVICE) -> BundleReader[WorkManifest]:
    opened = open_sealed(io.BytesIO(work), lambda *_: public_signing_key(signing), sealing_keys=(sealing,))
    return BundleReader(opened, WorkManifest)


def _reason(work: bytes, **keys: str) -> str:
    """Why it is refused; whatever happens, it is a BundleFault."""
    with pytest.raises(BundleFault) as caught:
        _read_all(work, **keys)
    return caught.value.code


def _read_all(work: bytes, **keys: str) -> None:
    bundle = _read(work, **keys)
    for name in bundle.entries:
        for _ in bundle.blocks(name):
            pass


def _sealed(plain: bytes, kind: Kind = "work") -> bytes:
    """Any content, sealed and signed rightly: by a device that means ill."""
    out = io.BytesIO()
    writer = SealingWriter(out, seal_to(public_sealing_key(SERVER), Random(5).randbytes), kind, "d", DEVICE)
    writer.write(plain)
    writer.finish()
    return out.getvalue()


def _zip(*entries: tuple[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as made:
        for name, content in entries:
            made.writestr(zipfile.ZipInfo(name), content, method)
    return out.getvalue()


def _encoded(**parts: object) -> bytes:
    return msgspec.json.encode(_manifest(**parts))


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=3 * CHUNK), st.integers(0, CHUNK))
def test_what_is_written_is_read_again(content: bytes, cut: int) -> None:
    bundle = _read(_work(content))
    assert b"".join(bundle.blocks(FILE)) == content
    assert list(bundle.lines(CHANGES)) == [b'{"a":1}', b'{"a":2}']
    assert bundle.manifest.entries[FILE].size == len(content)


@pytest.mark.parametrize("size", [0, 1, CHUNK - 64, CHUNK, CHUNK + 1, 3 * CHUNK])
def test_sealed_content_can_be_read_from_any_place(size: int) -> None:
    plain = Random(size).randbytes(size)
    content = open_sealed(io.BytesIO(_sealed(plain)), lambda *_: public_signing_key(DEVICE), sealing_keys=(SERVER,)).content
    places = sorted({0, size // 3, max(0, size - 5), size, size + 7})
    assert [content.read(9) for place in places if content.seek(place) >= 0] == [plain[place : place + 9] for place in places]
    assert content.seek(-min(4, size), io.SEEK_END) == size - min(4, size)
    with pytest.raises(ValueError, match="negative"):
        content.seek(-1)


def test_a_bundle_says_to_whom_it_is_sealed_and_nothing_else() -> None:
    work = _work(lines='{"title":"ความลับ"}\n'.encode())
    assert recipient_of(io.BytesIO(work)) == recipient_of(io.BytesIO(_work()))
    assert recipient_of(io.BytesIO(work)) != recipient_of(io.BytesIO(_work(to=OTHER_SERVER)))
    for word in ("ความลับ".encode(), b"som", b"manifest", b"PK"):
        assert word not in work


def test_a_bundle_cut_off_at_any_byte_is_refused() -> None:
    work = _work(b"y" * 300)
    reasons = {_reason(work[:size]) for size in range(len(work))}
    assert reasons <= {"not-a-bundle", "cut-bundle"}
    assert _reason(work + b"\0") == "cut-bundle"


def test_a_large_bundle_cut_off_at_a_chunk_is_refused() -> None:
    work = _work(Random(1).randbytes(3 * CHUNK))
    start = work.index(b"}\n") + 2
    for count in (1, 2, 3):
        assert _reason(work[: start + count * (CHUNK + 16)]) == "cut-bundle"


def test_a_flipped_bit_anywhere_is_refused() -> None:
    work = _work(b"z" * 200)
    for place in range(len(work)):
        altered = bytearray(work)
        altered[place] ^= 1 << place % 8
        assert _reason(bytes(altered)) in BUNDLE_FAULTS


def test_chunks_that_changed_places_are_refused() -> None:
    work = _work(Random(1).randbytes(3 * CHUNK))
    start, size = work.index(b"}\n") + 2, CHUNK + 16
    one, two = work[start : start + size], work[start + size : start + 2 * size]
    assert _reason(work[:start] + two + one + work[start + 2 * size :]) == "damaged-bundle"
    assert _reason(work[:start] + one + one + work[start + 2 * size :]) == "damaged-bundle"


def test_a_bundle_for_another_server_cannot_be_opened() -> None:
    assert _reason(_work(to=OTHER_SERVER)) == "foreign-bundle"
    assert _reason(_work(), sealing=OTHER_SERVER) == "foreign-bundle"


def test_a_bundle_signed_by_another_device_is_refused() -> None:
    assert _reason(_work(signing=OTHER_DEVICE)) == "unsigned-bundle"


def test_work_that_one_server_opened_cannot_be_sealed_anew_to_another() -> None:
    """The signature holds the seal: a server that lost its key cannot be used to send a desk's work elsewhere."""
    opened = open_sealed(io.BytesIO(_work()), lambda *_: public_signing_key(DEVICE), sealing_keys=(SERVER,))
    plain = opened.content.read()
    signature = opened.content.kept_back()
    out = io.BytesIO()
    again = SealingWriter(out, seal_to(public_sealing_key(OTHER_SERVER), Random(6).randbytes), "work", "d", OTHER_DEVICE)
    again._private = type("Old", (), {"sign": staticmethod(lambda _: signature)})()
    again.write(plain)
    again.finish()
    assert _reason(out.getvalue(), sealing=OTHER_SERVER) == "unsigned-bundle"


def test_a_code_opens_its_bundle_whatever_its_case_and_dashes() -> None:
    out = io.BytesIO()
    writer = BundleWriter(out, seal_by_code("ABCD-0123-WXYZ", Random(5).randbytes), "enrolment", "s", DEVICE)
    writer.finish(_manifest())
    assert recipient_of(io.BytesIO(out.getvalue())) == "code"
    opened = open_sealed(out, lambda *_: None, code="abcd o123 wxyz")
    assert (opened.kind, BundleReader(opened, WorkManifest).manifest.id) == ("enrolment", "i")
    with pytest.raises(BundleFault) as caught:
        open_sealed(out, lambda *_: None, code="ABCD-0123-WXYY")
    assert caught.value.code == "wrong-code"
    with pytest.raises(BundleFault) as caught:
        open_sealed(out, lambda *_: None, sealing_keys=(SERVER,))
    assert caught.value.code == "wrong-kind"
    with pytest.raises(BundleFault) as caught:
        open_sealed(io.BytesIO(_work()), lambda *_: None, code="ABCD-0123-WXYZ")
    assert caught.value.code == "wrong-kind"


@pytest.mark.parametrize(
    "header",
    [
        b"thongthin bundle 1\nnot json\n",
        b'thongthin bundle 1\n{"to":"code","salt":"00","t":1,"m":8,"p":1}\n' + bytes(99),
        b'thongthin bundle 1\n{"to":"code","salt":"' + b"0" * 32 + b'","t":1,"m":4194304,"p":1}\n' + bytes(99),
        b'thongthin bundle 1\n{"to":"code","salt":"' + b"z" * 32 + b'","t":1,"m":8,"p":1}\n' + bytes(99),
        b"thongthin bundle 1\n" + b"x" * 5000,
    ],
)
def test_a_header_that_asks_for_too_much_is_refused(header: bytes) -> None:
    with pytest.raises(BundleFault) as caught:
        open_sealed(io.BytesIO(header), lambda *_: None, code="ABCD")
    assert caught.value.code == "damaged-bundle"


def test_an_ephemeral_key_that_is_none_is_refused() -> None:
    work = _work()
    start, end = work.index(b'"ephemeral":"') + 13, work.index(b'"}\n')
    assert _reason(work[:start] + b"0" * 64 + work[end:]) == "damaged-bundle"
    assert _reason(work[:start] + b"g" * 64 + work[end:]) == "damaged-bundle"


def test_other_files_are_told_from_bundles() -> None:
    assert _reason(b"") == "not-a-bundle"
    assert _reason(b"PK\x03\x04" + bytes(100)) == "not-a-bundle"
    assert _reason(b"thongthin bundle 2\n" + bytes(100)) == "newer-bundle"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"no zip",
        _zip(),
        _zip((CHANGES, b"")),
        _zip(("manifest.json", b"{}")),
        _zip(("manifest.json", b"[" * 100_000)),
        _zip(("manifest.json", _encoded()), ("../../etc/passwd", b"x")),
        _zip(("manifest.json", _encoded()), ("/changes.jsonl", b"x")),
        _zip(("manifest.json", _encoded()), ("files\\" + "ab" * 32, b"x")),
        _zip(("manifest.json", _encoded()), ("files/" + "AB" * 32, b"x")),
        _zip(("manifest.json", _encoded()), (CHANGES, b"x")),
        _zip(("manifest.json", _encoded(entries={CHANGES: Entry(1, "0" * 64)}))),
        _zip(("manifest.json", _encoded(entries={CHANGES: Entry(2, "0" * 64)})), (CHANGES, b"x")),
        _zip(("manifest.json", _encoded(entries={CHANGES: Entry(1, "0" * 64)})), (CHANGES, b"x")),
        _zip(("manifest.json", _encoded()), method=zipfile.ZIP_BZIP2),
        _zip(("manifest.json", _encoded())) + b"behind",
    ],
    ids=range(16),
)
def test_ill_meant_content_with_a_right_signature_is_refused(content: bytes) -> None:
    assert _reason(_sealed(content)) == "damaged-bundle"


def test_a_manifest_of_a_newer_program_says_so() -> None:
    assert _reason(_sealed(_zip(("manifest.json", _encoded(format=2))))) == "newer-bundle"
    assert _reason(_sealed(_zip(("manifest.json", b'{"format":7,"else":1}')))) == "newer-bundle"


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_an_entry_that_stands_twice_is_refused() -> None:
    entries = {CHANGES: Entry(1, "0" * 64)}
    assert _reason(_sealed(_zip(("manifest.json", _encoded(entries=entries)), (CHANGES, b"x"), (CHANGES, b"y")))) == "damaged-bundle"


def test_a_zip_bomb_is_refused_before_it_is_inflated() -> None:
    whole = _zip(*((f"pages/{number:06d}.json", b"0") for number in range(3)), ("manifest.json", _encoded()))
    altered = bytearray(whole)
    place = 0
    while (place := altered.find(b"PK\x01\x02", place)) >= 0:
        altered[place + 24 : place + 28] = b"\xfe\xff\xff\xff"
        place += 4
    assert _reason(_sealed(bytes(altered))) == "too-large-bundle"
    # An entry that inflates to more than the manifest says stops there.
    lie = _zip(("manifest.json", _encoded(entries={CHANGES: Entry(1, "0" * 64)})), (CHANGES, b"0" * 50_000_000))
    altered = bytearray(lie)
    place = altered.rfind(b"PK\x01\x02")
    altered[place + 24 : place + 28] = (1).to_bytes(4, "little")
    assert _reason(_sealed(bytes(altered))) == "damaged-bundle"


def test_a_directory_that_claims_too_many_entries_is_refused() -> None:
    whole = bytearray(_zip(("manifest.json", _encoded())))
    whole[-12:-10] = whole[-14:-12] = b"\xff\xff"
    assert _reason(_sealed(bytes(whole))) == "too-large-bundle"


def test_a_line_longer_than_any_change_is_refused() -> None:
    bundle = _read(_work(lines=b"0" * (LARGEST_LINE + (1 << 19))))
    with pytest.raises(BundleFault):
        list(bundle.lines(CHANGES))


def test_the_manifest_of_another_kind_is_refused() -> None:
    opened = open_sealed(io.BytesIO(_work()), lambda *_: public_signing_key(DEVICE), sealing_keys=(SERVER,))
    with pytest.raises(BundleFault):
        BundleReader(opened, ReplyManifest)


def test_an_entry_that_no_bundle_has_is_not_written() -> None:
    writer = BundleWriter(io.BytesIO(), seal_to(public_sealing_key(SERVER), Random(5).randbytes), "work", "d", DEVICE)
    writer.add(CHANGES, [])
    for name in (CHANGES, "../x", "notes.txt"):
        with pytest.raises(ValueError, match="no entry"):
            writer.add(name, [])


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=400))
def test_whatever_a_device_signs_is_read_or_refused(content: bytes) -> None:
    """The fuzz of the zip and the manifest: rightly sealed and signed, with anything inside."""
    assert _reason(_sealed(content)) in BUNDLE_FAULTS


@settings(max_examples=300, deadline=None)
@given(st.integers(0, 10_000), st.binary(min_size=1, max_size=8))
def test_a_zip_altered_anywhere_before_it_was_signed_is_read_or_refused(place: int, patch: bytes) -> None:
    opened = open_sealed(io.BytesIO(_work(b"q" * 50)), lambda *_: public_signing_key(DEVICE), sealing_keys=(SERVER,))
    plain = bytearray(opened.content.read())
    place %= len(plain)
    plain[place : place + len(patch)] = patch
    # Anything but a BundleFault fails the test; a byte nobody reads, such as a date, may change.
    with suppress(BundleFault):
        _read_all(_sealed(bytes(plain)))


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=300))
def test_whatever_lies_in_a_file_is_a_bundle_or_none(content: bytes) -> None:
    assert _reason(content) in BUNDLE_FAULTS
    assert _reason(b"thongthin bundle 1\n" + content) in BUNDLE_FAULTS
