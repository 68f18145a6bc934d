"""enrol · sync · status · undo."""

import signal
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from desktop.commands.session import RecordId, TypeName, session_of
from desktop.services.clock_check import clock_words
from desktop.services.leftovers import leftovers, let_go
from desktop.services.overview import WaitingRecord, overview
from desktop.services.refusals import of_record
from desktop.services.succession import move, successions
from desktop.services.unsent import export_unsent
from desktop.sync.status import NO_WORDS, Pause, Report
from records.kinds import Json
from records.words import Language, Words, say

_ENROL = Words("ลงทะเบียนเครื่องนี้กับหน่วยงานด้วยรหัส", "Enrol this computer with an office by a code")
_SYNC = Words("รับส่งข้อมูลกับเซิร์ฟเวอร์หนึ่งรอบ", "Agree with the server: one round")
_STATUS = Words("สถานะของเครื่องนี้", "How this computer stands")
_UNDO = Words("ย้อนการกระทำล่าสุดของบัญชีนี้ในเครื่องนี้", "Take back the last act of this account on this computer")

_UNSENT = Words("เขียนงานที่ยังไม่ได้ส่งเป็นไฟล์ .xlsx หรือ .jsonl", "Write the work not sent yet to an .xlsx or .jsonl file")
_LET_GO = Words(
    "ลบข้อมูลของหน่วยงานหรืองานที่เครื่องนี้ไม่มีสิทธิแล้ว (งานที่ยังไม่ส่งเก็บไว้)",
    "Remove records of a stream or area granted no longer; unsent work stays",
)
_MOVE = Words(
    "ย้ายงานที่ยังไม่ส่งของหน่วยงานที่ปิดแล้วไปยังหน่วยงานที่รับช่วง (ย้อนกลับได้)",
    "Move unsent work of a closed office to the one that follows; can be undone",
)
_DISCARD = Words("ทิ้งการแก้ไขที่ยังไม่ได้ส่งของรายการหนึ่ง (เก็บไว้ในประวัติ)", "Drop the unsent changes of one record; they stay in its history")
_WROTE = Words("เขียนงานที่ยังไม่ได้ส่ง {count} รายการลงใน {name}", "Wrote {count} unsent changes to {name}")
_WENT = Words("ลบออกจากเครื่องนี้แล้ว {count} รายการ", "{count} records removed from this computer")
_MOVED = Words("ย้ายแล้ว {count} รายการ รอส่งในรอบถัดไป", "{count} record[|s] moved, to go with the next round")
_NOTHING_CLOSED = Words("ไม่มีงานค้างของหน่วยงานที่ปิดแล้ว", "No unsent work of a closed office")
_ADD_YES = Words("เพิ่ม --yes เพื่อยืนยัน", "Add --yes to confirm")
_NOTHING_LEFT = Words("ไม่มีข้อมูลที่ต้องลบ", "Nothing to let go")
_DROPPED = Words("ทิ้งการแก้ไข {count} รายการแล้ว เก็บไว้ในประวัติ", "{count} changes dropped; they stay in the history")

_ENROLLED = Words(
    "ลงทะเบียนแล้ว: บัญชี {account} เครื่อง {device} ใช้ได้ {streams}", "Enrolled: account {account}, device {device}, streams {streams}"
)
_DONE = Words(
    "ส่ง {pushed} รับ {pulled} รวมให้ {merged} รอท่านเลือก {conflicts} รอส่ง {waiting} ส่งไม่ผ่าน {refused}",
    "Sent {pushed}, received {pulled}, merged {merged}, conflicts {conflicts}, waiting {waiting}, refused {refused}",
)
_FILES = Words("เอกสารแนบ: ส่ง {sent} รับ {received} รอส่ง {waiting}", "Documents: sent {sent}, received {received}, waiting {waiting}")
_TROUBLE = Words("ส่งเอกสารแนบ {name} ไม่ได้: {why}", "Document {name} was not taken: {why}")
PAUSED = Words("หยุดพัก {stream}: {why}", "Paused {stream}: {why}")
_ALLOW = Words(" (อนุญาตด้วย --allow-deletes {count})", " (allow them with --allow-deletes {count})")
_REFUSED = Words("เซิร์ฟเวอร์ไม่รับ {type} {id}: {why}", "Refused {type} {id}: {why}")
_SAID = Words(
    "บัญชี {account} · เครื่อง {device} · {server} · รอส่ง {waiting} · รอท่านเลือก {conflicts} · รับส่งล่าสุด {last}",
    "Account {account} · device {device} · {server} · waiting {waiting} · conflicts {conflicts} · last sync {last}",
)
_UNDONE = Words("ย้อนแล้ว: {label} ({count} รายการ)", "Undone: {label} ({count} records)")
_SKIPPED = Words("ข้าม {type} {id}: {reason}", "Skipped {type} {id}: {reason}")


def register(app: typer.Typer, language: Language) -> None:
    """Adds these commands."""
    app.command("enrol", help=say(_ENROL, language))(enrol)
    app.command("sync", help=say(_SYNC, language))(sync)
    app.command("status", help=say(_STATUS, language))(status)
    app.command("unsent", help=say(_UNSENT, language))(unsent)
    app.command("let-go", help=say(_LET_GO, language))(let_go_command)
    app.command("move-unsent", help=say(_MOVE, language))(move_unsent)
    app.command("discard", help=say(_DISCARD, language))(discard_command)
    app.command("undo", help=say(_UNDO, language))(undo)


