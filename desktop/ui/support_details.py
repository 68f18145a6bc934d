"""What a person may hand to support: versions, counts and how sync stands. No names, no values, no token."""

import json
import platform
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING

from desktop.storage.query import Query

if TYPE_CHECKING:
    from desktop.services.office import Office

_PACKAGES = ("thongthin", "PySide6_Essentials", "sqlcipher3", "sqlite-utils", "msgspec", "requests", "openpyxl")


def program_version() -> str:
    """The version of this program; empty where it was not installed as a package."""
    return _version("thongthin")


def support_details(office: "Office") -> str:
    """The text to hand on; on the store's thread."""
    status = office.sync.status()
    identity = status.identity
    told = {
        "program": {name: _version(name) for name in _PACKAGES},
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.release()} {platform.machine()}",
        "time": office.clock().isoformat(timespec="seconds"),
        "device": identity.device_id if identity else None,
        "role": identity.role if identity else None,
        "server": identity.server if identity else None,
        "streams": [
            {
                "stream": one.stream,
                "access": one.access,
                "cursor": one.cursor,
                "head": one.head,
                "paused": one.paused,
                "read_only": one.read_only,
            }
            for one in status.streams
        ],
        "waiting": status.waiting,
        "refused": status.refused,
        "conflicts": status.conflicts,
        "last_sync": status.last_sync,
        "records": {name: office.store.count(Query(name)) for name in office.catalogue},
        "database_bytes": office.database.path.stat().st_size,
    }
    return json.dumps(told, ensure_ascii=False, indent=2)


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ""
