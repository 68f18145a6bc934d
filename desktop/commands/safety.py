"""backup · restore · recovery-code."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from desktop import config, credentials, paths
from desktop.app import logged, now
from desktop.commands.session import Session, session_of
from desktop.services import restoring
from desktop.services.backup_sets import BackupSet, sets_in
from desktop.services.backups import Backups
from desktop.services.restoring import Restored
from desktop.storage.failures import DAMAGED
from records.catalogue import BY_TYPE
from records.errors import AppError, Correctable
from records.thai.dates import show_moment
from records.words import Language, Words, say

_BACKUP = Words("สำรองข้อมูลทั้งหมดในเครื่องนี้ หรือดูรายการสำเนาด้วย --list", "Back up everything on this computer, or list the backups with --list")
_RESTORE = Words("นำสำเนาสำรองกลับมา ฐานข้อมูลเดิมถูกเก็บไว้ ไม่ลบ", "Restore a backup; the present database is set aside, never deleted")
_CODE = Words("ดูว่ามีรหัสกู้คืนหรือยัง หรือออกรหัสใหม่ด้วย --new", "Say whether there is a recovery code, or make a new one with --new")

_MADE = Words("สำรองแล้ว {records} รายการ {size} MB ตรวจแล้ว: {path}", "Backed up {records} records, {size} MB, verified: {path}")
_SECOND = Words("สำเนาที่สอง: {path}", "Second copy: {path}")
_LINE = Words("{name}\t{when}\t{records} รายการ\t{size} MB\t{verified}", "{name}\t{when}\t{records} records\t{size} MB\t{verified}")
_VERIFIED = Words("ตรวจแล้ว", "verified")
_UNVERIFIED = Words("เสียหาย", "damaged")
_NONE = Words("ยังไม่มีสำเนาสำรอง", "There are no backups yet")
_RESTORED = Words("นำกลับมาแล้ว {records} รายการ จากสำเนา {when}", "Restored {records} records from the backup of {when}")
_ASIDE = Words("ฐานข้อมูลเดิมอยู่ที่ {path}", "The former database is in {path}")
_UNSENT = Words(
    "งานที่ยังไม่ได้ส่งในฐานข้อมูลเดิม {unsent} รายการ นำมารอส่งต่อ {taken} รายการ",
    "Changes not sent in the former database: {unsent}; waiting again: {taken}",
)
_PARTLY = Words(
    "ไฟล์เดิมเสียหาย บางส่วนที่ยังไม่ได้ส่งอาจอ่านไม่ได้", "The former file is damaged; some of what was not sent may not have been readable"
)
_ENROL = Words(
    "เครื่องนี้อาจต้องลงทะเบียนใหม่เมื่อรับส่งข้อมูลครั้งแรก: ขอรหัสจากผู้ดูแลระบบแล้วสั่ง thongthin enrol",
    "At its first sync this computer may have to enrol again: ask the administrator for a code and run thongthin enrol",
)
_NEW_CODE = Words(
    "รหัสกู้คืนใหม่ (แสดงครั้งเดียว โปรดจดหรือพิมพ์เก็บ รหัสเดิมใช้ไม่ได้แล้ว):\n{code}",
    "The new recovery code (shown this once: write it down; the former one no longer works):\n{code}",
)
_HAS_CODE = Words("มีรหัสกู้คืนแล้ว", "There is a recovery code")
_NO_CODE = Words("ยังไม่มีรหัสกู้คืน ออกรหัสด้วย recovery-code --new", "There is no recovery code yet; make one with recovery-code --new")


def register(app: typer.Typer, language: Language) -> None:
    """Adds these commands."""
    app.command("backup", help=say(_BACKUP, language))(backup)
    app.command("restore", help=say(_RESTORE, language))(restore)
    app.command("recovery-code", help=say(_CODE, language))(code)


def backup(
    context: typer.Context,
    to: Annotated[Path | None, typer.Option("--to", metavar="DIR")] = None,
    lists: Annotated[bool, typer.Option("--list")] = False,
) -> None:
    """Makes a backup, or lists them."""
    session = session_of(context)
    if lists:
        _list(session, _known(session, to))
        return
    with session.office(even_locked=True) as office:
        outcome = office.backups.make(office.database, "manual", to=to.expanduser().absolute() if to else None)
    made = outcome.made
    lines = [session.say(_MADE, records=f"{made.records:,}", size=_megabytes(made), path=made.path)]
    if outcome.second is not None:
        lines.append(session.say(_SECOND, path=outcome.second.path))
    shown = {
        **made.as_json(),
        "second": outcome.second.as_json() if outcome.second else None,
        "second_problem": outcome.problem.sentence(session.language) if outcome.problem else None,
    }
    session.print(shown, lines)
    if outcome.problem is not None:
        session.stderr.write(outcome.problem.sentence(session.language) + "\n")
        session.finish(3)


def restore(
    context: typer.Context,
    source: Annotated[str, typer.Option("--from", metavar="NAME|DIR")] = "",
    lists: Annotated[bool, typer.Option("--list")] = False,
    without_unsent: Annotated[bool, typer.Option("--without-unsent")] = False,
) -> None:
    """Restores a backup, or lists them."""
    session = session_of(context)
    if lists:
        _list(session, _known(session, Path(source) if source else None))
        return
    done = _restored(session, source, with_unsent=not without_unsent)
    lines = [session.say(_RESTORED, records=f"{done.backup.records:,}", when=_moment(session, done.backup))]
    if done.set_aside is not None:
        lines.append(session.say(_ASIDE, path=done.set_aside))
        lines.append(session.say(_UNSENT, unsent=done.unsent, taken=done.taken_up))
    if not done.is_whole:
        lines.append(session.say(_PARTLY))
    if not done.is_same_desk:
        lines.append(session.say(_ENROL))
    session.print(done.as_json(), lines)


def _restored(session: Session, source: str, *, with_unsent: bool) -> Restored:
    folder = session.folder
    paths.prepare(folder, session.environ)
    chosen = _chosen(session, source)
    key: bytes | None = None
    if (folder / paths.DATABASE).exists():
        try:
            with session.office() as office:
                key = office.database.key
                office.backups.make(office.database, "before-restore")
        except AppError as error:
            # What is damaged cannot be backed up: it is set aside as it is. All else must be told.
            if error.code not in DAMAGED:
                raise
    with logged(folder, session.environ):
        if key is None:
            key = credentials.database_key(folder, session.environ, session.ask, os.urandom)
        backup_key = restoring.key_of(chosen, key, _code_asker(session))
        return restoring.restore(folder, chosen, backup_key, key, BY_TYPE, now, os.urandom, with_unsent=with_unsent)


def _code_asker(session: Session) -> credentials.Ask:
    return lambda words: session.environ.get(credentials.CODE_VARIABLE) or session.ask(words)


def _known(session: Session, place: Path | None) -> list[BackupSet]:
    """The backups of a place, else of the data folder and the second place, newest first."""
    if place is not None:
        return sets_in(place.expanduser().absolute())
    folder = session.folder
    return Backups(folder, now, lambda: config.load(folder).second_backup).listed()


def _chosen(session: Session, source: str) -> BackupSet:
    """The backup of that name, or the newest verified one of that folder. Raises Correctable."""
    if not source:
        raise Correctable(
            Words("ต้องเลือกสำเนา", "Choose a backup"),
            Words(
                "โปรดระบุสำเนาด้วย --from ดูรายชื่อด้วย restore --list ไม่มีอะไรเปลี่ยนแปลง",
                "Name a backup with --from; restore --list shows them. Nothing was changed.",
            ),
        )
    found = [one for one in _known(session, None) if one.name == source]
    if not found and Path(source).expanduser().is_dir():
        found = [one for one in _known(session, Path(source)) if one.is_verified]
    if not found:
        raise Correctable(
            Words("ไม่พบสำเนานี้", "No such backup"),
            Words(
                "ไม่พบสำเนาชื่อหรือโฟลเดอร์ “{source}” ไม่มีอะไรเปลี่ยนแปลง ดูรายชื่อด้วย restore --list",
                "There is no backup named “{source}” and no folder with one; nothing was changed. restore --list shows them.",
            ).filled(source=source),
        )
    return found[0]


def _list(session: Session, found: Sequence[BackupSet]) -> None:
    lines = [
        session.say(
            _LINE,
            name=one.name,
            when=_moment(session, one),
            records=f"{one.records:,}",
            size=_megabytes(one),
            verified=session.say(_VERIFIED if one.is_verified else _UNVERIFIED),
        )
        for one in found
    ]
    session.print([one.as_json() for one in found], lines or [session.say(_NONE)])


def _moment(session: Session, one: BackupSet) -> str:
    return show_moment(one.made_at, session.language)


def _megabytes(one: BackupSet) -> str:
    return f"{one.facts.bytes / 1_000_000:,.1f}"


def code(context: typer.Context, new: Annotated[bool, typer.Option("--new")] = False) -> None:
    """Says whether there is a recovery code, or makes one."""
    session = session_of(context)
    with session.office() as office:
        if not new:
            has_code = office.keys.has_code()
            session.print({"recovery_code": has_code}, [session.say(_HAS_CODE if has_code else _NO_CODE)])
            return
        made = office.keys.make_code()
    session.print({"code": made.code, "backups": made.backups}, [session.say(_NEW_CODE, code=made.code)])