def enrol(
    context: typer.Context,
    code: Annotated[str, typer.Option("--code", metavar="CODE")],
    server: Annotated[str, typer.Option("--server", metavar="URL")] = "",
    name: Annotated[str, typer.Option("--device-name", metavar="NAME")] = "",
    bundle: Annotated[Path | None, typer.Option("--bundle", metavar="FILE")] = None,
) -> None:
    """Enrols this data folder, over the line or by a bundle."""
    if (bundle is None) == (not server):
        raise typer.BadParameter("--server URL or --bundle FILE is needed, not both.")
    session = session_of(context)
    with session.office(even_locked=True) as office:
        identity = office.bundles.enrol(bundle, code) if bundle is not None else office.enrolment.enrol(server, code, name)
        streams = [one.stream for one in office.streams]
        shown = {"account": identity.account, "role": identity.role, "device": identity.device_id, "server": identity.server}
        line = session.say(_ENROLLED, account=identity.account, device=identity.device_id, streams=", ".join(streams))
        session.print({**shown, "streams": streams}, [line])


def sync(
    context: typer.Context,
    allow_deletes: Annotated[int, typer.Option("--allow-deletes", metavar="N", min=0)] = 0,
    verify: Annotated[bool, typer.Option("--verify")] = False,
) -> None:
    """Runs one round; with `--verify` it then compares what this desk has with the server and puts right what differs."""
    session = session_of(context)
    stop = threading.Event()
    in_main = threading.current_thread() is threading.main_thread()
    former = signal.signal(signal.SIGINT, lambda *_: stop.set()) if in_main else None
    try:
        with session.office(even_locked=True) as office:
            report = office.sync.run(
                streams=[session.stream] if session.stream else None,
                allow_deletes=allow_deletes,
                all_files=True,
                cancelled=stop.is_set,
                is_waited_for=session.stdin.isatty(),
                verify=verify,
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
    lines += [say(notice, language) for notice in report.notices]
    files = report.files
    if files.sent or files.received or files.waiting:
        lines.append(say(_FILES, language, sent=f"{files.sent:,}", received=f"{files.received:,}", waiting=f"{files.waiting:,}"))
    lines += [say(_TROUBLE, language, name=one.name, why=one.message) for one in files.troubles]
    return lines + paused_lines(report.problems, language)


def paused_lines(paused: Mapping[str, Pause], language: Language) -> list[str]:
    """Why streams are paused, a line each; where deletions wait for a person's word, how to give it."""
    return [
        say(PAUSED, language, stream=stream, why=pause.message) + (say(_ALLOW, language, count=pause.deletions) if pause.deletions else "")
        for stream, pause in paused.items()
    ]


def status(context: typer.Context) -> None:
    """Says how this computer stands; asks nobody."""
    session = session_of(context)
    with session.office(even_locked=True) as office:
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


def unsent(context: typer.Context, to: Annotated[Path, typer.Option("--to", metavar="FILE")]) -> None:
    """Exports what the server has not taken."""
    session = session_of(context)
    with session.office(even_locked=True) as office:
        count = export_unsent(office, to, session.stream)
    session.print({"count": count, "file": str(to)}, [session.say(_WROTE, count=f"{count:,}", name=to)])


def let_go_command(
    context: typer.Context,
    stream: Annotated[str, typer.Argument(metavar="STREAM")] = "",
    yes: Annotated[bool, typer.Option("--yes")] = False,
) -> None:
    """Lists what is left over, or removes it."""
    session = session_of(context)
    with session.office() as office:
        left = [one for one in leftovers(office) if not stream or one.stream == stream]
        if stream and (yes or not left):
            count = let_go(office, stream)
            session.print({"stream": stream, "removed": count}, [session.say(_WENT, count=f"{count:,}")])
            return
    lines = [session.say(one.words) for one in left] or [session.say(_NOTHING_LEFT)]
    session.print([one.as_json() for one in left], [*lines, session.say(_ADD_YES)] if stream else lines)
    session.finish(3 if left else 0)


def move_unsent(
    context: typer.Context,
    stream: Annotated[str, typer.Argument(metavar="STREAM")] = "",
    yes: Annotated[bool, typer.Option("--yes")] = False,
) -> None:
    """Lists what a closed stream has unsent, or moves it to the successor."""
    session = session_of(context)
    with session.office() as office:
        found = [one for one in successions(office) if not stream or one.stream == stream]
        if stream and (yes or not found):
            count = move(office, stream)
            session.print({"stream": stream, "moved": count}, [session.say(_MOVED, count=f"{count:,}")])
            return
    lines = [session.say(one.words) for one in found] or [session.say(_NOTHING_CLOSED)]
    session.print([one.as_json() for one in found], [*lines, session.say(_ADD_YES)] if stream else lines)
    session.finish(3 if found else 0)


def discard_command(
    context: typer.Context,
    type_name: TypeName,
    record_id: RecordId,
) -> None:
    """Drops what of one record was not taken."""
    session = session_of(context)
    with session.office() as office:
        with office.database.reading() as connection:
            change_id = of_record(connection, type_name, record_id, session.stream)
        count = office.sync.discard(change_id or "")
    session.print({"discarded": count}, [session.say(_DROPPED, count=count)])
