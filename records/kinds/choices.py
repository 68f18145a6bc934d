"""Kinds that pick: one of a list, yes or no, another record."""

import re
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from records.errors import FieldError
from records.kinds.base import Json, Kind, held, text_of
from records.thai.text import mend
from records.words import Language, Words, say


@dataclass(frozen=True)
class Option:
    """One value a choice may take."""

    value: str
    """The stored word, `[a-z0-9_-]+`; never shown."""
    label: Words
    """What a person reads."""
    tone: str = "neutral"
    """How a pill shows it: neutral, info, warn, ok or danger."""
    also: tuple[str, ...] = ()
    """Other ways people and sheets write it (แผนงานการพานิชย์); read, never shown."""

    @property
    def readings(self) -> frozenset[str]:
        """Every way it may be typed, in the form `folded` gives."""
        return frozenset(map(folded, (self.value, self.label.th, self.label.en, *self.also)))


def folded(text: str) -> str:
    """The form in which a typed choice is compared: mended, one case, without spaces, underscores and dashes."""
    return re.sub(r"[\s_-]", "", mend(text)).casefold()


@dataclass(frozen=True)
class Choice(Kind[str]):
    """One of a written list of options."""

    name: ClassVar[str] = "choice"
    options: tuple[Option, ...] = ()

    def parse(self, typed: str, today: date) -> str | None:
        wanted = folded(typed)
        if not wanted:
            return None
        for option in self.options:
            if wanted in option.readings:
                return option.value
        known = Words(" · ".join(o.label.th for o in self.options), " · ".join(o.label.en for o in self.options))
        raise FieldError(Words("เลือกได้เฉพาะ: {known}", "Choose one of: {known}").filled(known=known))

    def show(self, value: str, language: Language) -> str:
        return say(self.option(value).label, language)

    def option(self, value: str) -> Option:
        """The option of a stored word. Raises CannotHold for a word of a newer program."""
        for option in self.options:
            if option.value == value:
                return option
        raise held(self.name, value)

    def from_wire(self, wire: Json) -> str:
        return self.option(text_of(self.name, wire)).value

    def search_text(self, value: str) -> str:
        return ""


@dataclass(frozen=True)
class YesNo(Kind[bool]):
    """Yes or no; unknown is absent."""

    name: ClassVar[str] = "yes_no"
    sql_type: ClassVar[str] = "INTEGER"
    yes: ClassVar[Words] = Words("ใช่", "Yes")
    no: ClassVar[Words] = Words("ไม่ใช่", "No")

    def parse(self, typed: str, today: date) -> bool | None:
        word = mend(typed).casefold()
        if not word:
            return None
        if word in ("ใช่", "yes", "y", "true", "1", "✓", "มี"):
            return True
        if word in ("ไม่ใช่", "ไม่", "no", "n", "false", "0", "ไม่มี"):
            return False
        raise FieldError(Words("ตอบว่า ใช่ หรือ ไม่ใช่", "Answer yes or no"))

    def show(self, value: bool, language: Language) -> str:
        return say(self.yes if value else self.no, language)

    def from_wire(self, wire: Json) -> bool:
        if not isinstance(wire, bool):
            raise held(self.name, wire)
        return wire

    def search_text(self, value: bool) -> str:
        return ""


@dataclass(frozen=True)
class Reference(Kind[str]):
    """The id of another record; it may not have arrived, be deleted or not be granted (law 10)."""

    name: ClassVar[str] = "reference"
    to: str = ""
    """The type of the record it points to."""

    def parse(self, typed: str, today: date) -> str | None:
        text = typed.strip().lower()
        if not text:
            return None
        if not re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", text):
            raise FieldError(Words("โปรดเลือกรายการจากรายชื่อ", "Please choose a record from the list"))
        return text

    def show(self, value: str, language: Language) -> str:
        return value

    def from_wire(self, wire: Json) -> str:
        return text_of(self.name, wire)

    def search_text(self, value: str) -> str:
        return ""
