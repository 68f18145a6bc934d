"""The steps of the day between the desks and the server: enrolling, a cut line, one field changed twice, history, undo."""

from typing import Any

from demo import sheets
from demo.stage import Stage, must, together

TITLE_OF_A = "ก่อสร้างถนนคอนกรีตเสริมเหล็ก สายบ้านกลาง ระยะทาง 450 เมตร"
TITLE_OF_B = "ก่อสร้างถนน คสล. สายบ้านกลาง (แก้ไขตามมติสภา)"
DIVISION_OF_B = "กองช่าง งานออกแบบและควบคุมอาคาร"


def open_offices(stage: Stage) -> None:
    """An administrator fills the registry, makes accounts, and every desk enrols with its code."""
    stage.server.run("init")
    stage.server.run("import-registry", str(sheets.registry_sheet(stage.folder / "offices.csv", (stage.office, stage.other_office))))
    stage.say("เซิร์ฟเวอร์กลางเริ่มทำงาน", stage.comes_up())
    stream, other = stage.office.stream, stage.other_office.stream
    desks = stage.desks
    accounts = (
        (desks.a, "somsri.j", "head", (f"{stream}:write", "central:read")),
        (desks.b, "wichai.t", "clerk", (f"{stream}:write", "central:read")),
        (desks.province, "province", "province", (f"{stream}:read", f"{other}:read", "central:read")),
        (desks.other, "nipha.d", "clerk", (f"{other}:write", "central:read")),
    )

    def enrol(computer: Any, name: str, role: str, streams: tuple[str, ...]) -> int:
        stage.server.run("add-account", name, "--role", role, *(part for one in streams for part in ("--stream", one)))
        code = stage.server.run("enrolment-code", name).strip()
        return len(computer.do("enrol", "--server", stage.line.url, "--code", code)["streams"])

    counts = together(*(lambda one=one: enrol(*one) for one in accounts))
    stage.say("ลงทะเบียน 4 เครื่อง", ", ".join(f"{name} ใช้ได้ {count} ส่วน" for (_, name, *_), count in zip(accounts, counts, strict=True)))


def share(stage: Stage) -> None:
    """Desk A sends what it has; the other desks get what their accounts may see."""
    desks = stage.desks
    sent = desks.a.do("sync")
    must(sent["done"] and sent["waiting"] == 0, "desk A must send everything")
    stage.say("โต๊ะ ก ส่งขึ้นเซิร์ฟเวอร์", f"ส่ง {sent['pushed']:,} รายการ {sent['bytes_up']:,} ไบต์ {sent['requests']} คำขอ")
    pulled = together(*(lambda computer=one: computer.do("sync")["pulled"] for one in (desks.b, desks.province, desks.other)))
    stage.say("รับข้อมูล", " · ".join(f"{name} {count:,}" for name, count in zip(("โต๊ะ ข", "จังหวัด", "อีกหน่วยงาน"), pulled, strict=True)))
    stage.project = desks.b.do("record", "list", "project", "--limit", "1")[0]["id"]


def cut_the_line(stage: Stage) -> None:
    """The line is cut; all that follows until `bring_it_back` happens without it."""
    stage.line.cut()
    stage.say("สายขาด", "ทุกโต๊ะทำงานต่อ")


def change_twice(stage: Stage) -> None:
    """Both desks change one project while the line is cut; a round says so and loses nothing."""
    desks = stage.desks
    together(
        lambda: desks.a.do("record", "save", "project", "--id", stage.project, given={"title": TITLE_OF_A}),
        lambda: desks.b.do("record", "save", "project", "--id", stage.project, given={"title": TITLE_OF_B, "division": DIVISION_OF_B}),
    )
    answer = desks.a.ask("sync")
    must(answer.code == 1 and answer.sentence, "a round without a line must say so")
    stage.say("โต๊ะ ก ลองส่งตอนสายขาด", answer.sentence)
    must(desks.a.do("status")["waiting"] > 1, "the work of desk A must wait")


