"""The address of a server, as a person typed it or a server said it: which ones are safe to talk to."""

from urllib.parse import urlsplit

from records.errors import Correctable
from records.protocol import BASE_PATH
from records.words import Words


def checked_address(base_url: str) -> str:
    """The address without what stands behind the host and the port. Raises Correctable (`address`), above all for http to another computer."""
    address = base_url.strip().rstrip("/").removesuffix(BASE_PATH)
    try:
        parts = urlsplit(address)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        host, parts = "", urlsplit("")
    if not host or parts.scheme not in ("https", "http") or parts.query or parts.fragment or parts.username:
        raise Correctable(
            Words("ที่อยู่เซิร์ฟเวอร์ใช้ไม่ได้", "The server's address does not work"),
            Words(
                "ที่อยู่เซิร์ฟเวอร์ต้องเป็นแบบ https://ชื่อ ไม่มีอะไรเปลี่ยนแปลง โปรดตรวจตัวอักษร",
                "A server's address looks like https://name; nothing was changed. Please check its letters.",
            ),
            code="address",
        )
    if parts.scheme == "http" and host not in ("localhost", "127.0.0.1", "::1"):
        raise Correctable(
            Words("ที่อยู่เซิร์ฟเวอร์ไม่ปลอดภัย", "The server's address is not safe"),
            Words(
                "ต้องใช้ https เพื่อไม่ให้ผู้อื่นอ่านข้อมูลระหว่างทาง ไม่มีอะไรเปลี่ยนแปลง โปรดพิมพ์ที่อยู่ขึ้นต้นด้วย https://",
                "It must begin with https:// so that nobody reads the data on the way; nothing was changed.",
            ),
            code="address",
        )
    return address
