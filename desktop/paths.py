"""Where the desktop keeps its files, and which folders are not safe to keep them in.

<data folder>/thongthin.db      the one encrypted database (and its -wal, -shm)
<data folder>/thongthin.salt    how the key follows from a passphrase; only where there is no keyring
<data folder>/thongthin.key     the key wrapped by the recovery code (desktop/recovery_code.py says its form)
<data folder>/backups/          one folder per backup: database, key file, facts
<data folder>/set-aside/        databases that a restore replaced: never deleted by the program
<data folder>/restore.json       only while a restore is being ended
<data folder>/in-use.json       which computer and user has the folder open
<data folder>/config.json       language and looks, nothing secret
<data folder>/opened/           copies of attached files a person opened, taken away at the next start and end
<data folder>/logs/             what the program did, without personal data
"""

import sys
from collections.abc import Mapping
from pathlib import Path

import platformdirs

from records.errors import Refused
from records.words import Words

DATABASE = "thongthin.db"
SALT = "thongthin.salt"
KEY = "thongthin.key"
BACKUPS = "backups"
SET_ASIDE = "set-aside"
IN_USE = "in-use.json"
RESTORE = "restore.json"
CONFIG = "config.json"
OPENED = "opened"
LOGS = "logs"
LOG = "thongthin.log"
HOME_VARIABLE = "THONGTHIN_HOME"

_SYNCED_FOLDERS = ("onedrive", "dropbox", "google drive", "googledrive", "icloud", "icloud drive", "icloud~")
_NETWORK_FILE_SYSTEMS = frozenset(
    {"nfs", "nfs4", "cifs", "smb3", "smbfs", "afs", "ncpfs", "fuse.sshfs", "fuse.rclone", "fuse.davfs2", "davfs"}
)
_DRIVE_REMOTE = 4
"""What GetDriveTypeW answers for a network drive."""


def data_folder(given: Path | None, environ: Mapping[str, str]) -> Path:
    """The data folder: the one given, else THONGTHIN_HOME, else the usual place of this operating system. Not made here."""
    if given is not None:
        return given.expanduser().absolute()
    if environ.get(HOME_VARIABLE):
        return Path(environ[HOME_VARIABLE]).expanduser().absolute()
    return platformdirs.user_data_path("thongthin", appauthor=False)


def prepare(folder: Path, environ: Mapping[str, str], mounts: str | None = None) -> None:
    """Makes the data folder, readable by its owner alone. Raises Refused when the database would not be safe in it.

    `mounts` is the text of /proc/mounts (read from there when None); on other systems it is not looked at.
    """
    reason = unsafe_reason(folder, environ, _mounts() if mounts is None else mounts)
    if reason is not None:
        raise Refused(
            Words("เก็บข้อมูลในโฟลเดอร์นี้ไม่ได้", "The data cannot be kept in this folder"),
            Words(
                "โฟลเดอร์ {folder} {reason} ซึ่งทำให้ฐานข้อมูลเสียหายได้ ยังไม่มีอะไรเปลี่ยนแปลง โปรดเลือกโฟลเดอร์ในเครื่องด้วย --home",
                "The folder {folder} {reason}, which can damage a database; nothing was changed. Choose a folder on this computer with --home.",
            ).filled(folder=folder, reason=reason),
        )
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise Refused(
            Words("เปิดโฟลเดอร์ข้อมูลไม่ได้", "The data folder cannot be opened"),
            Words(
                "สร้างหรือเปิดโฟลเดอร์ {folder} ไม่ได้ ยังไม่มีอะไรเปลี่ยนแปลง โปรดตรวจสิทธิหรือเลือกโฟลเดอร์อื่นด้วย --home",
                "The folder {folder} cannot be made or opened; nothing was changed. Check its permissions or choose another with --home.",
            ).filled(folder=folder),
        ) from error


def unsafe_reason(folder: Path, environ: Mapping[str, str], mounts: str) -> Words | None:
    """Why a database is not safe in the folder: on a network, or in one that another program copies; None when it is."""
    if _is_synced(folder, environ):
        return Words("ถูกสำรองขึ้นคลาวด์โดยโปรแกรมอื่น (เช่น OneDrive)", "is copied to a cloud by another program (such as OneDrive)")
    if _is_on_network(folder, mounts):
        return Words("อยู่บนเครือข่าย", "is on a network")
    return None


def _is_synced(folder: Path, environ: Mapping[str, str]) -> bool:
    roots = [Path(environ[name]) for name in ("OneDrive", "OneDriveCommercial", "OneDriveConsumer") if environ.get(name)]
    if any(folder.is_relative_to(root) for root in roots):
        return True
    # OneDrive names its folders "OneDrive - <office>".
    return any(part.lower().split(" - ")[0] in _SYNCED_FOLDERS for part in folder.parts)


def _is_on_network(folder: Path, mounts: str) -> bool:
    if str(folder).startswith(("\\\\", "//")):
        return True
    if sys.platform == "win32":
        import ctypes

        return bool(ctypes.windll.kernel32.GetDriveTypeW(f"{folder.drive}\\") == _DRIVE_REMOTE)
    kinds = {parts[1].replace("\\040", " "): parts[2] for line in mounts.splitlines() if len(parts := line.split()) >= 3}
    for place in (folder, *folder.parents):
        if str(place) in kinds:
            return kinds[str(place)] in _NETWORK_FILE_SYSTEMS
    return False


def _mounts() -> str:
    try:
        return Path("/proc/mounts").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""


def log_folder(folder: Path) -> Path:
    """The folder of the logs inside the data folder; made when missing."""
    logs = folder / LOGS
    logs.mkdir(exist_ok=True)
    return logs
