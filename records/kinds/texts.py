"""Kinds of text: one line, several lines, telephone numbers, e-mail addresses, citizen ids."""

import re
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from records.errors import FieldError
from records.kinds.base import Json, Kind, held, text_of, too_long
from records.thai.citizen import (
    is_citizen_id,
    is_organisation_id,
    mask_citizen_id,
    parse_citizen_id,
    parse_organisation_id,
    show_citizen_id,
)
from records.thai.numerals import to_arabic
from records.thai.phone import parse_phone, show_phone
from records.thai.text import mend, mend_lines
from records.words import Language, Words


@dataclass(frozen=True)
class Text(Kind[str]):
    """One line of text, mended as typed."""

    name: ClassVar[str] = "text"
    max_length: int = 500

    def parse(self, typed: str, today: date) -> str | None:
        mended = mend(typed)
        if len(mended) > self.max_length:
            raise too_long(self.max_length)
        return mended or None

    def show(self, value: str, language: Language) -> str:
        return value

    def from_wire(self, wire: Json) -> str:
        return text_of(self.name, wire)


@dataclass(frozen=True)
class LongText(Text):
    """Several lines of text; line breaks are kept."""

    name: ClassVar[str] = "long_text"
    max_length: int = 20_000

    def parse(self, typed: str, today: date) -> str | None:
        mended = mend_lines(typed)
        if len(mended) > self.max_length:
            raise too_long(self.max_length)
        return mended or None


@dataclass(frozen=True)
class CitizenId(Kind[str]):
    """A Thai id of 13 digits with its check digit: a citizen's, or with `organisation` also a tax number that begins with 0."""

    name: ClassVar[str] = "citizen_id"
    organisation: bool = False

    def parse(self, typed: str, today: date) -> str | None:
        if not typed.strip():
            return None
        if self.organisation and to_arabic(typed).lstrip().startswith("0"):
            return parse_organisation_id(typed)
        return parse_citizen_id(typed)

    def show(self, value: str, language: Language) -> str:
        return show_citizen_id(value)

    def mask(self, value: str, language: Language) -> str:
        return mask_citizen_id(value)

    def from_wire(self, wire: Json) -> str:
        text = text_of(self.name, wire)
        if not is_citizen_id(text) and not is_organisation_id(text):
            raise held(self.name, wire)
        return text

    def search_text(self, value: str) -> str:
        return value


@dataclass(frozen=True)
class Phone(Kind[str]):
    """A telephone number, stored as digits."""

    name: ClassVar[str] = "phone"

    def parse(self, typed: str, today: date) -> str | None:
        return parse_phone(typed) if typed.strip() else None

    def show(self, value: str, language: Language) -> str:
        return show_phone(value)

    def mask(self, value: str, language: Language) -> str:
        return f"{value[:2]}x-xxx-xx{value[-2:]}"

    def from_wire(self, wire: Json) -> str:
        return text_of(self.name, wire)

    def search_text(self, value: str) -> str:
        return value


@dataclass(frozen=True)
class Email(Kind[str]):
    """An e-mail address."""

    name: ClassVar[str] = "email"

    def parse(self, typed: str, today: date) -> str | None:
        address = mend(typed)
        if not address:
            return None
        if not re.fullmatch(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+", address):
            raise FieldError(Words("อีเมลต้องมีรูปแบบ ชื่อ@หน่วยงาน.go.th", "An e-mail address looks like name@office.go.th"))
        return address

    def show(self, value: str, language: Language) -> str:
        return value

    def mask(self, value: str, language: Language) -> str:
        name, _, domain = value.rpartition("@")
        return f"{name[:1]}…@{domain}"

    def from_wire(self, wire: Json) -> str:
        return text_of(self.name, wire)
