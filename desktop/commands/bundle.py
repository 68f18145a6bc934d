"""bundle export · relay · apply: work by stick, without a line."""

from pathlib import Path
from typing import Annotated

import typer

from desktop.commands.session import session_of
from desktop.commands.sync import PAUSED, paused_lines
from desktop.services.bundles import Relayed, work_files
from records.kinds import Json
from records.words import Language, Words, say

_BUNDLE = Words("รับส่งงานด้วยแฟ้ม (USB) โดยไม่ต้องมีเครือข่าย", "Exchange work by files (USB), without any line")
_EXPORT = Words("เขียนแฟ้มงานที่รอส่งทั้งหมด", "Write a bundle with everything that waits to be sent")
_RELAY = Words("นำแฟ้มงานของเครื่องใดก็ได้ส่งถึงเซิร์ฟเวอร์ แล้วเขียนแฟ้มตอบกลับ", "Bring bundles of any computer to the server and write their replies")
_APPLY = Words("รับแฟ้มตอบกลับเข้าเครื่อง เหมือนได้รับส่งข้อมูล", "Take a reply in, as if this computer had synced")

_EXPORTED = Words(
    "เขียนแฟ้มแล้ว {changes} รายการ เอกสารแนบ {files} ฉบับ {size} กิโลไบต์: {path}",
    "Written: {changes} [change|changes], {files} [document|documents], {size} KB: {path}",
)
_RELAYED = Words("ส่งแล้ว {path} ตอบกลับที่ {reply}", "Relayed {path}, reply in {reply}")
_NOT_RELAYED = Words("ยังไม่ได้ส่ง {path}: {why}", "Not relayed {path}: {why}")
_APPLIED = Words(
    "รับแล้ว ยืนยันงานที่ส่ง {pushed} รับใหม่ {pulled} รวมให้ {merged} รอท่านเลือก {conflicts} รอส่ง {waiting} ส่งไม่ผ่าน {refused}",
    "Taken in: confirmed {pushed}, received {pulled}, merged {merged}, conflicts {conflicts}, waiting {waiting}, refused {refused}",
)
_UNANSWERED = Words("{stream}: ยังมีงานที่ส่งไปแล้วรอแฟ้มตอบกลับอีกแฟ้ม", "{stream}: work sent in another bundle still waits for its reply")
_MORE = Words("เซิร์ฟเวอร์ยังมีข้อมูลอีก แฟ้มถัดไปจะนำมาต่อ", "The server has more; the next bundle goes on")


def register(app: typer.Typer, language: Language) -> None:
    """Adds these commands."""
    group = typer.Typer(help=say(_BUNDLE, language), no_args_is_help=True, add_completion=False, rich_markup_mode=None)
    group.command("export", help=say(_EXPORT, language))(export)
    group.command("relay", help=say(_RELAY, language))(relay)
    group.command("apply", help=say(_APPLY, language))(apply)
    app.add_typer(group, name="bundle")


def export(
    context: typer.Context,
    to: Annotated[Path, typer.Option("--to", metavar="FILE|DIR")],
    allow_deletes: Annotated[int, typer.Option("--allow-deletes", metavar="N", min=0)] = 0,
    without_files: Annotated[bool, typer.Option("--without-files")] = False,
) -> None:
    """Writes a bundle."""
    session = session_of(context)
    with session.office() as office:
        done = office.bundles.export(to, allow_deletes=allow_deletes, with_files=not without_files)
    sent = done.sent
    line = session.say(_EXPORTED, changes=f"{sent.changes:,}", files=f"{sent.files:,}", size=f"{-(-sent.size // 1024):,}", path=done.path)
    paused: dict[str, Json] = {name: {"code": one.code, "deletions": one.deletions} for name, one in done.paused.items()}
    told = {"file": str(done.path), "id": sent.id, "number": sent.number, "changes": sent.changes, "files": sent.files, "bytes": sent.size}
    lines = paused_lines(done.paused, session.language)
    session.print({**told, "paused": paused}, [line, *lines])
    session.finish(3 if done.paused else 0)


def relay(
    context: typer.Context,
    paths: Annotated[list[Path], typer.Argument(metavar="FILE|DIR...")],
    to: Annotated[Path | None, typer.Option("--to", metavar="FILE|DIR")] = None,
) -> None:
    """Relays bundles; each has a result of its own."""
    files = work_files(paths)
    if to is not None and len(files) > 1 and not to.is_dir():
        raise typer.BadParameter("--to must be a folder for several bundles.")
    session = session_of(context)
    with session.office() as office:
        done = office.bundles.relay(files, to)
    told: list[dict[str, Json]] = [
        {
            "file": str(one.path),
            "reply": str(one.reply) if one.reply else None,
            "code": one.error.code if one.error else "",
            "reason": one.error.sentence(session.language) if one.error else "",
        }
        for one in done
    ]
    session.print(told, [_relayed(one, session.language) for one in done])
    left = [one for one in done if one.error is not None]
    if left and len(files) == 1 and left[0].error is not None:
        raise left[0].error
    session.finish(3 if left else 0)


def _relayed(one: Relayed, language: Language) -> str:
    if one.error is not None:
        return say(_NOT_RELAYED, language, path=one.path, why=one.error.sentence(language))
    return say(_RELAYED, language, path=one.path, reply=one.reply)


def apply(
    context: typer.Context,
    path: Annotated[Path, typer.Argument(metavar="FILE")],
    allow_deletes: Annotated[int, typer.Option("--allow-deletes", metavar="N", min=0)] = 0,
) -> None:
    """Takes a reply in."""
    session = session_of(context)
    with session.office() as office:
        done = office.bundles.apply(path, allow_deletes=allow_deletes)
        office.sync.index_rest()
    report = done.report
    names = ("pushed", "pulled", "merged", "conflicts", "waiting", "refused")
    lines = [session.say(_APPLIED, **{name: f"{getattr(report, name):,}" for name in names})]
    lines += paused_lines(report.problems, session.language)
    lines += [session.say(PAUSED, stream=stream, why=why) for stream, why in done.problems.items()]
    lines += [session.say(_UNANSWERED, stream=stream) for stream in sorted(done.unanswered)]
    lines += [session.say(_MORE)] if done.more else []
    extra = {"unanswered": sorted(done.unanswered), "more": done.more, "documents": done.files, "left_out": sorted(done.problems)}
    session.print({**report.as_json(), **extra}, lines)
    session.finish(3 if report.refused or report.problems or done.unanswered or done.problems else 0)
