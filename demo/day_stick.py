"""An office where no line reaches: its first start, its work and the replies go by stick, and the province's desk relays them."""

from typing import Any

from demo import sheets
from demo.computer import Computer
from demo.stage import Stage, must, together

ACCOUNT = "malai.k"
COMPARED = ("project", "project_budget", "receipt")


def start_from_stick(stage: Stage) -> None:
    """The administrator writes a first start on a stick; the far desk opens with its code and has the office and its receipt numbers."""
    far, stick = stage.desks.far, stage.folder / "stick"
    stick.mkdir()
    stream = stage.other_office.stream
    stage.server.run("add-account", ACCOUNT, "--role", "head", "--stream", f"{stream}:write", "--stream", "central:read")
    start = stick / "first-start.ttb"
    code, told = stage.server.ask("enrolment-bundle", ACCOUNT, "--to", str(start))
    must(code == 0 and start.stat().st_size > 0, "the first start must be written")
    stage.line.cut()
    joined = far.do("enrol", "--bundle", str(start), "--code", told["code"])
    must(joined["account"] == ACCOUNT and stream in joined["streams"], "the far desk must belong to its office")
    stage.line.mend()
    stage.say(
        "หน่วยงานที่ไม่มีสาย เริ่มใช้งานจากแฟ้มใน USB", f"{told['records']} รายการ เลขใบเสร็จ {told['numbers']} เลข {start.stat().st_size:,} ไบต์"
    )


def work_by_stick(stage: Stage) -> None:
    """The far desk works and writes a bundle; the province relays it; the reply brings the far desk what the office did meanwhile."""
    far, near, stick = stage.desks.far, stage.desks.other, stage.folder / "stick"
    plan = far.do("import", "project", str(sheets.plan_sheet(stage.folder / "far-plan.csv", stage.other_office)))
    paid = {"payer": "นายบุญมี แก้วกล้า", "items": [{"description": "ค่าธรรมเนียมเก็บขนขยะมูลฝอย", "amount": 4000}], "cash_given": 4000}
    number = far.do("receipt", "issue", given=paid)["fields"]["number"]
    sent = far.do("bundle", "export", "--to", str(stick))
    must(sent["changes"] > plan["created"] and sent["paused"] == {}, "everything that waits must be in the bundle")
    said = f"{plan['created']} โครงการ ใบเสร็จเลขที่ {number} · แฟ้ม {sent['changes']:,} รายการ {sent['bytes']:,} ไบต์"
    stage.say("ทำงานแล้วเขียนแฟ้มลง USB", said)
    meanwhile = near.do("record", "save", "project", given={"title": "ขุดลอกคลองส่งน้ำ หมู่ที่ 3"})["id"]
    must(near.do("sync")["done"], "the desk with a line must send")
    (relayed,) = stage.desks.province.do("bundle", "relay", sent["file"])
    must(relayed["code"] == "", "the province must relay what it may not read")
    taken = far.do("bundle", "apply", relayed["reply"])
    must(taken["done"] and taken["waiting"] == 0 and taken["refused"] == 0, "the reply must confirm everything")
    must(near.do("sync")["done"], "the desk with a line must receive")
    here, there = together(lambda: _lists(far), lambda: _lists(near))
    must(here == there and all(here.values()) and meanwhile in here["project"], "both desks of the office must see the same")
    count = sum(map(len, here.values()))
    stage.say(
        "จังหวัดนำแฟ้มส่งต่อ แฟ้มตอบกลับเข้าเครื่อง", f"ยืนยัน {taken['pushed']:,} รับใหม่ {taken['pulled']:,} · เครื่องที่มีสายเห็นตรงกัน {count:,} รายการ"
    )


def _lists(computer: Computer) -> dict[str, dict[str, Any]]:
    found = {name: computer.do("record", "list", name, "--limit", "500", "--unmasked") for name in COMPARED}
    return {name: {row["id"]: (row["version"], row["fields"]) for row in rows} for name, rows in found.items()}
