"""enrol · sync · status · undo."""

import signal
import threading
from typing import Annotated

import typer

from desktop.commands.session import session_of
from desktop.services.clock_check import clock_words
from desktop.services.overview import WaitingRecord, overview
from desktop.sync.status import NO_WORDS, Report
from records.kinds import Json
from records.words import Language, Words, say

_ENROL = Words("ลงทะเบียนเครื่องนี้กับหน่วยงานด้วยรหัส", "Enrol this computer with an office by a code")
_SYNC = Words("รับส่งข้อมูลกับเซิร์ฟเวอร์หนึ่งรอบ", "Agree with the server: one round")
_STATUS = Words("สถานะของเครื่องนี้", "How this computer stands")
_UNDO = Words("ย้อนการกระทำล่าสุดของบัญชีนี้ในเครื่องนี้", "Take back the last act of this account on this computer")

_ENROLLED = Words(
    "ลงทะเบียนแล้ว: บัญชี {account} เครื่อง {device} ใช้ได้ {streams}", "Enrolled: account {account}, device {device}, streams {streams}"
)
_DONE = Words(
    "ส่ง {pushed} รับ {pulled} รวมให้ {merged} ขัดแย้ง {conflicts} รอส่ง {waiting} ถูกปฏิเสธ {refused}",
    "Sent {pushed}, received {pulled}, merged {merged}, conflicts {conflicts}, waiting {waiting}, refused {refused}",
)
_FILES = Words("ไฟล์แนบ: ส่ง {sent} รับ {received} รอส่ง {waiting}", "Documents: sent {sent}, received {received}, waiting {waiting}")
_TROUBLE = Words("ส่งไฟล์ {name} ไม่ได้: {why}", "Document {name} was not taken: {why}")
_PAUSED = Words("หยุดพัก {stream}: {why}", "Paused {stream}: {why}")
_REFUSED = Words("เซิร์ฟเวอร์ไม่รับ {type} {id}: {why}", "Refused {type} {id}: {why}")
_SAID = Words(
    "บัญชี {account} · เครื่อง {device} · {server} · รอส่ง {waiting} · ขัดแย้ง {conflicts} · รับส่งล่าสุด {last}",
    "Account {account} · device {device} · {server} · waiting {waiting} · conflicts {conflicts} · last sync {last}",
)
_UNDONE = Words("ย้อนแล้ว: {label} ({count} รายการ)", "Undone: {label} ({count} records)")
_SKIPPED = Words("ข้าม {type} {id}: {reason}", "Skipped {type} {id}: {reason}")


def register(app: typer.Typer, language: Language) -> None:
    """Adds these commands."""
    app.command("enrol", help=say(_ENROL, language))(enrol)
    app.command("sync", help=say(_SYNC, language))(sync)
    app.command("status", help=say(_STATUS, language))(status)
    app.command("undo", help=say(_UNDO, language))(undo)


def enrol(
    context: typer.Context,
    server: Annotated[str, typer.Option("--server", metavar="URL")],
    code: Annotated[str, typer.Option("--code", metavar="CODE")],
    name: Annotated[str, typer.Option("--device-name", metavar="NAME")] = "",
) -> None:
    """Enrols this data folder."""
    session = session_of(context)
    with session.office() as office:
        identity = office.enrolment.enrol(server, code, name)
        streams = [one.stream for one in office.streams]
        shown = {"account": identity.account, "role": identity.role, "device": identity.device_id, "server": identity.server}
        line = session.say(_ENROLLED, account=identity.account, device=identity.device_id, streams=", ".join(streams))
        session.print({**shown, "streams": streams}, [line])


def sync(context: typer.Context, allow_deletes: Annotated[int, typer.Option("--allow-deletes", metavar="N", min=0)] = 0) -> None:
    """Runs one round."""
    session = session_of(context)
    stop = threading.Event()
    in_main = threading.current_thread() is threading.main_thread()
    former = signal.signal(signal.SIGINT, lambda *_: stop.set()) if in_main else None
    try:
        with session.office() as office:
            report = office.sync.run(
                streams=[session.stream] if session.stream else None, allow_deletes=allow_deletes, all_files=True, cancelled=stop.is_set
            )
            office.sync.index_rest(stop.is_set)
            refused = overview(office).refused if report.refused else ()
            clock = clock_words(office)
    finally:
        if in_main:
            signal.signal(signal.SIGINT, former)
    listed = [_refused(one, session.language) for one in refused if session.stream in (None, one.stream)]
    lines = [session.say(_REFUSED, type=one["type"], id=one["id"], why=one["reason"]) for one in listed]
    session.print({**report.as_json(), "refused_records": listed}, [*_lines(report, session.language), *lines])
    if clock is not None:
        session.stderr.write(session.say(clock) + "\n")
    session.finish(3 if report.refused or not report.done else 0)


def _refused(one: WaitingRecord, language: Language) -> dict[str, Json]:
    return {"stream": one.stream, "type": one.type, "id": one.id, "field": one.field, "reason": say(one.problem or NO_WORDS, language)}


def _lines(report: Report, language: Language) -> list[str]:
    names = ("pushed", "pulled", "merged", "conflicts", "waiting", "refused")
    lines = [say(_DONE, language, **{name: f"{getattr(report, name):,}" for name in names})]
    files = report.files
    if files.sent or files.received or files.waiting:
        lines.append(say(_FILES, language, sent=f"{files.sent:,}", received=f"{files.received:,}", waiting=f"{files.waiting:,}"))
    lines += [say(_TROUBLE, language, name=one.name, why=one.message) for one in files.troubles]
    lines += [say(_PAUSED, language, stream=stream, why=pause.message) for stream, pause in report.problems.items()]
    return lines


def status(context: typer.Context) -> None:
    """Says how this computer stands; asks nobody."""
    session = session_of(context)
    with session.office() as office:
        shown = office.sync.status()
    identity = shown.identity
    line = session.say(
        _SAID,
        account=identity.account if identity else "-",
        device=identity.device_id if identity else "-",
        server=identity.server if identity else "-",
        waiting=shown.waiting,
        conflicts=shown.conflicts,
        last=shown.last_sync or "-",
    )
    session.print(shown.as_json(), [line, *(f"{one.stream}\t{one.access}\t{one.name}\t{one.paused}".rstrip() for one in shown.streams)])


def undo(context: typer.Context) -> None:
    """Takes back the last act."""
    session = session_of(context)
    with session.office() as office:
        done = office.undo.last()
    lines = [session.say(_UNDONE, label=done.label, count=len(done.records))]
    lines += [session.say(_SKIPPED, type=row.type, id=row.id, reason=reason) for row, reason in done.skipped]
    session.print(done.as_json(session.language), lines)
