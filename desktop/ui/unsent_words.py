"""How the file of unsent work is called on screen: on the sync page, and on the page of a device that was revoked."""

from records.words import Words

EXPORT = Words("ส่งออกงานที่ยังไม่ส่ง", "Export the unsent work")
UNSENT_FILES = Words("Excel (*.xlsx);;สำหรับโปรแกรม (*.jsonl)", "Excel (*.xlsx);;For programs (*.jsonl)")
EXPORTED = Words("เขียนงานที่ยังไม่ส่ง {count} รายการลงใน {name} แล้ว", "{count} unsent [change was|changes were] written to {name}")
