"""Following a server that moved (protocol.md, `moved` 421): the new address is checked, asked, and only then kept.

The address came over an authenticated line from the server this device is enrolled with. It is followed only to https; a computer on itself
(loopback) may be followed to itself. The token goes there only after that address has answered as a server of ours.
"""

from contextlib import closing
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import msgspec

from desktop.storage import state
from records.errors import AppError, Refused
from records.words import Words

if TYPE_CHECKING:
    from desktop.services.office import Office
    from desktop.sync.replies import Moved

_TITLE = Words("เซิร์ฟเวอร์ย้ายที่", "The server moved")
_NOT_SAFE = Words(
    "เซิร์ฟเวอร์แจ้งว่าย้ายไป “{address}” แต่ที่อยู่นั้นใช้ไม่ได้หรือไม่ใช่ https โปรแกรมจึงไม่ตามไป งานในเครื่องยังอยู่ครบ โปรดแจ้งผู้ดูแลระบบ",
    "The server says it moved to “{address}”, which does not work or is not https, so the program does not follow. "
    "Work on this computer is safe; please tell the administrator.",
)
_SILENT = Words(
    "เซิร์ฟเวอร์แจ้งว่าย้ายไป {address} แต่ที่นั่นยังไม่ตอบ งานในเครื่องยังอยู่ครบ โปรแกรมจะลองใหม่เอง",
    "The server says it moved to {address}, where nothing answers yet. Work on this computer is safe; the program tries again by itself.",
)
FOLLOWED = Words(
    "เซิร์ฟเวอร์ย้ายไป {address} เครื่องนี้ตามไปแล้ว ไม่ต้องทำอะไร", "The server moved to {address}; this computer followed and nothing needs doing"
)


def follow(office: "Office", moved: "Moved") -> Words:
    """Keeps the new address and says so. Raises Refused where it is none to follow, or does not answer as a server of ours."""
    identity = office.enrolled
    address = moved.base_url.strip().rstrip("/")
    is_downgrade = urlsplit(identity.server).scheme == "https" and urlsplit(address).scheme != "https"
    if not address or is_downgrade or address == identity.server:
        raise Refused(_TITLE, _NOT_SAFE.filled(address=address), code="moved")
    try:
        with closing(office.new_transport(address, "", office.language)) as transport:
            transport.hello()
    except AppError as error:
        words = _NOT_SAFE if error.code == "address" else _SILENT
        raise Refused(_TITLE, words.filled(address=address), code="moved") from error
    with office.database.write() as connection:
        state.save_identity(connection, msgspec.structs.replace(identity, server=address))
    return FOLLOWED.filled(address=address)
