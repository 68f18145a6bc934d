"""Kinds that hold several values: tags, files, and structures that only a program writes.

Tags and files are sets: they merge element by element and are sorted by code point on the wire (protocol.md, "stored bytes").
"""

import re
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

import msgspec

from records.errors import FieldError
from records.kinds.base import Json, Kind, held
from records.thai.text import mend
from records.words import Language, Words

_LONGEST_TAG = 100


@dataclass(frozen=True)
class Tags(Kind[tuple[str, ...]]):
    """A set of short words, sorted; typed with commas between."""

    name: ClassVar[str] = "tags"
    is_nested: ClassVar[bool] = True
    is_set: ClassVar[bool] = True

    def parse(self, typed: str, today: date) -> tuple[str, ...] | None:
        tags = {mend(part) for part in re.split(r"[,;\n]", typed)} - {""}
        if any(len(tag) > _LONGEST_TAG for tag in tags):
            raise FieldError(Words(f"แต่ละคำยาวได้ไม่เกิน {_LONGEST_TAG} ตัวอักษร", f"Each tag has at most {_LONGEST_TAG} characters"))
        return tuple(sorted(tags)) or None

    def show(self, value: tuple[str, ...], language: Language) -> str:
        return ", ".join(value)

    def to_wire(self, value: tuple[str, ...]) -> Json:
        return list(value)

    def from_wire(self, wire: Json) -> tuple[str, ...]:
        if not isinstance(wire, list) or not wire:
            raise held(self.name, wire)
        tags = [tag for tag in wire if isinstance(tag, str) and tag]
        if len(tags) != len(wire) or tags != sorted(set(tags)):
            raise held(self.name, wire)
        return tuple(tags)


@dataclass(frozen=True, order=True)
class FileRef:
    """A file that a record names; its content travels apart and may not be here yet."""

    sha256: str
    """64 hex digits of the content."""
    name: str
    """The file's name as the person chose it, mended: file systems give unnormalised and broken names, which the wire does not take."""
    size: int
    """Bytes of content."""
    media_type: str
    """Such as `application/pdf`."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "name", mend(self.name) or self.sha256)


@dataclass(frozen=True)
class Files(Kind[tuple[FileRef, ...]]):
    """A set of files named by the hash of their content; chosen on screen, never typed."""

    name: ClassVar[str] = "files"
    is_nested: ClassVar[bool] = True
    is_set: ClassVar[bool] = True

    def parse(self, typed: str, today: date) -> tuple[FileRef, ...] | None:
        if typed.strip():
            raise FieldError(Words("โปรดแนบเอกสารด้วยปุ่มแนบเอกสาร", "Please attach documents with the attach button"))
        return None

    def show(self, value: tuple[FileRef, ...], language: Language) -> str:
        return ", ".join(file.name for file in value)

    def to_wire(self, value: tuple[FileRef, ...]) -> Json:
        return [{"sha256": f.sha256, "name": f.name, "size": f.size, "media_type": f.media_type} for f in sorted(value)]

    def from_wire(self, wire: Json) -> tuple[FileRef, ...]:
        if not isinstance(wire, list) or not wire:
            raise held(self.name, wire)
        try:
            files = msgspec.convert(wire, list[FileRef])
        except msgspec.ValidationError as error:
            raise held(self.name, wire) from error
        value = tuple(files)
        if self.to_wire(value) != wire or not all(re.fullmatch(r"[0-9a-f]{64}", f.sha256) and f.name and f.size >= 0 for f in files):
            raise held(self.name, wire)
        return value


@dataclass(frozen=True)
class Structure(Kind[Json]):
    """A list or object that only a program writes, such as the fields of a conflict; people read it through a screen of its own."""

    name: ClassVar[str] = "structure"
    is_nested: ClassVar[bool] = True

    def parse(self, typed: str, today: date) -> Json:
        if typed.strip():
            raise FieldError(Words("ช่องนี้โปรแกรมเป็นผู้บันทึก แก้ด้วยมือไม่ได้", "The program keeps this field; it cannot be typed"))
        return None

    def show(self, value: Json, language: Language) -> str:
        return msgspec.json.encode(value, order="sorted").decode()

    def to_wire(self, value: Json) -> Json:
        return value

    def from_wire(self, wire: Json) -> Json:
        if not isinstance(wire, list | dict) or not wire:
            raise held(self.name, wire)
        return wire

    def search_text(self, value: Json) -> str:
        return ""
