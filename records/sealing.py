"""Sealed and signed streams: what a bundle is wrapped in, so that whoever carries it learns nothing and can change nothing.

    thongthin bundle 1 LF
    {"to":"<16 hex: which key>","ephemeral":"<64 hex>"} LF              or {"to":"code","salt":...,"t":..,"m":..,"p":..} LF
    chunk chunk ... chunk                                              ChaCha20-Poly1305, 65,536 bytes each, the last one shorter

    inside the chunks:  {"kind":"work","signer":"<device id>"} LF   content   64 bytes of Ed25519

Key = HKDF-SHA256(X25519(ephemeral, recipient) or argon2id(code), salt = SHA-256(magic and header), info = "thongthin bundle 1"). The nonce of a
chunk is its number (11 bytes) and whether it is the last (1 byte): chunks cannot be dropped, doubled, moved or cut off. The signature is over
SHA-256(magic and header) and SHA-512(kind line and content), so that what one server was sent cannot be sealed anew to another.

Pure: bytes and file-like objects in and out. Nothing is held in memory but one chunk.
"""

import hashlib
import io
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO, Literal

import msgspec

from records.bundle_faults import BundleFault
from records.ids import Entropy

Kind = Literal["work", "reply", "enrolment"]
"""Work of a desk, the server's reply to it, a first start without a line."""

MAGIC = b"thongthin bundle 1\n"
_MAGIC_OF_ANY = re.compile(rb"thongthin bundle [0-9]{1,4}\n")
CHUNK = 65_536
_TAG = 16
_SIGNATURE = 64
_LONGEST_HEADER = 1024
_INFO = b"thongthin bundle 1"
TIME_COST, MEMORY_KIB, LANES = 3, 65_536, 4
"""argon2id of an enrolment code."""
_MOST_MEMORY_KIB = 262_144


class _Header(msgspec.Struct, frozen=True, omit_defaults=True):
    to: str
    ephemeral: str = ""
    salt: str = ""
    t: int = 0
    m: int = 0
    p: int = 0


class _Signer(msgspec.Struct, frozen=True):
    kind: Kind
    signer: str


