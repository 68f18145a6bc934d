"""What a device may write where, and what is said when it may not."""

from collections.abc import Sequence

from desktop.storage.state import StreamState
from records.areas import covers
from records.errors import Correctable, Refused, Unavailable
from records.record import RecordType
from records.words import Words


def may_write(stream: StreamState, area: str) -> bool:
    """Whether this device may write records of an area into a stream."""
    return stream.access == "write" and not stream.read_only and covers(stream.areas, area)


def not_enrolled() -> Correctable:
    """For what needs an office before there is one."""
    return Correctable(
        Words("ยังไม่ได้ลงทะเบียนเครื่อง", "This computer is not enrolled"),
        Words(
            "เครื่องนี้ยังไม่ได้ลงทะเบียนกับหน่วยงาน ยังไม่มีอะไรเปลี่ยนแปลง โปรดขอรหัสจากผู้ดูแลระบบแล้วสั่ง thongthin enrol",
            "This computer is not enrolled with an office yet; nothing was changed. "
            "Ask the administrator for a code and run `thongthin enrol`.",
        ),
    )


def no_grant(spec: RecordType, stream: str) -> Refused:
    """For a record of a type that may not be written to a stream."""
    return Refused(
        Words("ไม่มีสิทธิบันทึก", "Not granted"),
        Words(
            "บัญชีนี้ไม่มีสิทธิบันทึก{type}ใน {stream} ไม่มีอะไรเปลี่ยนแปลง โปรดขอสิทธิจากผู้ดูแลระบบ",
            "This account may not write a {type} in {stream}; nothing was changed. Ask the administrator for the grant.",
        ).filled(type=spec.label, stream=stream),
        code="no-grant",
    )


def several_streams(spec: RecordType, streams: Sequence[str]) -> Correctable:
    """For a record of a type that may be written to any of these, while none was named."""
    return Correctable(
        Words("มีหลายหน่วยงานให้เลือก", "Several streams to choose from"),
        Words(
            "บัญชีนี้บันทึก{type}ได้หลายแห่ง ({streams}) ยังไม่มีอะไรเปลี่ยนแปลง โปรดระบุด้วย --stream",
            "This account may write a {type} to several streams ({streams}); nothing was changed. Name one with --stream.",
        ).filled(type=spec.label, streams=", ".join(streams)),
    )


def no_such_stream(stream: str, known: Sequence[str]) -> Correctable:
    """For a stream this device is not granted; `known` are those it is."""
    return Correctable(
        Words("ไม่มีหน่วยงานนี้", "No such stream"),
        Words(
            "เครื่องนี้ไม่มีสิทธิใน “{stream}” ไม่มีอะไรเปลี่ยนแปลง ที่มีคือ {known} โปรดตรวจชื่อหรือขอสิทธิจากผู้ดูแลระบบ",
            "This computer is not granted “{stream}”; nothing was changed. It has {known}; check the name or ask the administrator.",
        ).filled(stream=stream, known=", ".join(known) or "-"),
    )


def no_address() -> Unavailable:
    """The error for a desk that enrolled by a bundle which names no server."""
    return Unavailable(
        Words("เครื่องนี้รับส่งงานด้วยแฟ้ม", "This computer exchanges its work by bundles"),
        Words(
            "เครื่องนี้ลงทะเบียนด้วยแฟ้มและยังไม่มีที่อยู่เซิร์ฟเวอร์ งานในเครื่องยังอยู่ครบ โปรดส่งงานด้วยแฟ้ม (USB) หรือลงทะเบียนผ่านเครือข่ายเมื่อมีสาย",
            "This computer was enrolled by a bundle and knows no server. Its work is safe: send it by bundle, or enrol over the network.",
        ),
        code="offline",
    )
