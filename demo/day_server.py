"""The central server is lost and put back to the backup of the morning; and copies that differ are found and put right."""

from demo.stage import Stage, must, together
from desktop.storage.database import Database
from records.catalogue import BY_TYPE

_LOST = "แก้ไขหลังสำรองเซิร์ฟเวอร์"


def lose_the_server(stage: Stage) -> None:
    """After a backup both desks go on; the database is lost; from the backup the desks bring back what it lacks."""
    server, desks, backup = stage.server, stage.desks, stage.folder / "server-backup" / "monday.db"
    backup.parent.mkdir()
    code, kept = server.ask("backup", str(backup))
    must(code == 0 and kept["writes"] > 0, "the server must be backed up while it serves")
    stage.say("สำรองเซิร์ฟเวอร์กลางขณะให้บริการ", f"{kept['writes']:,} รายการ เอกสาร {kept['files']} แฟ้ม")
    desks.a.do("record", "save", "service_request", "--id", stage.request, given={"result": _LOST})
    late = desks.b.do("record", "save", "project", given={"title": "ซ่อมแซมฝายน้ำล้น หมู่ที่ 5"})["id"]
    must(all(one["done"] for one in together(lambda: desks.a.do("sync"), lambda: desks.b.do("sync"))), "what came after must be sent")
    stage.line.cut()
    server.down()
    for path in server.home.glob("thongthin-server.db*"):
        path.unlink()
    code, back = server.ask("restore", str(backup))
    must(code in (0, 3) and back["damage"] == 0 and back["writes"] == kept["writes"], "the backup must come back whole")
    stage.comes_up()
    stage.say("เซิร์ฟเวอร์หาย กู้คืนจากสำเนา", f"{back['writes']:,} รายการ เล่มใบเสร็จ {back['floors_needed']} เล่มรอกำหนดเลขเริ่มต้น")
    first = desks.a.do("sync")
    second = desks.b.do("sync")
    third = desks.a.do("sync")
    notices = [one["th"] for report in (first, second) for one in report.get("notices", ())]
    must(len(notices) >= 1, "the desks must notice and say so")
    must(first["conflicts"] + second["conflicts"] + third["conflicts"] == 0, "offering again must not make conflicts")
    there = desks.a.do("record", "get", "project", late)["version"], desks.b.do("record", "get", "service_request", stage.request)["fields"]
    must(there[0] >= 1 and there[1].get("result") == _LOST, "what the server lost must be back at every desk")
    stage.say("โต๊ะ ก และ ข รู้เองและเสนองานที่หายไปใหม่", notices[0])


def name_a_floor(stage: Stage) -> None:
    """A desk that needs new receipt numbers waits until the administrator says which were given out on paper."""
    server, desk = stage.server, stage.desks.b
    paid = {"payer": "นางสาวอรุณี มั่นคง", "items": [{"description": "ค่าธรรมเนียม", "amount": 2000}], "cash_given": 2000}
    waits = desk.ask("receipt", "issue", given=paid)
    must(waits.code == 1 and waits.sentence, "numbers must wait for a person")
    stage.say("โต๊ะ ข ขอเลขใบเสร็จจากเซิร์ฟเวอร์ที่กู้คืน", waits.sentence)
    code, books = server.ask("floors")
    waiting = [one for one in books if one["waiting"]]
    must(code == 3 and waiting, "the books that wait must be listed")
    for one in waiting:
        highest = max(one["leased"], one["used"]) + 50
        code, _ = server.ask("floor", one["stream"], one["book"], str(one["year"]), str(highest))
        must(code == 0, "a floor must be named")
    must(server.ask("floors")[0] == 0, "no book must wait any more")
    number = desk.do("receipt", "issue", given=paid)["fields"]["number"]
    floor = max(max(one["leased"], one["used"]) + 50 for one in waiting if one["stream"] == stage.office.stream)
    must(number > floor, "no number at or below the floor may be given out")
    stage.say("ผู้ดูแลระบบกำหนดเลขเริ่มต้น", f"เลขถึง {floor} ใช้ไปแล้วบนกระดาษ ใบถัดไปได้เลขที่ {number}")


def verify_copies(stage: Stage) -> None:
    """Both desks compare with the server; a row lost behind the program's back is found and read again, and nothing else."""
    desks = stage.desks
    for one in (desks.a, desks.b):
        must(one.do("sync")["done"], "every desk must sync")
    # The first comparison may put right what a desk went through today; the second finds nothing.
    for _ in range(2):
        same = together(*(lambda one=one: _noticed(one.do("sync", "--verify")) for one in (desks.a, desks.b)))
    must(all("ตรงกัน" in said for said in same), "both copies must be equal")
    stage.say("เทียบสำเนากับเซิร์ฟเวอร์", f"โต๊ะ ก {same[0]} · โต๊ะ ข {same[1]}")
    before = desks.b.do("record", "get", "project", stage.project)
    _damage(stage)
    must(desks.b.ask("record", "get", "project", stage.project).value != before, "the damage must show")
    mended = _noticed(desks.b.do("sync", "--verify"))
    must("แก้ให้ตรง 1 รายการ" in mended, "exactly what was damaged must be put right")
    must(desks.b.do("record", "get", "project", stage.project) == before, "the record must be as before")
    stage.say("แถวหนึ่งในฐานข้อมูลโต๊ะ ข ถูกแก้นอกโปรแกรม", mended)


def _noticed(report: dict[str, list[dict[str, str]]]) -> str:
    """What a round told people besides."""
    return " ".join(one["th"] for one in report.get("notices", ()))


def _damage(stage: Stage) -> None:
    """Changes one row with SQL, as nobody may."""
    desk = stage.desks.b
    database = Database.open(desk.home / "thongthin.db", bytes.fromhex(desk.environ["THONGTHIN_KEY"]), BY_TYPE)
    with database.write() as connection:
        table = connection.tables.of("project")
        spoilt = ("ผิด", "f" * 16, stage.project)
        connection.execute(f"UPDATE {table.name} SET title = ?, _hash = ? WHERE _id = ?", spoilt)
    database.close()
