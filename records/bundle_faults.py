"""Why a bundle is not taken, in words a clerk can act on; the same on the desk, on the relaying computer and on the server.

On the wire such a fault is problem `invalid` (422) with the member `reason`: codes such as `revoked` or `rewound` would be read by the client
of whoever relays the bundle as its own.
"""

from collections.abc import Mapping

from records.errors import Refused
from records.words import Words

_TITLE = Words("ใช้แฟ้มรับส่งงานนี้ไม่ได้", "This bundle cannot be used")

BUNDLE_FAULTS: Mapping[str, Words] = {
    "not-a-bundle": Words(
        "แฟ้มนี้ไม่ใช่แฟ้มรับส่งงานของโปรแกรมท้องถิ่น (.ttb) ไม่มีอะไรเปลี่ยนแปลง โปรดเลือกแฟ้มใหม่",
        "This file is no bundle of Thongthin (.ttb); nothing was changed. Choose another file.",
    ),
    "newer-bundle": Words(
        "แฟ้มนี้มาจากโปรแกรมรุ่นใหม่กว่า ไม่มีอะไรเปลี่ยนแปลง โปรดปรับรุ่นโปรแกรมแล้วลองใหม่",
        "This bundle comes from a newer program; nothing was changed. Upgrade the program and try again.",
    ),
    "cut-bundle": Words(
        "แฟ้มนี้ไม่ครบ อาจถอด USB ก่อนคัดลอกเสร็จ ไม่มีอะไรเปลี่ยนแปลง โปรดคัดลอกแฟ้มจากต้นทางอีกครั้ง",
        "This bundle is cut off: the stick may have been taken out too early. Nothing was changed; copy the file once more.",
    ),
    "damaged-bundle": Words(
        "แฟ้มนี้เสียหายหรือถูกแก้ไขระหว่างทาง ไม่มีอะไรเปลี่ยนแปลง โปรดคัดลอกแฟ้มจากต้นทางอีกครั้ง หรือส่งออกแฟ้มใหม่",
        "This bundle was damaged or altered on the way; nothing was changed. Copy it again from where it was made, or export a new one.",
    ),
    "foreign-bundle": Words(
        "แฟ้มนี้ปิดผนึกถึงผู้รับอื่น เครื่องนี้เปิดไม่ได้ ไม่มีอะไรเปลี่ยนแปลง โปรดตรวจว่าเป็นแฟ้มของเครื่องใด",
        "This bundle is sealed to somebody else and cannot be opened here; nothing was changed. Check whose file it is.",
    ),
    "wrong-kind": Words(
        "แฟ้มนี้ไม่ใช่แฟ้มชนิดที่ต้องใช้ในขั้นนี้ ไม่มีอะไรเปลี่ยนแปลง แฟ้มงานใช้ส่งต่อ แฟ้มตอบกลับใช้รับเข้าเครื่องเดิม",
        "This bundle is of another kind; nothing was changed. A work bundle is relayed, a reply is applied on the computer that made the work.",
    ),
    "unsigned-bundle": Words(
        "ลายเซ็นของแฟ้มนี้ไม่ตรงกับผู้ส่ง ไม่มีอะไรเปลี่ยนแปลง โปรดส่งออกแฟ้มใหม่จากเครื่องที่ลงทะเบียน",
        "The signature of this bundle is not its sender's; nothing was changed. Export a new one on an enrolled computer.",
    ),
    "unknown-device": Words(
        "เซิร์ฟเวอร์ไม่รู้จักเครื่องที่ทำแฟ้มนี้ หรือเครื่องนั้นยังไม่มีกุญแจสำหรับแฟ้ม ไม่มีอะไรเปลี่ยนแปลง โปรดลงทะเบียนเครื่องนั้นใหม่",
        "The server does not know the computer that made this bundle, or it has no key for bundles; nothing was changed. Enrol that computer again.",
    ),
    "revoked-device": Words(
        "เครื่องที่ทำแฟ้มนี้ถูกยกเลิกสิทธิแล้ว ไม่มีอะไรเปลี่ยนแปลง งานยังอยู่ในเครื่องนั้น โปรดติดต่อผู้ดูแลระบบ",
        "The computer that made this bundle was revoked; nothing was changed and its work is still on it. Call the administrator.",
    ),
    "rewound-device": Words(
        "เครื่องที่ทำแฟ้มนี้ถูกกู้คืนจากสำเนาเก่า ไม่มีอะไรเปลี่ยนแปลง งานยังอยู่ในเครื่องนั้น โปรดลงทะเบียนเครื่องนั้นใหม่",
        "The computer that made this bundle was restored from an old copy; nothing was changed and its work is still on it. Enrol it again.",
    ),
    "wrong-device": Words(
        "แฟ้มตอบกลับนี้เป็นของเครื่องอื่น ไม่มีอะไรเปลี่ยนแปลง โปรดนำไปใช้กับเครื่องที่ส่งงาน",
        "This reply is for another computer; nothing was changed. Take it to the computer that made the work.",
    ),
    "wrong-code": Words(
        "รหัสลงทะเบียนไม่ตรงกับแฟ้มนี้ ไม่มีอะไรเปลี่ยนแปลง โปรดตรวจตัวอักษรกับที่ผู้ดูแลระบบให้มา",
        "The enrolment code does not open this bundle; nothing was changed. Check its letters.",
    ),
    "too-large-bundle": Words(
        "แฟ้มนี้ใหญ่เกินกว่าที่รับได้ ไม่มีอะไรเปลี่ยนแปลง โปรดส่งออกใหม่โดยไม่ใส่เอกสารแนบ",
        "This bundle is larger than can be taken; nothing was changed. Export it again without the attached files.",
    ),
}
"""By reason: what is wrong, what is safe, what to do."""


class BundleFault(Refused):
    """A bundle that is not taken; nothing was changed."""

    def __init__(self, reason: str, detail: str = "") -> None:
        """`reason` is a key of BUNDLE_FAULTS; `detail` says where, in English, for whoever looks into it."""
        super().__init__(_TITLE, BUNDLE_FAULTS[reason], code=reason)
        self.detail = detail
