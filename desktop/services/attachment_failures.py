"""What is told when an attached file cannot be had."""

from pathlib import Path

from records.errors import AppError, Correctable, Unavailable
from records.kinds import FileRef
from records.words import Words


def not_here(file: FileRef) -> Unavailable:
    """Its content has not come."""
    return Unavailable(
        Words("ไฟล์ยังมาไม่ถึง", "The file has not arrived"),
        Words(
            "ไฟล์ “{name}” ยังมาไม่ถึงเครื่องนี้ รายการยังอยู่ครบ โปรดรับส่งข้อมูลแล้วลองใหม่",
            "The file “{name}” has not arrived on this computer yet; the record is safe. Sync and try again.",
        ).filled(name=file.name),
        code="file-absent",
    )


def damaged(file: FileRef, will_come: bool) -> Unavailable:
    """Its content is not what was attached."""
    again = Words("โปรแกรมจะดึงมาใหม่เมื่อรับส่งข้อมูลครั้งต่อไป", "It will be fetched again with the next sync.")
    nowhere = Words(
        "เซิร์ฟเวอร์ยังไม่มีไฟล์นี้ โปรดแนบใหม่จากต้นฉบับ หรือกู้ข้อมูลจากสำเนาสำรอง",
        "The server does not have it: attach it again from the original, or restore a backup.",
    )
    what = again if will_come else nowhere
    return Unavailable(
        Words("ไฟล์เสียหาย", "The file is damaged"),
        Words(
            "เนื้อหาของไฟล์ “{name}” ในเครื่องนี้ไม่ตรงกับต้นฉบับ จึงไม่เขียนออกมา รายการยังอยู่ครบ " + what.th,
            "The content of “{name}” on this computer is not what was attached, so it was not written; the record is safe. " + what.en,
        ).filled(name=file.name),
        code="file-damaged",
    )


def not_sent_yet(file: FileRef) -> Unavailable:
    """The computer that attached it has not sent it."""
    return Unavailable(
        Words("ไฟล์ยังมาไม่ถึง", "The file has not arrived"),
        Words(
            "เครื่องที่แนบไฟล์ “{name}” ยังส่งขึ้นเซิร์ฟเวอร์ไม่เสร็จ รายการยังอยู่ครบ โปรแกรมจำไว้และจะดึงมาให้เองเมื่อมีแล้ว",
            "The computer that attached “{name}” has not sent it yet. The record is safe; it will be fetched by itself once it is there.",
        ).filled(name=file.name),
        code="file-absent",
    )


def later(file: FileRef, error: AppError) -> Unavailable:
    """It cannot be fetched at this moment."""
    return Unavailable(
        Words("ยังดึงไฟล์ไม่ได้", "The file cannot be fetched now"),
        Words(
            "ยังไม่มีสัญญาณถึงเซิร์ฟเวอร์ โปรแกรมจำไว้และจะดึง “{name}” มาให้เองเมื่อรับส่งครั้งต่อไป",
            "There is no line to the server. “{name}” is remembered and will be fetched by itself with the next sync.",
        ).filled(name=file.name),
        code=error.code,
    )


def cannot(path: Path, reason: Words) -> Correctable:
    """A file outside cannot be read or written."""
    return Correctable(
        Words("ใช้ไฟล์นี้ไม่ได้", "This file cannot be used"),
        Words(
            "ไฟล์ “{name}” {reason} ไม่มีอะไรเปลี่ยนแปลง โปรดเลือกไฟล์อื่น",
            "The file “{name}” {reason}; nothing was changed. Choose another.",
        ).filled(name=path.name, reason=reason),
    )