def bring_it_back(stage: Stage) -> None:
    """The line is back: A sends, B meets A's title; the division merges by itself, the title waits for a person."""
    desks = stage.desks
    stage.line.mend()
    must(desks.a.do("sync")["done"], "desk A must send")
    met = desks.b.do("sync")
    must(met["conflicts"] == 1, "the title must wait in the inbox of desk B")
    project = desks.b.do("record", "get", "project", stage.project)["fields"]
    must(project["title"] == TITLE_OF_A and project["division"] == DIVISION_OF_B, "the division must merge by itself")
    stage.say("สายกลับมา โต๊ะ ก และ ข รับส่ง", "หน่วยงานรับผิดชอบรวมให้เอง ชื่อโครงการรอคนเลือก")


def settle(stage: Stage) -> None:
    """A person at desk B chooses; everybody sees the result, and the province sees no request of a citizen."""
    desks = stage.desks
    conflict = desks.b.do("conflicts", "list")[0]
    field = conflict["fields"][0]
    must((field["mine"], field["theirs"], field["theirs_by"]) == (TITLE_OF_B, TITLE_OF_A, "somsri.j"), "both values must be shown")
    stage.say("โต๊ะ ข เห็นสองค่า", f"ที่นี่ “{field['mine']}” · ที่อื่น “{field['theirs']}” โดย {field['theirs_by']}")
    desks.b.do("conflicts", "settle", conflict["id"], given={"title": "mine"})
    must(desks.b.do("sync")["done"], "desk B must send its choice")

    def sees(computer: Any) -> str:
        must(computer.do("sync")["done"], "every desk must sync")
        return str(computer.do("record", "get", "project", stage.project)["fields"]["title"])

    must(set(together(lambda: sees(desks.a), lambda: sees(desks.province))) == {TITLE_OF_B}, "everybody must see the chosen title")
    requests, refused, projects = together(
        lambda: desks.province.do("record", "list", "service_request"),
        lambda: desks.province.ask("record", "save", "project", "--id", stage.project, given={"title": "x"}).code,
        lambda: (desks.other.do("sync"), desks.other.do("record", "list", "project"))[1],
    )
    must(requests == [], "the province must not see requests")
    must(refused == 1, "the province must not write")
    must(projects == [], "another office must see nothing")
    stage.say("เลือกค่าที่นี่ ทุกโต๊ะและจังหวัดเห็นตรงกัน", "จังหวัดไม่เห็นคำร้องของประชาชน อีกหน่วยงานไม่เห็นอะไร")


def look_back(stage: Stage) -> None:
    """History names everybody; undo brings the former title back as a new version."""
    desks = stage.desks
    history = desks.b.do("record", "history", "project", stage.project)
    must({entry["by"] for entry in history} >= {"somsri.j", "wichai.t"}, "history must name both")
    stage.say("ประวัติของโครงการ", f"{len(history)} รุ่น โดย {', '.join(sorted({e['by'] for e in history}))}")
    desks.b.do("undo")
    must(desks.b.do("sync")["done"], "the undo must be sent")
    desks.a.do("sync")
    title = desks.a.do("record", "get", "project", stage.project)["fields"]["title"]
    must(title == TITLE_OF_A, "undo must bring the former title back")
    stage.say("ย้อนการเลือก", f"ชื่อกลับเป็น “{title}” เป็นรุ่นใหม่")


COMPARED = ("project", "service_request", "receipt")
"""What both desks of the office must have alike at the end of the day."""


def compare(stage: Stage) -> None:
    """Both desks of the office sync; record by record they are equal."""
    desks = stage.desks
    for computer in (desks.a, desks.b):
        done = computer.do("sync")
        must(done["done"] and done["waiting"] == 0 and done["refused"] == 0, "every desk must have sent everything")

    def lists(computer: Any) -> dict[str, Any]:
        return {name: _told(computer.do("record", "list", name, "--limit", "500", "--unmasked")) for name in COMPARED}

    here, there = together(lambda: lists(desks.a), lambda: lists(desks.b))
    must(here == there and all(here.values()), "both desks must be equal")
    stage.say("สองโต๊ะตรงกันทุกรายการ", f"เทียบ {sum(map(len, here.values())):,} รายการ {len(COMPARED)} ประเภท")


def _told(rows: list[dict[str, Any]]) -> dict[str, Any]:
    return {row["id"]: (row["version"], row["fields"]) for row in rows}
