"""What a person chose about language and looks: `config.json` in the data folder. Nothing secret, nothing about records."""

import dataclasses
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from desktop import durable, paths
from records.kinds import Json
from records.words import Language

THEMES = ("system", "light", "dark")
TEXT_PERCENTS = (100, 110, 125, 150)


@dataclass(frozen=True)
class Config:
    """One person's choices on this computer."""

    language: Language = Language.THAI
    theme: str = "system"
    """One of THEMES."""
    text_percent: int = 100
    """Size of text on screen, one of TEXT_PERCENTS."""
    other: dict[str, Json] = field(default_factory=dict)
    """Names a newer program wrote; kept as they are."""
    second_backup: str = ""
    """The folder that gets a copy of each backup besides, such as a stick; empty for none."""


def load(folder: Path) -> Config:
    """Reads the choices in a data folder. A missing file or an unreadable value gives the default: looks never stop the program."""
    try:
        read = msgspec.json.decode((folder / paths.CONFIG).read_bytes())
    except (OSError, msgspec.DecodeError):
        return Config()
    if not isinstance(read, dict):
        return Config()
    language, theme, percent = read.pop("language", None), read.pop("theme", None), read.pop("text_percent", None)
    second = read.pop("second_backup", "")
    return Config(
        language=Language(language) if language in tuple(Language) else Config.language,
        theme=theme if theme in THEMES else Config.theme,
        text_percent=percent if percent in TEXT_PERCENTS else Config.text_percent,
        second_backup=second if isinstance(second, str) else "",
        other=read,
    )


def save(folder: Path, config: Config) -> None:
    """Writes the choices. Raises OSError when the folder cannot be written."""
    known = {name: value for name, value in dataclasses.asdict(config).items() if name != "other"}
    durable.replace_file(folder / paths.CONFIG, msgspec.json.format(msgspec.json.encode({**config.other, **known})))