def public_signing_key(private: str) -> str:
    """The public Ed25519 key of a private one; both 64 hex digits."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    return Ed25519PrivateKey.from_private_bytes(bytes.fromhex(private)).public_key().public_bytes_raw().hex()


def public_sealing_key(private: str) -> str:
    """The public X25519 key of a private one; both 64 hex digits."""
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

    return X25519PrivateKey.from_private_bytes(bytes.fromhex(private)).public_key().public_bytes_raw().hex()


def key_name(public: str) -> str:
    """Which sealing key it is, in 16 hex digits."""
    return hashlib.sha256(b"thongthin sealing key\n" + bytes.fromhex(public)).hexdigest()[:16]


@dataclass(frozen=True)
class Seal:
    """What a stream is sealed with."""

    header: bytes
    """Magic and header line."""
    key: bytes

    def __repr__(self) -> str:
        # Never the key: this may land in a log.
        return f"Seal(header={self.header!r})"


def seal_to(public: str, entropy: Entropy) -> Seal:
    """A seal that only the holder of the private half of an X25519 key opens."""
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey

    ephemeral = X25519PrivateKey.from_private_bytes(entropy(32))
    header = _header(_Header(key_name(public), ephemeral.public_key().public_bytes_raw().hex()))
    return Seal(header, _derived(ephemeral.exchange(X25519PublicKey.from_public_bytes(bytes.fromhex(public))), header))


def seal_by_code(code: str, entropy: Entropy) -> Seal:
    """A seal that an enrolment code opens, and nothing else."""
    salt = entropy(16)
    header = _header(_Header("code", salt=salt.hex(), t=TIME_COST, m=MEMORY_KIB, p=LANES))
    return Seal(header, _derived(_stretched(code, salt, TIME_COST, MEMORY_KIB, LANES), header))


def _header(header: _Header) -> bytes:
    return MAGIC + msgspec.json.encode(header) + b"\n"


def _derived(secret: bytes, header: bytes) -> bytes:
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    return HKDF(SHA256(), 32, salt=hashlib.sha256(header).digest(), info=_INFO).derive(secret)


def code_letters(code: str) -> str:
    """An enrolment code as it counts: capitals without dashes and spaces, letters taken for digits put right."""
    return re.sub(r"[^0-9A-Z]", "", code.upper().translate(str.maketrans("OIL", "011")))


def _stretched(code: str, salt: bytes, t: int, m: int, p: int) -> bytes:
    from argon2.low_level import Type, hash_secret_raw

    return hash_secret_raw(code_letters(code).encode(), salt, time_cost=t, memory_cost=m, parallelism=p, hash_len=32, type=Type.ID)


def _nonce(number: int, *, is_last: bool) -> bytes:
    return number.to_bytes(11, "big") + (b"\1" if is_last else b"\0")


class SealingWriter(io.RawIOBase):
    """Seals and signs what is written to it; `finish` makes it whole. Cannot be read or sought, so a zip is written through it."""

    def __init__(self, out: BinaryIO, seal: Seal, kind: Kind, signer: str, signing_key: str) -> None:
        """`signing_key`: the private Ed25519 key of the signer, 64 hex digits."""
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
        from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

        super().__init__()
        self._out = out
        self._seal = seal
        self._cipher = ChaCha20Poly1305(seal.key)
        self._private = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(signing_key))
        self._digest = hashlib.sha512()
        self._waiting = bytearray()
        self._chunks = 0
        out.write(seal.header)
        self.write(msgspec.json.encode(_Signer(kind, signer)) + b"\n")

    def writable(self) -> bool:
        """It is."""
        return True

    def write(self, content: object) -> int:
        """Takes bytes; whole chunks go out at once."""
        plain = bytes(memoryview(content))  # type: ignore[arg-type]  # the buffers io hands over
        self._digest.update(plain)
        self._put(plain)
        return len(plain)

    def _put(self, plain: bytes) -> None:
        self._waiting += plain
        while len(self._waiting) > CHUNK:
            self._emit(bytes(self._waiting[:CHUNK]), is_last=False)
            del self._waiting[:CHUNK]

    def _emit(self, plain: bytes, *, is_last: bool) -> None:
        self._out.write(self._cipher.encrypt(_nonce(self._chunks, is_last=is_last), plain, None))
        self._chunks += 1

    def finish(self) -> None:
        """Signs and writes the last chunk; the file underneath stays open."""
        self._put(self._private.sign(_signed(self._seal.header, self._digest.digest())))
        self._emit(bytes(self._waiting), is_last=True)
        self._waiting.clear()


def _signed(header: bytes, digest: bytes) -> bytes:
    return b"thongthin bundle signature 1\n" + hashlib.sha256(header).digest() + digest


@dataclass(frozen=True)
class Opened:
    """A sealed stream whose every byte was checked."""

    kind: Kind
    signer: str
    """The device's id, or the server's."""
    content: "SealedReader"


SignerKey = Callable[[Kind, str], str | None]
"""The public Ed25519 key (64 hex) a stream of that kind and signer must be signed with; None where the seal itself proves it (by code)."""


def open_sealed(file: BinaryIO, signer_key: SignerKey, *, sealing_keys: tuple[str, ...] = (), code: str = "") -> Opened:
    """Checks a sealed stream from its first byte to its last and opens its content to be read. Raises BundleFault.

    Args:
        file: Can be sought; begins with the stream.
        sealing_keys: Private X25519 keys, any of which may be the recipient's.
        code: The enrolment code, for a stream sealed by one.
    """
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    header, key = _opened_header(file, sealing_keys, code)
    reader = SealedReader(file, key, len(header), wrong="wrong-code" if code else "damaged-bundle")
    digest = hashlib.sha512()
    line = reader.readline(_LONGEST_HEADER)
    try:
        said = msgspec.json.decode(line, type=_Signer)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise BundleFault("damaged-bundle" if line else "cut-bundle", "no signer") from error
    reader.begin_after(len(line), keep_back=_SIGNATURE)
    digest.update(line)
    while block := reader.read(CHUNK):
        digest.update(block)
    signature = reader.kept_back()
    public = signer_key(said.kind, said.signer)
    if public is not None:
        try:
            Ed25519PublicKey.from_public_bytes(bytes.fromhex(public)).verify(signature, _signed(header, digest.digest()))
        except (InvalidSignature, ValueError) as error:
            raise BundleFault("unsigned-bundle") from error
    reader.seek(0)
    return Opened(said.kind, said.signer, reader)


def recipient_of(file: BinaryIO) -> str:
    """To which key a stream is sealed (`key_name`), or `code`; all that whoever carries it can know. Raises BundleFault."""
    return _read_header(file)[1].to


def _read_header(file: BinaryIO) -> tuple[bytes, _Header]:
    file.seek(0)
    magic = file.readline(len(MAGIC) + 8)
    if magic != MAGIC:
        if MAGIC.startswith(magic):
            raise BundleFault("cut-bundle" if magic else "not-a-bundle")
        raise BundleFault("newer-bundle" if _MAGIC_OF_ANY.fullmatch(magic) else "not-a-bundle")
    line = file.readline(_LONGEST_HEADER)
    if not line.endswith(b"\n"):
        raise BundleFault("cut-bundle" if len(line) < _LONGEST_HEADER else "damaged-bundle")
    try:
        return MAGIC + line, msgspec.json.decode(line, type=_Header)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise BundleFault("damaged-bundle", "header") from error


def _opened_header(file: BinaryIO, sealing_keys: tuple[str, ...], code: str) -> tuple[bytes, bytes]:
    raw, header = _read_header(file)
    try:
        if header.to == "code":
            if not code:
                raise BundleFault("wrong-kind")
            if not (1 <= header.t <= 10 and 8 <= header.m <= _MOST_MEMORY_KIB and 1 <= header.p <= 16 and 16 <= len(header.salt) <= 64):
                raise BundleFault("damaged-bundle", "header")
            return raw, _derived(_stretched(code, bytes.fromhex(header.salt), header.t, header.m, header.p), raw)
        if code:
            raise BundleFault("wrong-kind")
        return raw, _derived(_shared(header, sealing_keys), raw)
    except ValueError as error:
        raise BundleFault("damaged-bundle", "header") from error


def _shared(header: _Header, sealing_keys: tuple[str, ...]) -> bytes:
    """Raises ValueError for an ephemeral key that is none."""
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey

    for private in sealing_keys:
        if key_name(public_sealing_key(private)) == header.to:
            other = X25519PublicKey.from_public_bytes(bytes.fromhex(header.ephemeral))
            return X25519PrivateKey.from_private_bytes(bytes.fromhex(private)).exchange(other)
    raise BundleFault("foreign-bundle")


class SealedReader(io.RawIOBase):
    """The content of a sealed stream, read from any place; one chunk is decrypted at a time, and nothing is written anywhere."""

    def __init__(self, file: BinaryIO, key: bytes, start: int, *, wrong: str) -> None:
        """`start`: where the chunks begin; `wrong`: the reason given when the very first chunk cannot be opened."""
        from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

        super().__init__()
        self._file = file
        self._cipher = ChaCha20Poly1305(key)
        self._start = start
        self._wrong = wrong
        sealed = file.seek(0, io.SEEK_END) - start
        self._chunks = max(1, -(-sealed // (CHUNK + _TAG)))
        plain = sealed - self._chunks * _TAG
        if plain < 0:
            raise BundleFault("cut-bundle")
        self._first, self._end = 0, plain
        self._plain = plain
        self._at = 0
        self._held: tuple[int, bytes] = (-1, b"")

    def begin_after(self, size: int, *, keep_back: int) -> None:
        """Makes the stream begin after so many bytes and end so many before its end; goes to its beginning."""
        if self._plain < size + keep_back:
            raise BundleFault("cut-bundle")
        self._first, self._end = size, self._plain - keep_back
        self._at = 0

    def kept_back(self) -> bytes:
        """The bytes at the end that are not of the stream."""
        return b"".join(self._between(self._end, self._plain))

    def readable(self) -> bool:
        """It is."""
        return True

    def seekable(self) -> bool:
        """It is."""
        return True

    def tell(self) -> int:
        """The place in the stream."""
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Goes to a place; one before the beginning is a ValueError, as in any file."""
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._end - self._first}[whence]
        if base + offset < 0:
            raise ValueError("negative seek position")
        self._at = base + offset
        return self._at

    def read(self, size: int | None = -1) -> bytes:
        """Reads so many bytes, fewer at the end; all that is left for -1 or None. Raises BundleFault."""
        here = self._first + self._at
        until = self._end if size is None or size < 0 else min(self._end, here + size)
        content = b"".join(self._between(here, until))
        self._at += len(content)
        return content

    def readinto(self, buffer: object) -> int:
        """As `read`, into a buffer."""
        view = memoryview(buffer).cast("B")  # type: ignore[arg-type]  # the buffers io hands over
        content = self.read(len(view))
        view[: len(content)] = content
        return len(content)

    def _between(self, here: int, until: int) -> "list[bytes]":
        found = []
        while here < until:
            number, inside = divmod(here, CHUNK)
            part = self._chunk(number)[inside : inside + until - here]
            found.append(part)
            here += len(part)
        return found

    def _chunk(self, number: int) -> bytes:
        from cryptography.exceptions import InvalidTag

        if self._held[0] != number:
            self._file.seek(self._start + number * (CHUNK + _TAG))
            is_last = number == self._chunks - 1
            try:
                plain = self._cipher.decrypt(_nonce(number, is_last=is_last), self._file.read(CHUNK + _TAG), None)
            except InvalidTag as error:
                raise BundleFault(self._reason(number), f"chunk {number}") from error
            self._held = number, plain
        return self._held[1]

    def _reason(self, number: int) -> str:
        """Whether the stream ends too early: its last chunk opens as one that others follow, or is no whole one."""
        if number == 0 and self._wrong != "damaged-bundle":
            return self._wrong
        return "cut-bundle" if number == self._chunks - 1 else "damaged-bundle"
