"""Two people fill different boxes of one project: it merges by itself, both can see that it did, and one command takes it back."""

from demo.stage import Stage, must, together

TARGET = "ถนนผิวจราจรกว้าง 4 เมตร ยาว 450 เมตร"
OBJECTIVE = "เพื่อให้ประชาชนสัญจรได้สะดวกตลอดปี"


def merge_quietly(stage: Stage) -> None:
    """Desk A says how much, desk B says why; the round of B brings both together and leaves a note for everybody."""
    desks = stage.desks
    chosen = desks.b.do("record", "list", "project", "--limit", "2")
    before = next(one for one in chosen if one["id"] != stage.project)
    project = before["id"]
    together(
        lambda: desks.a.do("record", "save", "project", "--id", project, given={"target": TARGET}),
        lambda: desks.b.do("record", "save", "project", "--id", project, given={"objective": OBJECTIVE}),
    )
    must(desks.a.do("sync")["done"], "desk A must send")
    met = desks.b.do("sync")
    must(met["merged"] == 1 and met["conflicts"] == 0, "different boxes must merge without a person")
    desks.a.do("sync")
    here, there, both = together(
        lambda: desks.b.do("conflicts", "list", "--grade", "merged"),
        lambda: desks.a.do("conflicts", "list", "--grade", "merged"),
        lambda: desks.a.do("record", "get", "project", project)["fields"],
    )
    must((both["target"], both["objective"]) == (TARGET, OBJECTIVE), "both edits must stand")
    mine = [one for one in here if one["record"] == project]
    must(len(mine) == 1 and mine[0]["id"] in [one["id"] for one in there], "both desks must see what was merged")
    stage.say("แก้คนละช่องของโครงการเดียวกัน", "รวมให้เอง ไม่ต้องมีคนเลือก และอยู่ใน “รวมให้แล้ว” ของทั้งสองโต๊ะ")
    desks.b.do("conflicts", "take-back", mine[0]["id"])
    must(desks.b.do("sync")["done"], "desk B must send")
    desks.a.do("sync")
    after = desks.a.do("record", "get", "project", project)["fields"]
    must(after["target"] == TARGET and after.get("objective") == before["fields"].get("objective"), "only what B wrote must be taken back")
    stage.say("โต๊ะ ข ย้อนการรวมด้วยคำสั่งเดียว", "ของโต๊ะ ก ยังอยู่ ของโต๊ะ ข กลับเป็นเดิม ทั้งสองโต๊ะเห็นตรงกัน")
