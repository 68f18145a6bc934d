"""Bundles (`*.ttb`): the messages of sync in a file, for an office without any line (docs/bundles.md).

A bundle is a zip inside a sealed and signed stream (records/sealing.py):

    work        manifest.json   changes.jsonl              files/<sha256>      desk -> server
    reply       manifest.json   results/NNNNNN.json  pages/NNNNNN.json  trails/NNNNNN.json  files/<sha256>      server -> desk
    enrolment   manifest.json   pages/NNNNNN.json                              server -> a new desk

One change stands on each line of changes.jsonl, groups together, in the order of the queue. A result is a reply of `POST /push`, one for each
batch of the work; a page a reply of `POST /pull`, in order; a trail the chains of one stream after each seq. The manifest, written last, names
every other entry with its size and SHA-256; an entry that it does not name, or names and is not there, makes the bundle a damaged one.

Pure: file-like objects in and out, nothing but one block in memory.
"""

import hashlib
import io
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from typing import BinaryIO, Generic, TypeVar

import msgspec

from records.bundle_faults import BundleFault
from records.bundle_manifest import FORMAT, EnrolmentManifest, Entry, ReplyManifest, WorkManifest
from records.sealing import Kind, Opened, Seal, SealingWriter

SUFFIX = ".ttb"
MEDIA_TYPE = "application/vnd.thongthin.bundle"
LARGEST_BUNDLE = 2 * 1024**3
"""Bytes of a sealed bundle."""
LARGEST_CONTENT = 8 * 1024**3
"""Bytes of all entries after inflating."""
LARGEST_MANIFEST = 32 * 1024**2
LARGEST_MESSAGE = 64 * 1024**2
"""Bytes of one result, page or trail after inflating."""
LARGEST_LINE = 8 * 1024**2
"""Bytes of one change: above the limit of a push, which the server refuses by name."""
MOST_CHANGES = 500_000
_MOST_ENTRIES = 60_000
_LARGEST_DIRECTORY = 16 * 1024**2
_BLOCK = 1 << 18
_END = 22
"""Bytes of the zip's last record, which has no comment and is of the old form."""
_NAME = re.compile(r"manifest\.json|changes\.jsonl|(results|pages|trails)/[0-9]{6}\.json|lineages/[0-9]{6}\.gz|files/[0-9a-f]{64}")

MANIFEST = "manifest.json"
CHANGES = "changes.jsonl"


Manifest = TypeVar("Manifest", WorkManifest, ReplyManifest, EnrolmentManifest)
Message = TypeVar("Message", bound=msgspec.Struct)


def message_name(kind: str, number: int) -> str:
    """The entry of a result, page or trail; `number` counts from 1."""
    return f"{kind}/{number:06d}.json"


def lineage_name(number: int) -> str:
    """The entry of a lineage; `number` counts from 1."""
    return f"lineages/{number:06d}.gz"


class BundleWriter:
    """Writes one bundle from its first entry to its manifest, which comes last."""

    def __init__(self, out: BinaryIO, seal: Seal, kind: Kind, signer: str, signing_key: str) -> None:
        """`signing_key`: the signer's private Ed25519 key, 64 hex digits."""
        self._sealing = SealingWriter(out, seal, kind, signer, signing_key)
        self._zip = zipfile.ZipFile(self._sealing, "w", zipfile.ZIP_DEFLATED, allowZip64=False)
        self.entries: dict[str, Entry] = {}
        """What was written so far."""
        self.size = 0
        """Bytes of all entries so far, inflated."""

    def add(self, name: str, blocks: Iterable[bytes], *, is_packed: bool = False) -> Entry:
        """Writes an entry block by block; `is_packed` for what does not get smaller. An entry is written once."""
        if name in self.entries or not _NAME.fullmatch(name):
            raise ValueError(f"no entry of a bundle: {name}")
        info = zipfile.ZipInfo(name)
        info.compress_type = zipfile.ZIP_STORED if is_packed else zipfile.ZIP_DEFLATED
        digest, size = hashlib.sha256(), 0
        with self._zip.open(info, "w") as entry:
            for block in blocks:
                digest.update(block)
                size += len(block)
                entry.write(block)
        self.size += size
        found = self.entries[name] = Entry(size, digest.hexdigest())
        return found

    def add_message(self, kind: str, number: int, content: bytes) -> None:
        """Writes one result, page or trail."""
        self.add(message_name(kind, number), [content])

    def finish(self, manifest: WorkManifest | ReplyManifest | EnrolmentManifest) -> None:
        """Writes the manifest with the entries filled in, signs and closes; the file underneath stays open."""
        whole = msgspec.structs.replace(manifest, entries=dict(self.entries))
        self.add(MANIFEST, [msgspec.json.encode(whole)])
        self._zip.close()
        self._sealing.finish()


