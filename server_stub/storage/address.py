"""Telling the password in a database's URL from the rest, so that no log, error or list of processes shows it. Needs no driver."""

import re
from urllib.parse import unquote

SCHEMES = ("postgresql", "postgres")
_BEFORE_HOST = re.compile(r"^((?:postgresql|postgres)://[^:/@]*):([^/@]*)@")
_PARAMETER = re.compile(r"(?<=[?&])(?:ssl)?password=([^&]*)&?")


def is_postgres(url: str) -> bool:
    """Whether the URL names a PostgreSQL database."""
    return url.partition("://")[0] in SCHEMES and "://" in url


def without_password(url: str) -> tuple[str, str | None]:
    """The URL as people may see it, and the password it had; None where it had none. A text that is no such URL comes back as it is."""
    if not is_postgres(url):
        return url, None
    found = _BEFORE_HOST.search(url) or _PARAMETER.search(url)
    shown = _PARAMETER.sub("", _BEFORE_HOST.sub(r"\1@", url)).rstrip("?&")
    return shown, unquote(found[found.re.groups]) if found else None
