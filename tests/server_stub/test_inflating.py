"""What a packed body may be: every frame read, never more memory than the cap allows, however it is packed."""

import gzip
import tracemalloc
import zlib

import pytest
import zstandard

from server_stub.json_in import OverCap, inflate
from server_stub.problems import CallProblem

CAP = 4 << 20
PLAIN = b'{"streams":{}}' * 50


def _zstd(plain: bytes) -> bytes:
    return zstandard.ZstdCompressor().compress(plain)


def _zstd_bomb(size: int) -> bytes:
    """One zstd frame that inflates to `size` zeros: raw blocks of run length, 4 bytes for 128 KB (RFC 8878, 3.1.1.2)."""
    blocks = size // (128 * 1024)
    block = (128 * 1024) << 3 | 1 << 1
    head = b"\x28\xb5\x2f\xfd" + bytes([0x00, 0x58])
    return head + (block.to_bytes(3, "little") + b"\x00") * (blocks - 1) + (block | 1).to_bytes(3, "little") + b"\x00"


def _gzip_bomb(size: int) -> bytes:
    packer = zlib.compressobj(9, wbits=31)
    return b"".join(packer.compress(bytes(1 << 20)) for _ in range(size >> 20)) + packer.flush()


@pytest.mark.parametrize(("coding", "pack"), [("gzip", gzip.compress), ("zstd", _zstd)])
def test_several_frames_are_one_body(coding: str, pack: object) -> None:
    assert callable(pack)
    halves = pack(PLAIN[:100]) + pack(b"") + pack(PLAIN[100:])
    assert inflate(halves, coding, CAP) == PLAIN


@pytest.mark.parametrize(("coding", "pack"), [("gzip", gzip.compress), ("zstd", _zstd)])
@pytest.mark.parametrize("of", ["first", "second"])
def test_a_frame_cut_off_at_any_byte_is_never_a_shorter_body(coding: str, pack: object, of: str) -> None:
    assert callable(pack)
    before, packed = (b"" if of == "first" else pack(PLAIN)), pack(b'{"a":1}')
    for cut in range(1 if of == "second" else 0, len(packed)):
        with pytest.raises(CallProblem) as raised:
            inflate(before + packed[:cut], coding, CAP)
        assert raised.value.code == "invalid"


@pytest.mark.parametrize(
    ("coding", "bomb"), [("gzip", _gzip_bomb(1 << 30)), ("zstd", _zstd_bomb(10 << 30)), ("zstd", _zstd(bytes(1 << 28)))]
)
def test_a_bomb_takes_no_more_memory_than_the_cap_allows(coding: str, bomb: bytes) -> None:
    tracemalloc.start()
    try:
        with pytest.raises(OverCap):
            inflate(bomb, coding, CAP)
        assert tracemalloc.get_traced_memory()[1] < CAP * 2 + (17 << 20)
    finally:
        tracemalloc.stop()


def test_the_bombs_are_bombs() -> None:
    inflater = zstandard.ZstdDecompressor().decompressobj()
    assert len(inflater.decompress(_zstd_bomb(64 << 20))) == 64 << 20
    assert len(_zstd_bomb(10 << 30)) < 400_000


@pytest.mark.parametrize(("coding", "empty"), [("gzip", gzip.compress(b"", mtime=0)), ("zstd", _zstd(b""))])
def test_empty_frames_without_end_are_refused_before_they_cost_anything(coding: str, empty: bytes) -> None:
    with pytest.raises(CallProblem) as raised:
        inflate(empty * 100_000, coding, CAP)
    assert raised.value.code == "invalid"


@pytest.mark.parametrize("coding", ["gzip", "zstd"])
def test_a_body_packed_twice_is_what_it_is(coding: str) -> None:
    pack = gzip.compress if coding == "gzip" else _zstd
    assert inflate(pack(pack(PLAIN)), coding, CAP) == pack(PLAIN)


@pytest.mark.parametrize("coding", ["br", "deflate", "gzip, gzip", "zstd,gzip", "compress", "x", "\x00"])
def test_another_coding_is_415(coding: str) -> None:
    with pytest.raises(CallProblem) as raised:
        inflate(PLAIN, coding, CAP)
    assert raised.value.code == "encoding"


def test_a_zstd_window_beyond_eight_megabytes_is_refused() -> None:
    parameters = zstandard.ZstdCompressionParameters(window_log=27, write_content_size=0)
    packed = zstandard.ZstdCompressor(compression_params=parameters).compressobj()
    body = packed.compress(PLAIN) + packed.flush()
    with pytest.raises(CallProblem):
        inflate(body, "zstd", CAP)
