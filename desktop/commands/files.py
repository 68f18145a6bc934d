"""file list · file add · file get · file keep."""

import json
from pathlib import Path
from typing import Annotated

import typer

from desktop.commands.session import session_of
from desktop.services import attachments, kept_documents
from desktop.services.attachments import STANDING_WORDS
from records.areas import AREAS
from records.errors import Correctable
from records.words import Language, Words, say

_GROUP = Words("เอกสารแนบของรายการ", "Documents attached to records")
_LIST = Words("รายชื่อเอกสารแนบและสถานะ", "List the documents and how each stands")
_ADD = Words(
    "เก็บไฟล์ไว้ในเครื่องและพิมพ์สิ่งที่รายการใช้อ้างถึง ใส่ในช่องเอกสารแนบด้วย record save",
    "Keep a file on this computer and print what a record names it by, for a field of documents given to record save",
)
_GET = Words("บันทึกเอกสารแนบออกมา รับจากเซิร์ฟเวอร์ถ้ายังไม่อยู่ในเครื่อง", "Write a document to a file, fetching it when it is not here yet")
_KEEP = Words(
    "เก็บเอกสารแนบทุกฉบับของงานไว้ในเครื่องนี้ (all ทุกงาน, none เฉพาะฉบับเล็กและที่เปิดดู)",
    "Keep every document of an area on this computer (all: every area; none: small ones and those asked for)",
)
_LINE = Words("{sha}\t{size}\t{state}\t{name}\t{type} {id}", "{sha}\t{size}\t{state}\t{name}\t{type} {id}")
_NONE = Words("ยังไม่มีเอกสารแนบ", "There are no documents")
_WRITTEN = Words("บันทึกแล้ว: {path}", "Written: {path}")
_KEPT = Words("{stream}: เก็บไว้ในเครื่องนี้ {areas}", "{stream}: kept on this computer: {areas}")
_ALL = Words("ทุกฉบับ", "every document")
_SMALL = Words("เอกสารแนบไม่เกิน 256 KB และที่เปิดดู", "documents up to 256 KB and those asked for")


def register(app: typer.Typer, language: Language) -> None:
    """Adds these commands."""
    group = typer.Typer(help=say(_GROUP, language), no_args_is_help=True, rich_markup_mode=None)
    group.command("list", help=say(_LIST, language))(list_files)
    group.command("add", help=say(_ADD, language))(add)
    group.command("get", help=say(_GET, language))(get)
    group.command("keep", help=say(_KEEP, language))(keep)
    app.add_typer(group, name="file")


def list_files(
    context: typer.Context,
    absent: Annotated[bool, typer.Option("--absent")] = False,
    limit: Annotated[int, typer.Option("--limit", min=1, max=1_000_000_000)] = 200,
) -> None:
    """Lists the documents; --absent: those not on this computer."""
    session = session_of(context)
    found = []
    with session.office() as office:
        for one in attachments.listed(office, session.stream):
            if not absent or one.standing in (attachments.Standing.ABSENT, attachments.Standing.WISHED):
                found.append(one)
            if len(found) >= limit:
                break
    lines = [
        session.say(
            _LINE,
            sha=one.sha256[:16],
            size=f"{one.size:,}",
            state=session.say(STANDING_WORDS[one.standing]),
            name=one.name,
            type=one.type,
            id=one.id,
        )
        for one in found
    ]
    session.print([one.as_json() for one in found], lines or [session.say(_NONE)])


def add(context: typer.Context, path: Annotated[Path, typer.Argument(metavar="FILE")]) -> None:
    """Takes in one file."""
    session = session_of(context)
    with session.office() as office:
        file = office.attach(path.expanduser().absolute())
    shown = {"sha256": file.sha256, "name": file.name, "size": file.size, "media_type": file.media_type}
    session.print(shown, [json.dumps(shown, ensure_ascii=False)])


def get(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="HASH|NAME")],
    to: Annotated[Path | None, typer.Option("--to", metavar="FILE")] = None,
) -> None:
    """Writes one document."""
    session = session_of(context)
    with session.office() as office:
        file = attachments.named(office, name)
        path = (to or Path(Path(file.name).name)).expanduser().absolute()
        if path.exists():
            raise Correctable(
                Words("มีไฟล์นี้อยู่แล้ว", "The file exists"),
                Words(
                    "มี “{path}” อยู่แล้ว ไม่มีอะไรเปลี่ยนแปลง โปรดระบุชื่ออื่นด้วย --to",
                    "“{path}” exists already; nothing was changed. Name another place with --to.",
                ).filled(path=path),
            )
        attachments.fetch(office, file)
        attachments.write(office, file, path)
    session.print({"sha256": file.sha256, "name": file.name, "size": file.size, "path": str(path)}, [session.say(_WRITTEN, path=path)])


def keep(context: typer.Context, areas: Annotated[list[str] | None, typer.Argument(metavar="[all|none|AREA]...")] = None) -> None:
    """Chooses what is kept; without an area says what is kept."""
    session = session_of(context)
    with session.office() as office:
        streams = [session.stream] if session.stream else [one.stream for one in office.streams]
        if areas:
            chosen = [] if "none" in areas else [kept_documents.EVERYTHING] if "all" in areas else areas
            for stream in streams:
                kept_documents.keep(office, stream, chosen)
        kept = {stream: sorted(kept_documents.kept_areas(office, stream)) for stream in streams}
    session.print(kept, [session.say(_KEPT, stream=stream, areas=_said(found, session.language)) for stream, found in kept.items()])


def _said(areas: list[str], language: Language) -> str:
    if kept_documents.EVERYTHING in areas:
        return say(_ALL, language)
    return ", ".join(say(AREAS[area], language) for area in areas) or say(_SMALL, language)
