"""What the page of bundles says."""

from desktop.services.bundles import Contents
from desktop.ui.sync_words import size_words
from desktop.ui.widgets.pill import Kind
from records.words import Words

TITLE = Words("ส่งงานด้วยแฟ้ม (USB)", "Work by bundle (USB)")
EXPORT = Words("เขียนแฟ้มงาน", "Write a bundle")
APPLY = Words("รับแฟ้มตอบกลับ", "Take a reply in")
RELAY = Words("ส่งต่อแฟ้ม", "Relay bundles")
RELAY_FOLDER = Words("ส่งต่อทั้งโฟลเดอร์", "Relay a folder")
HOW = Words(
    "สำหรับหน่วยงานที่ไม่มีสัญญาณ แฟ้มหายหรือรับซ้ำไม่ทำให้งานเสีย",
    "For an office without a line. A bundle that is lost or taken in twice does no harm.",
)
STEPS = (
    Words(
        "1. เขียนแฟ้มงานลง USB แล้วฝากไปกับผู้ที่มีเครือข่าย ผู้ส่งต่ออ่านเนื้อหาไม่ได้",
        "1. Write a bundle to a stick and give it to anyone with a line; they cannot read it.",
    ),
    Words(
        "2. ผู้นั้นเปิดหน้านี้ในเครื่องของตน กด “ส่งต่อแฟ้ม” แล้วนำ USB กลับมา",
        "2. They open this page on their computer, press “Relay bundles” and bring the stick back.",
    ),
    Words("3. กด “รับแฟ้มตอบกลับ” ในเครื่องนี้ เหมือนได้รับส่งข้อมูลแล้ว", "3. Press “Take a reply in” here: it is as if this computer had synced."),
)
NO_KEYS = Words(
    "เครื่องนี้ยังไม่มีกุญแจสำหรับแฟ้ม รับส่งข้อมูลผ่านเครือข่ายหนึ่งครั้งก่อน หรือลงทะเบียนด้วยแฟ้มจากผู้ดูแลระบบ",
    "This computer has no keys for bundles yet: sync once over a line, or enrol with a bundle from your administrator.",
)
_NOTHING = Words("ไม่มีงานรอส่ง แฟ้มจะใช้ขอข้อมูลใหม่จากเซิร์ฟเวอร์ได้", "Nothing waits to be sent; a bundle still asks the server for what is new.")
_HOLDS = Words("แฟ้มจะมี {changes} รายการ", "The bundle will hold {changes} [change|changes]")
_AGAIN = Words("ในนั้น {count} รายการเคยส่งแล้วและยังไม่ได้รับตอบกลับ", "{count} of them went out before and [is|are] not answered")
FILES = Words("เอกสารแนบ {count} ฉบับ {size}", "{count} [document|documents], {size}")
WRITTEN = Words(
    "เขียนแฟ้มแล้ว {changes} รายการ {size} ต่อไปให้ผู้ที่มีเครือข่ายส่งต่อแฟ้มนี้: {path}",
    "Written: {changes} [change|changes], {size}. Next, give it to somebody with a line to relay: {path}",
)
TAKEN = Words(
    "รับแฟ้มตอบกลับแล้ว ยืนยันงาน {pushed} รายการ รับใหม่ {pulled} รายการ",
    "Reply taken in: {pushed} [change|changes] confirmed, {pulled} [record|records] received",
)
WAITS_ON = Words(" ยังมีงานที่รอแฟ้มตอบกลับอีกแฟ้ม", "; other work still waits for its reply")
PAUSED = Words(
    "มีการลบ {count} รายการในคราวเดียว จึงยังไม่ทำ หากตรวจแล้วถูกต้อง ให้อนุญาต",
    "{count} [deletion|deletions] at once: they were left out. Allow them if you have checked that they are right.",
)
ALLOW = Words("อนุญาตการลบ {count} รายการ", "Allow {count} [deletion|deletions]")
ENROLMENT = Words(
    "แฟ้มนี้เป็นแฟ้มลงทะเบียน ใช้กับเครื่องที่ยังไม่ลงทะเบียนเท่านั้น ไม่มีอะไรเปลี่ยนแปลง",
    "This is an enrolment bundle, for a computer that is not enrolled yet; nothing was changed.",
)
LIES_AT = Words("แฟ้มนี้เขียนไว้ที่ {path}", "This bundle was written to {path}")
BUSY = Words("กำลังทำแฟ้มอยู่ โปรดรอสักครู่", "A bundle is being worked on; please wait a moment.")
FILTER = Words("แฟ้มรับส่งงาน (*.ttb)", "Bundles (*.ttb)")

RESULT: dict[bool, tuple[Words, Kind]] = {
    True: (Words("ส่งแล้ว", "Relayed"), "ok"),
    False: (Words("ยังไม่ได้ส่ง", "Not relayed"), "danger"),
}


def contents_words(contents: Contents) -> Words:
    """What a bundle made now would hold."""
    if not contents.changes:
        return _NOTHING
    parts = [_HOLDS.filled(changes=f"{contents.changes:,}")]
    if contents.again:
        parts.append(_AGAIN.filled(count=f"{contents.again:,}"))
    if contents.files:
        parts.append(FILES.filled(count=f"{contents.files:,}", size=size_words(contents.file_bytes)))
    return Words(" · ".join(part.th for part in parts), " · ".join(part.en for part in parts))


def relay_question(count: int) -> Words:
    """Asked before bundles of others go over this computer's line."""
    return Words(
        "ส่งต่อ {count} แฟ้มถึงเซิร์ฟเวอร์ด้วยเครือข่ายของเครื่องนี้ แฟ้มตอบกลับจะเขียนไว้ข้างแฟ้มเดิม",
        "Bring {count} [bundle|bundles] to the server over this computer's line; each reply is written beside its bundle.",
    ).filled(count=count)
