"""What a call may end in, and why one change is not taken: codes, statuses and words, as docs/protocol.md names them, "Errors"."""

from collections.abc import Mapping
from dataclasses import dataclass

from records.words import Words


@dataclass(frozen=True)
class ProblemType:
    """A kind of problem a call may end in."""

    status: int
    title: Words
    detail: Words


PROBLEMS: Mapping[str, ProblemType] = {
    "unauthenticated": ProblemType(
        401,
        Words("ยังไม่ได้ลงทะเบียนเครื่อง", "This device is not enrolled"),
        Words(
            "เซิร์ฟเวอร์ไม่รู้จักเครื่องนี้ งานในเครื่องยังอยู่ครบ โปรดขอรหัสลงทะเบียนใหม่จากผู้ดูแลระบบ",
            "The server does not know this device. Work on this computer is safe; ask the administrator for a new enrolment code.",
        ),
    ),
    "revoked": ProblemType(
        401,
        Words("เครื่องนี้ถูกยกเลิกสิทธิ", "This device was revoked"),
        Words(
            "ผู้ดูแลระบบยกเลิกสิทธิของเครื่องนี้แล้ว งานที่ยังไม่ส่งยังเก็บอยู่ในเครื่อง โปรดติดต่อผู้ดูแลระบบของหน่วยงาน",
            "An administrator revoked this device. Unsent work is kept on it; please call your office's administrator.",
        ),
    ),
    "no-grant": ProblemType(
        403,
        Words("ไม่มีสิทธิ", "Not granted"),
        Words(
            "บัญชีนี้ไม่มีสิทธิในข้อมูลส่วนนี้ ไม่มีอะไรเปลี่ยนแปลง โปรดขอสิทธิจากผู้ดูแลระบบ",
            "This account has no grant for these data; nothing was changed. Ask the administrator for the grant.",
        ),
    ),
    "code": ProblemType(
        403,
        Words("รหัสลงทะเบียนใช้ไม่ได้", "The enrolment code does not work"),
        Words(
            "รหัสลงทะเบียนผิด ถูกใช้แล้ว หรือหมดอายุ ไม่มีอะไรเปลี่ยนแปลง โปรดตรวจตัวอักษรหรือขอรหัสใหม่จากผู้ดูแลระบบ",
            "The enrolment code is wrong, used or expired; nothing was changed. Check its letters or ask the administrator for a new one.",
        ),
    ),
    "not-found": ProblemType(
        404,
        Words("ไม่พบ", "Not found"),
        Words("ไม่พบสิ่งที่ขอบนเซิร์ฟเวอร์ โปรดตรวจที่อยู่", "The server has nothing at that address; please check it."),
    ),
    "method": ProblemType(
        405, Words("เรียกผิดวิธี", "Method not allowed"), Words("ที่อยู่นี้ไม่รับวิธีเรียกแบบนี้", "This address does not take that method.")
    ),
    "fork": ProblemType(
        409,
        Words("ข้อมูลบนเซิร์ฟเวอร์ไม่ต่อเนื่อง", "The server lost data"),
        Words(
            "เซิร์ฟเวอร์กลับไปวันก่อนหน้า และไม่มีข้อมูลบางส่วนที่เคยยืนยันไว้ เครื่องนี้เก็บทุกอย่างไว้ครบ โปรแกรมจะเทียบและเสนอส่วนที่หายไปใหม่เองในรอบรับส่งถัดไป",
            "The server went back to an earlier day and lacks data it once acknowledged. This computer keeps everything; the program compares and offers what is lost again by itself in its next round.",
        ),
    ),
    "rewound": ProblemType(
        409,
        Words("ข้อมูลในเครื่องย้อนกลับ", "This computer went back in time"),
        Words(
            "เครื่องนี้ถูกกู้คืนจากสำเนาเก่า เซิร์ฟเวอร์จึงไม่รับส่งกับเครื่องนี้ในชื่อเดิม งานในเครื่องยังอยู่ครบ โปรดขอรหัสลงทะเบียนใหม่จากผู้ดูแลระบบ แล้วลงทะเบียนเครื่องนี้อีกครั้งในหน้าตั้งค่า",
            "This computer was restored from an old copy, so the server no longer deals with it under its former name. Its work is kept. Ask the administrator for a new enrolment code and enrol this computer again in the settings.",
        ),
    ),
    "offset": ProblemType(
        409,
        Words("ส่งเอกสารแนบต่อผิดตำแหน่ง", "The document goes on elsewhere"),
        Words(
            "เซิร์ฟเวอร์มีเอกสารแนบนี้ไม่เท่ากับที่ส่งต่อ หรือกำลังรับอยู่ ไม่มีอะไรเปลี่ยนแปลง โปรแกรมจะส่งต่อให้เอง",
            "The server has more or less of this document, or is receiving it now; nothing was changed. The program goes on by itself.",
        ),
    ),
    "checksum": ProblemType(
        460,
        Words("เอกสารแนบเสียหายระหว่างทาง", "The document was damaged on the way"),
        Words(
            "ส่วนของเอกสารแนบที่มาถึงไม่ตรงกับที่ส่ง ไม่มีอะไรเปลี่ยนแปลง โปรแกรมจะส่งใหม่เอง",
            "A part of the document did not arrive as it was sent; nothing was changed. The program sends it again by itself.",
        ),
    ),
    "quota": ProblemType(
        507,
        Words("พื้นที่เก็บเอกสารแนบบนเซิร์ฟเวอร์เต็ม", "The server has no room for documents"),
        Words(
            "เซิร์ฟเวอร์ไม่มีพื้นที่เก็บเอกสารแนบนี้ เอกสารยังอยู่ในเครื่องครบ โปรดแจ้งผู้ดูแลระบบ โปรแกรมจะส่งใหม่ภายหลัง",
            "The server has no room for this document. It is safe on this computer; tell the administrator. The program sends it again later.",
        ),
    ),
    "too-large": ProblemType(
        413,
        Words("ข้อมูลใหญ่เกินไป", "Too large"),
        Words("ข้อมูลใหญ่เกินกว่าที่เซิร์ฟเวอร์รับได้ ไม่มีอะไรเปลี่ยนแปลง", "The data are larger than the server takes; nothing was changed."),
    ),
    "encoding": ProblemType(
        415, Words("รูปแบบบีบอัดไม่รองรับ", "Unknown encoding"), Words("เซิร์ฟเวอร์รับ gzip หรือ zstd เท่านั้น", "The server takes gzip or zstd only.")
    ),
    "moved": ProblemType(
        421, Words("เซิร์ฟเวอร์ย้ายที่", "The server moved"), Words("ข้อมูลส่วนนี้ย้ายไปเซิร์ฟเวอร์อื่นแล้ว", "These data moved to another server.")
    ),
    "invalid": ProblemType(
        422,
        Words("ข้อมูลไม่ถูกต้อง", "Not valid"),
        Words("ข้อมูลที่ส่งไม่อยู่ในรูปแบบที่กำหนด ไม่มีอะไรเปลี่ยนแปลง", "What was sent is not of the agreed form; nothing was changed."),
    ),
    "upgrade-required": ProblemType(
        426,
        Words("ต้องปรับรุ่นโปรแกรม", "An upgrade is needed"),
        Words(
            "เซิร์ฟเวอร์ใช้ข้อตกลงรุ่นอื่น งานในเครื่องยังอยู่ครบ โปรดปรับรุ่นโปรแกรม",
            "The server speaks another protocol version. Work on this computer is safe; please upgrade the program.",
        ),
    ),
    "slow-down": ProblemType(
        429,
        Words("เซิร์ฟเวอร์กำลังยุ่ง", "The server is busy"),
        Words("เซิร์ฟเวอร์ขอให้รอสักครู่ โปรแกรมจะส่งให้เองภายหลัง", "The server asks to wait; the program will send later by itself."),
    ),
    "unavailable": ProblemType(
        503,
        Words("เซิร์ฟเวอร์ยังไม่พร้อม", "The server is not ready"),
        Words(
            "เซิร์ฟเวอร์ยังไม่พร้อม งานในเครื่องยังอยู่ครบ โปรดลองใหม่ภายหลัง",
            "The server is not ready; work on this computer is safe. Please try again later.",
        ),
    ),
    "needs-floor": ProblemType(
        503,
        Words("เลขใบเสร็จรอผู้ดูแลเซิร์ฟเวอร์กลาง", "Receipt numbers wait for the server's administrator"),
        Words(
            "เซิร์ฟเวอร์กลางถูกกู้คืนจากสำเนาสำรอง จึงยังไม่ทราบว่าแจกเลขใดไปแล้ว และยังไม่ให้เลขใบเสร็จชุดใหม่ เลขที่เครื่องนี้มีอยู่แล้วใช้ได้ตามปกติ "
            "โปรดโทรแจ้งผู้ดูแลเซิร์ฟเวอร์กลางให้กำหนดเลขเริ่มต้นของเล่มนี้ ระหว่างรอให้ใช้ใบเสร็จเล่มกระดาษ",
            "The central server was put back to a backup, so it does not know which numbers it has given since and gives no new ones yet. The numbers this "
            "computer already has stay good. Please call the administrator of the central server, who has to name the first number of this book; use the "
            "paper book until then.",
        ),
    ),
    "server": ProblemType(
        500,
        Words("เซิร์ฟเวอร์ขัดข้อง", "The server failed"),
        Words(
            "เซิร์ฟเวอร์ขัดข้อง งานในเครื่องยังอยู่ครบ แจ้งเลขเหตุการณ์นี้แก่ผู้ดูแล",
            "The server failed; work on this computer is safe. Give this incident number to the administrator.",
        ),
    ),
}
"""What a whole call may end in, by code; `title` and `detail` follow Accept-Language."""

