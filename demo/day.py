"""The day in an office: one edit travels from a desk without a line to the province, meets another, and is settled by a person.

Every step is a command that anybody can type; what it must bring about is checked, and the first that fails ends the day.
"""

import csv
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from demo.computer import Computer
from demo.sample import SampleOffice
from demo.server import CentralServer

Say = Callable[[str, str], None]
"""Prints one step and its result."""

TITLE_OF_A = "ก่อสร้างถนนคอนกรีตเสริมเหล็ก สายบ้านกลาง ระยะทาง 450 เมตร"
TITLE_OF_B = "ก่อสร้างถนน คสล. สายบ้านกลาง (แก้ไขตามมติสภา)"
DIVISION_OF_B = "กองช่าง งานออกแบบและควบคุมอาคาร"


class DayFailed(Exception):
    """A step did not bring about what it must."""


def _must(holds: bool, what: str) -> None:
    if not holds:
        raise DayFailed(what)


@dataclass
class Desks:
    """The computers of the day."""

    a: Computer
    """The counter of the first office."""
    b: Computer
    """The planning desk of the same office."""
    province: Computer
    """The provincial office: sees plans, not citizens' requests, and may not write."""
    other: Computer
    """A desk of another office of the province."""


class Day:
    """The day, in the order of its steps; `play` runs them all."""

    def __init__(self, folder: Path, server: CentralServer, offices: tuple[SampleOffice, SampleOffice], say: Say) -> None:
        """`folder` is empty; two desks belong to the first office, one to the second."""
        self._folder = folder
        self._server = server
        self._office, self._other_office = offices
        self._say = say
        self.desks = Desks(*(Computer(folder / name) for name in ("desk-a", "desk-b", "province", "other-office")))
        self.book = folder / "projects.xlsx"
        """The Excel book the day leaves."""
        self._project = ""
        self._request = ""

    def play(self) -> None:
        """Plays every step. Raises DayFailed, or RuntimeError when a command fails."""
        self.open_offices()
        self.fill_desk()
        self.work_without_a_line()
        self.sync_again()
        self.settle()
        self.look_back()
        self.export()

    # The steps -------------------------------------------------------------------------------------------------------------------

    def open_offices(self) -> None:
        """An administrator fills the registry, makes accounts, and every desk enrols with its code."""
        self._server.run("init")
        self._server.run("import-registry", str(self._registry()))
        address = self._server.up()
        self._say("เซิร์ฟเวอร์กลางเริ่มทำงาน", address)
        stream, other = self._office.stream, self._other_office.stream
        accounts = (
            (self.desks.a, "somsri.j", "head", (f"{stream}:write", "central:read")),
            (self.desks.b, "wichai.t", "clerk", (f"{stream}:write", "central:read")),
            (self.desks.province, "province", "province", (f"{stream}:read", f"{other}:read", "central:read")),
            (self.desks.other, "nipha.d", "clerk", (f"{other}:write", "central:read")),
        )
        for computer, name, role, streams in accounts:
            self._server.run("add-account", name, "--role", role, *(part for one in streams for part in ("--stream", one)))
            code = self._server.run("enrolment-code", name).strip()
            answer = computer.do("enrol", "--server", address, "--code", code)
            self._say(f"ลงทะเบียนเครื่องของ {name}", f"ใช้ได้ {len(answer['streams'])} ส่วน")

    def fill_desk(self) -> None:
        """The planning book comes in from a sheet, the counter's requests are typed; the other desks get them by sync."""
        found = self.desks.a.do("import", "project", str(self._plan_sheet()))
        related = found["related"]
        _must(found["created"] == found["rows"] > 0 and related["strategy"] > 0, "the sheet must bring projects with their parents")
        _must(related["project_budget"] == 5 * found["rows"], "every project must have five years of money")
        self._say("นำเข้าโครงการจากแฟ้มตาราง", f"{found['rows']} โครงการ พร้อมรายการเกี่ยวข้อง {sum(related.values())} รายการ")
        requests = [record for record in self._office.records if record.type == "service_request"][-12:]
        for record in requests:
            alone = {name: value for name, value in record.fields.items() if name not in ("service", "applicant")}
            self.desks.a.do("record", "save", "service_request", given=alone)
        self._say("บันทึกคำร้องที่เคาน์เตอร์", f"{len(requests)} เรื่อง")
        sent = self.desks.a.do("sync")
        _must(sent["done"] and sent["waiting"] == 0, "desk A must send everything")
        self._say("โต๊ะ ก ส่งขึ้นเซิร์ฟเวอร์", f"ส่ง {sent['pushed']:,} รายการ {sent['bytes_up']:,} ไบต์ {sent['requests']} คำขอ")
        for name, computer in (("โต๊ะ ข", self.desks.b), ("จังหวัด", self.desks.province), ("อีกหน่วยงาน", self.desks.other)):
            self._say(f"{name}รับข้อมูล", f"รับ {computer.do('sync')['pulled']:,} รายการ")
        self._project = self.desks.b.do("record", "list", "project")[0]["id"]

    def work_without_a_line(self) -> None:
        """The line is cut; both desks go on."""
        self._server.down()
        self._say("สายขาด", "ทุกโต๊ะทำงานต่อ")
        request = {"subject": "ขออนุญาตก่อสร้างรั้วบ้าน", "applicant_name": "นายสมชาย ใจดี", "channel": "counter", "state": "received"}
        self._request = self.desks.a.do("record", "save", "service_request", given=request)["id"]
        self.desks.a.do("record", "save", "project", "--id", self._project, given={"title": TITLE_OF_A})
        self.desks.b.do("record", "save", "project", "--id", self._project, given={"title": TITLE_OF_B, "division": DIVISION_OF_B})
        answer = self.desks.a.ask("sync")
        _must(answer.code == 1 and bool(answer.sentence), "a round without a line must say so")
        self._say("โต๊ะ ก ลองส่งตอนสายขาด", answer.sentence)
        _must(self.desks.a.do("status")["waiting"] == 2, "the work of desk A must wait")

    def sync_again(self) -> None:
        """The line is back: A sends, B meets A's title; the division merges by itself, the title waits for a person."""
        self._server.up()
        _must(self.desks.a.do("sync")["done"], "desk A must send")
        met = self.desks.b.do("sync")
        _must(met["conflicts"] == 1, "the title must wait in the inbox of desk B")
        project = self.desks.b.do("record", "get", "project", self._project)["fields"]
        _must(project["title"] == TITLE_OF_A and project["division"] == DIVISION_OF_B, "the division must merge by itself")
        self._say("สายกลับมา โต๊ะ ก และ ข รับส่ง", "หน่วยงานรับผิดชอบรวมให้เอง ชื่อโครงการรอคนเลือก")

    def settle(self) -> None:
        """A person at desk B chooses; everybody sees the result, and the province sees no request of a citizen."""
        conflict = self.desks.b.do("conflicts", "list")[0]
        field = conflict["fields"][0]
        _must((field["mine"], field["theirs"], field["theirs_by"]) == (TITLE_OF_B, TITLE_OF_A, "somsri.j"), "both values must be shown")
        self._say("โต๊ะ ข เห็นสองค่า", f"ที่นี่ “{field['mine']}” · ที่อื่น “{field['theirs']}” โดย {field['theirs_by']}")
        self.desks.b.do("conflicts", "settle", conflict["id"], given={"title": "mine"})
        for computer in (self.desks.b, self.desks.a, self.desks.province):
            _must(computer.do("sync")["done"], "every desk must sync")
            title = computer.do("record", "get", "project", self._project)["fields"]["title"]
            _must(title == TITLE_OF_B, "everybody must see the chosen title")
        _must(self.desks.province.do("record", "list", "service_request") == [], "the province must not see requests")
        refused = self.desks.province.ask("record", "save", "project", "--id", self._project, given={"title": "x"})
        _must(refused.code == 1, "the province must not write")
        self.desks.other.do("sync")
        _must(self.desks.other.do("record", "list", "project") == [], "another office must see nothing")
        self._say("เลือกค่าที่นี่ ทุกโต๊ะและจังหวัดเห็นตรงกัน", "จังหวัดไม่เห็นคำร้องของประชาชน อีกหน่วยงานไม่เห็นอะไร")

    def look_back(self) -> None:
        """History names everybody; undo brings the former title back; a deletion travels and is undone."""
        history = self.desks.b.do("record", "history", "project", self._project)
        _must({entry["by"] for entry in history} >= {"somsri.j", "wichai.t"}, "history must name both")
        self._say("ประวัติของโครงการ", f"{len(history)} รุ่น โดย {', '.join(sorted({e['by'] for e in history}))}")
        self.desks.b.do("undo")
        _must(self.desks.b.do("sync")["done"], "the undo must be sent")
        self.desks.a.do("sync")
        title = self.desks.a.do("record", "get", "project", self._project)["fields"]["title"]
        _must(title == TITLE_OF_A, "undo must bring the former title back")
        self._say("ย้อนการเลือก", f"ชื่อกลับเป็น “{title}” เป็นรุ่นใหม่")
        self._delete_and_restore()

    def _delete_and_restore(self) -> None:
        self.desks.a.do("record", "delete", "service_request", self._request)
        self.desks.a.do("sync")
        self.desks.b.do("sync")
        _must(self._of_b(self._request)["deleted"], "the deletion must travel")
        self.desks.a.do("undo")
        self.desks.a.do("sync")
        self.desks.b.do("sync")
        _must(not self._of_b(self._request)["deleted"], "the undone deletion must travel")
        self._say("ลบคำร้องแล้วย้อนคืน", "โต๊ะ ข เห็นทั้งสองอย่าง")

    def _of_b(self, request: str) -> Any:
        return self.desks.b.do("record", "get", "service_request", request)

    def export(self) -> None:
        """The list of projects becomes an Excel book."""
        self.desks.a.do("export", "project", "--to", str(self.book))
        _must(self.book.stat().st_size > 0, "the book must be written")
        audit = self._server.run("verify").strip()
        self._say("ตรวจสายโซ่การบันทึกของเซิร์ฟเวอร์", audit.splitlines()[-1])

    # The sheets of the day -------------------------------------------------------------------------------------------------------

    def _registry(self) -> Path:
        path = self._folder / "offices.csv"
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            sheet = csv.writer(file)
            sheet.writerow(("dla_code", "name_th", "type", "province_code", "district_name_th", "name_en"))
            for office in (self._office, self._other_office):
                fields = office.office.fields
                sheet.writerow(
                    (
                        office.code,
                        fields["tambon"],
                        "subdistrict_admin_org",
                        office.province_code,
                        fields["amphoe"],
                        fields.get("name_en", ""),
                    )
                )
        return path

    def _plan_sheet(self) -> Path:
        """The development plan as offices keep it: one row a project, five years of money beside it."""
        path = self._folder / "plan.csv"
        records = self._office.records
        names = {r.id: r.fields for r in records if r.type in ("strategy", "tactic")}
        money = {(r.fields["project"], r.fields["fiscal_year"]): r.fields for r in records if r.type == "project_budget"}
        years = sorted({int(str(year)) for _, year in money})
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            sheet = csv.writer(file)
            heads = ("ที่", "strategyNum", "strategyName", "tacticCode", "tacticName", "planName", "โครงการ", "วัตถุประสงค์", "เป้าหมาย", "ตัวชี้วัด")
            sheet.writerow((*heads, "หน่วยงานรับผิดชอบหลัก", *(f"งบประมาณ {year}" for year in years)))
            for project in (r for r in records if r.type == "project"):
                own = project.fields
                strategy, tactic = names[str(own["strategy"])], names[str(own["tactic"])]
                parents = (strategy["number"], strategy["name"], tactic["code"], tactic["name"], own["programme"])
                amounts = (money.get((project.id, year), {}).get("planned") for year in years)
                sheet.writerow(
                    (own["number"], *parents, own["title"], own["objective"], own["target"], own["kpi"], own["division"],
                     *(f" {int(amount) / 100:,.0f} " if isinstance(amount, int) else " -   " for amount in amounts))
                )  # fmt: skip
        return path