class BundleReader(Generic[Manifest]):
    """The entries of a bundle that was opened; what is read of one is checked against the manifest at its end."""

    def __init__(self, opened: Opened, manifest: type[Manifest]) -> None:
        """Reads and checks the manifest. Raises BundleFault."""
        self._zip = _directory(opened.content)
        found = {info.filename: info for info in self._zip.infolist()}
        if len(found) != len(self._zip.infolist()):
            raise BundleFault("damaged-bundle", "an entry stands twice")
        for info in found.values():
            if (
                not _NAME.fullmatch(info.filename)
                or info.flag_bits & 1
                or info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
            ):
                raise BundleFault("damaged-bundle", "an entry that no bundle has")
        if sum(info.file_size for info in found.values()) > LARGEST_CONTENT:
            raise BundleFault("too-large-bundle")
        if MANIFEST not in found:
            raise BundleFault("damaged-bundle", "no manifest")
        self._found = found
        self.entries: dict[str, Entry] = {}
        plain = self._inflated(MANIFEST, LARGEST_MANIFEST)
        try:
            said = msgspec.json.decode(plain, type=manifest)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise BundleFault(_of_format(plain), f"manifest: {error}") from error
        self.manifest: Manifest = said
        self.entries = said.entries
        if said.format != FORMAT:
            raise BundleFault("newer-bundle")
        if set(said.entries) != set(found) - {MANIFEST} or any(one.size != found[name].file_size for name, one in said.entries.items()):
            raise BundleFault("damaged-bundle", "the manifest names other entries")

    def blocks(self, name: str) -> Iterator[bytes]:
        """An entry as it is read; when it turns out to be another than the manifest names, BundleFault comes at its end."""
        expected = self.entries[name]
        digest = hashlib.sha256()
        for block in self._blocks(name, expected.size):
            digest.update(block)
            yield block
        if digest.hexdigest() != expected.sha256:
            raise BundleFault("damaged-bundle", name)

    def message(self, kind: str, number: int, form: type[Message]) -> Message:
        """One result, page or trail. Raises BundleFault, also where there is none."""
        name = message_name(kind, number)
        entry = self.entries.get(name)
        if entry is None or entry.size > LARGEST_MESSAGE:
            raise BundleFault("damaged-bundle", name)
        try:
            return msgspec.json.decode(b"".join(self.blocks(name)), type=form)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise BundleFault("damaged-bundle", name) from error

    def count(self, kind: str) -> int:
        """How many entries there are of `results`, `pages`, `trails` or `files`."""
        return sum(name.startswith(f"{kind}/") for name in self.entries)

    def lines(self, name: str) -> Iterator[bytes]:
        """The lines of an entry, without their ends; none where there is no such entry. Raises BundleFault."""
        if name not in self.entries:
            return
        rest = b""
        for block in self.blocks(name):
            *whole, rest = (rest + block).split(b"\n")
            yield from (line for line in whole if line)
            if len(rest) > LARGEST_LINE:
                raise BundleFault("damaged-bundle", name)
        if rest:
            yield rest

    def _inflated(self, name: str, most: int) -> bytes:
        return b"".join(self._blocks(name, most))

    def _blocks(self, name: str, most: int) -> Iterator[bytes]:
        """Never more than so many bytes, whatever the directory of the zip says."""
        left = most
        try:
            with self._zip.open(self._found[name]) as entry:
                while block := entry.read(_BLOCK):
                    left -= len(block)
                    if left < 0:
                        raise BundleFault("damaged-bundle", name)
                    yield block
        except (zipfile.BadZipFile, EOFError, ValueError, NotImplementedError, RuntimeError, OSError, zlib.error) as error:
            raise BundleFault("damaged-bundle", name) from error


def _directory(content: "io.RawIOBase") -> zipfile.ZipFile:
    """The zip's directory, after its size was looked at: a directory is read whole."""
    size = content.seek(0, io.SEEK_END)
    content.seek(max(0, size - _END))
    end = content.read(_END) or b""
    if len(end) < _END or end[:4] != b"PK\x05\x06" or end[20:] != b"\0\0":
        raise BundleFault("damaged-bundle", "no zip")
    entries, directory = int.from_bytes(end[10:12], "little"), int.from_bytes(end[12:16], "little")
    if entries > _MOST_ENTRIES or directory > _LARGEST_DIRECTORY:
        raise BundleFault("too-large-bundle")
    content.seek(0)
    try:
        return zipfile.ZipFile(content)
    except (zipfile.BadZipFile, ValueError, NotImplementedError, UnicodeDecodeError, OverflowError) as error:
        raise BundleFault("damaged-bundle", "no zip") from error


def _of_format(manifest: bytes) -> str:
    """Why a manifest cannot be read: a newer program's, or a damaged one."""
    try:
        found = msgspec.json.decode(manifest)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return "damaged-bundle"
    number = found.get("format") if isinstance(found, dict) else None
    return "newer-bundle" if isinstance(number, int) and number > FORMAT else "damaged-bundle"