REASONS = frozenset({"needs-floor"})
"""Those that say in the member `reason` which they are: on the wire their code is an older one that every program knows."""

REFUSALS: Mapping[str, Words] = {
    "no-grant": Words("บัญชีนี้ไม่มีสิทธิแก้ไขข้อมูลส่วนนี้", "This account may not change these data"),
    "author": Words("ผู้บันทึกไม่ได้ลงทะเบียนในเครื่องนี้", "The author is not enrolled on this device"),
    "invalid": Words("ข้อมูลไม่อยู่ในรูปแบบที่กำหนด", "The data are not of the agreed form"),
    "closed-period": Words("งวดหรือปีนี้ปิดแล้ว", "This period is closed"),
    "issued-receipt": Words("ใบเสร็จที่ออกแล้วแก้ไขไม่ได้ ให้ยกเลิกพร้อมเหตุผล", "An issued receipt does not change; void it with a reason"),
    "closed-remittance": Words("ใบนำส่งเงินนี้ปิดยอดแล้ว", "This remittance is closed"),
    "closed-stream": Words("หน่วยงานนี้ปิดแล้ว โปรดบันทึกในหน่วยงานที่รับช่วง", "This office is closed; please work in its successor"),
    "workflow": Words("ขั้นตอนนี้ยังทำไม่ได้ หรือไม่มีสิทธิทำ", "This step is not allowed now, or not for this role"),
    "number-taken": Words("เลขนี้ถูกใช้แล้ว", "This number is already used"),
    "too-large": Words("รายการนี้ใหญ่เกินไป", "This record is too large"),
    "group": Words("รายการอื่นในชุดเดียวกันส่งไม่ได้", "Another change of the same group could not go in"),
    "change-id-reused": Words("รหัสการแก้ไขซ้ำกับรายการอื่น", "The change id was used for something else"),
}
"""Why one change was not taken, by code."""
