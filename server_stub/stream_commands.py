"""close-stream · reopen-stream: an office that was merged into another, or dissolved, takes no more writes; its records stay readable."""

from typing import TYPE_CHECKING, Annotated

import typer

from records.errors import Correctable
from records.words import Words
from server_stub.storage.base import ALL_STREAMS, Storage, StreamState

if TYPE_CHECKING:
    from server_stub.cli import Workplace


def register(app: typer.Typer) -> None:
    """Adds these commands."""
    app.command("close-stream")(close_stream)
    app.command("reopen-stream")(reopen_stream)


Stream = Annotated[str, typer.Argument(metavar="STREAM", help="Such as office/6560115.")]


def close_stream(
    context: typer.Context,
    stream: Stream,
    successor: Annotated[str, typer.Option(metavar="STREAM", help="Where work goes on; none for an office that is dissolved.")] = "",
) -> None:
    """Close a stream for writing; clients offer their people to move unsent work to the successor. Grants stay as they are."""
    place: Workplace = context.obj
    storage = place.open()
    try:
        states = _states(storage)
        _existing(states, stream)
        if successor:
            _judge(states, stream, successor)
        with storage.directory() as directory:
            directory.close_stream(stream, successor)
    finally:
        storage.close()
    where = Words(f"งานใหม่บันทึกใน {successor}", f"new work is recorded in {successor}") if successor else _NOWHERE
    place.tell(
        {"stream": stream, "closed": True, "successor": successor or None},
        Words(
            f"ปิดรับการบันทึกของ {stream} แล้ว: {where.th}\n"
            f"ข้อมูลเดิมยังอ่านได้ตามสิทธิ ให้บัญชีของหน่วยงานที่รับช่วงอ่านได้ด้วย thongthin-server add-account บัญชี --stream {stream}:read (ระบุสิทธิเดิมของบัญชีด้วย)",
            f"{stream} is closed for writing: {where.en}\n"
            f"Its records stay readable to whoever has a grant. Let accounts of the successor read it with thongthin-server add-account NAME --stream {stream}:read "
            "(name the account's other grants too)",
        ),
    )


def reopen_stream(context: typer.Context, stream: Stream) -> None:
    """Let a closed stream take writes again: closed by mistake, or for work that belongs nowhere else, such as receipts already handed out."""
    place: Workplace = context.obj
    storage = place.open()
    try:
        if not _existing(_states(storage), stream).is_closed:
            raise Correctable(
                Words("ชุดข้อมูลนี้ไม่ได้ปิด", "The stream is not closed"),
                Words(f"{stream} เปิดรับการบันทึกอยู่แล้ว ไม่มีอะไรเปลี่ยนแปลง", f"{stream} takes writes already; nothing was changed."),
            )
        with storage.directory() as directory:
            directory.open_stream(stream)
    finally:
        storage.close()
    place.tell(
        {"stream": stream, "closed": False, "successor": None},
        Words(
            f"{stream} เปิดรับการบันทึกแล้ว เครื่องที่มีงานค้างจะส่งให้เองภายใน 64 ชั่วโมง หรือเมื่อกดลองใหม่",
            f"{stream} takes writes again; computers with refused work send it by themselves within 64 hours, or when somebody presses Try again",
        ),
    )


_NOWHERE = Words("ไม่มีหน่วยงานรับช่วง", "nothing follows it")


def _states(storage: Storage) -> dict[str, StreamState]:
    with storage.read(ALL_STREAMS) as reader:
        return reader.states(reader.stream_names())


def _existing(states: dict[str, StreamState], stream: str) -> StreamState:
    found = states.get(stream)
    if found is None:
        raise Correctable(
            Words("ไม่พบชุดข้อมูล", "No such stream"),
            Words(f"ไม่มีชุดข้อมูล {stream} ไม่มีอะไรเปลี่ยนแปลง โปรดตรวจชื่อ", f"There is no stream {stream}; nothing was changed. Check its name."),
        )
    return found


def _judge(states: dict[str, StreamState], stream: str, successor: str) -> None:
    """Raises Correctable for a successor nobody could work in."""
    if successor == stream or _existing(states, successor).is_closed:
        raise Correctable(
            Words("หน่วยงานรับช่วงไม่ถูกต้อง", "Not a successor"),
            Words(
                f"{successor} รับช่วงไม่ได้ เพราะเป็นชุดข้อมูลเดียวกันหรือปิดแล้ว ไม่มีอะไรเปลี่ยนแปลง",
                f"{successor} cannot follow {stream}: it is the same, or closed itself; nothing was changed.",
            ),
        )
