"""Every page of the program that is drawn, and the desk it is drawn on."""

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from demo.desk import SampleDesk
from desktop.ui.screen import Place
from records.protocol import Problem
from records.words import Language
from tools import exchange_acts as exchange
from tools import picture_acts as acts
from tools.scene import Scene
from tools.sync_acts import show_state

NOW = datetime(2026, 11, 20, 5, 0, tzinfo=UTC)
"""A Friday noon in Thailand."""

SYNC_STATES = ("never", "offline", "portal", "busy-server", "receiving", "deletions", "upgrade", "lost", "restored", "verified", "province")


def _record(record_type: str, number: int = 0) -> Callable[[SampleDesk], Place]:
    return lambda desk: Place("record", record_type, desk.of_type(record_type)[number].id)


def _request_in(state: str) -> Callable[[SampleDesk], Place]:
    """The request in a state that needs the most papers."""

    def place(desk: SampleDesk) -> Place:
        papers = Counter(str(one.fields["request"]) for one in desk.of_type("request_document"))
        found = max((one for one in desk.of_type("service_request") if one.fields["state"] == state), key=lambda one: papers[one.id])
        return Place("record", "service_request", found.id)

    return place


def _page(kind: str, record_type: str = "") -> Callable[[SampleDesk], Place]:
    return lambda _: Place(kind, record_type)


SCENES: tuple[Scene, ...] = (
    Scene("home", _page("home"), is_main=True),
    Scene("list", _page("type", "service_request"), is_main=True),
    Scene("projects", _page("type", "project")),
    Scene("form", _record("service_request", -1), is_main=True),
    Scene("project", _record("project", 2)),
    Scene("person", _record("person", 4)),
    Scene("intake", _page("intake"), acts.take_down, is_new=True),
    Scene("request-work", _request_in("waiting_citizen"), is_new=True),
    Scene("service-times", _page("service_times"), is_new=True),
    Scene("cashier", _page("cashier"), acts.pay, is_new=True),
    Scene("print-preview", _page("cashier"), acts.preview, is_new=True),
    Scene("remittances", _page("remittances"), is_new=True),
    Scene("office-holders", _page("office_holders"), is_new=True),
    Scene("people-alike", _page("people_alike"), is_new=True),
    Scene("merge", _page("people_alike"), acts.merge, is_new=True),
    Scene("plan-tree", _page("plan_tree"), is_new=True),
    Scene("plan-compare", _page("plan_compare"), is_new=True),
    Scene("eplan", _page("eplan"), is_new=True),
    Scene("budget-tree", _page("budget_tree"), acts.open_budget, is_new=True),
    Scene("budget-revenue", _page("budget_tree"), acts.revenue),
    Scene("tree-map", _page("budget_tree"), acts.tree_map, is_new=True),
    Scene("transfer", _page("budget_tree"), acts.transfer, is_new=True),
    Scene("budget-line", _record("budget_line", -1)),
    Scene("year-turn", _page("year_turn"), is_new=True),
    Scene("registry-as-of", lambda desk: Place("registry_as_of", id=desk.sample.office.id), is_new=True),
    Scene("figures", _page("figures"), is_new=True),
    Scene("map-picker", _record("office_profile"), acts.pick_point, is_new=True),
    Scene("sync", _page("sync"), is_main=True),
    Scene("conflicts", _page("conflicts"), acts.choose_in_inbox, is_main=True),
    Scene("history", lambda desk: Place("history", "project", desk.of_type("project")[2].id), is_main=True),
    Scene("import", _page("import", "project"), acts.open_sheet, is_main=True),
    Scene("settings", _page("settings"), is_main=True),
    Scene("palette", _page("home"), acts.palette),
    Scene("mend", _page("mend"), is_new=True),
    Scene("deleted", _page("deleted"), is_new=True),
    Scene("change-many", _page("type", "project"), acts.change_many, is_new=True),
    Scene("backups", _page("backups"), acts.back_up, is_new=True),
    Scene("recovery-code", _page("backups"), acts.recovery_code, is_new=True),
    # These leave the desk otherwise than it was: they come last.
    Scene("inbox", _page("home"), exchange.many_conflicts, is_new=True),
    Scene("inbox-by-field", _page("conflicts", "conflict"), exchange.by_field, is_new=True),
    Scene("inbox-nothing-matches", _page("conflicts", "conflict"), exchange.narrowed),
    Scene("merged", _page("conflicts", "conflict"), exchange.merges, is_new=True),
    Scene("duplicates", _page("home"), exchange.twice, is_new=True),
    Scene("bundles", _page("home"), exchange.bundles_out, is_new=True),
    Scene("documents", _page("home"), exchange.documents, is_new=True),
    Scene("sync-documents", _page("home"), exchange.waiting_documents, is_new=True),
    *(Scene(f"sync-{name}", _page("home"), show_state(name), is_new=name in ("deletions", "province")) for name in SYNC_STATES),
)


def filled_desk(folder: Path, language: Language) -> SampleDesk:
    """A desk on which a morning's work was done: synced, some edits waiting, one refused, three conflicts, some records deleted."""
    desk = SampleDesk(folder, NOW, language=language)
    desk.enrol()
    desk.receive_all()
    desk.remember_rounds()
    desk.lease_numbers()
    projects, requests = desk.of_type("project"), desk.of_type("service_request")
    title = str(projects[0].fields["title"])
    desk.conflict(
        projects[0],
        {"title": f"{title} (ระยะที่ 1)", "division": "กองช่าง ร่วมกับ กองคลัง"},
        {"title": f"{title} พร้อมรางระบายน้ำ", "division": "สำนักปลัด"},
        "wichai.t",
    )
    desk.conflict(
        projects[5],
        {"objective": "เพื่อให้ผู้สูงอายุในพื้นที่มีสุขภาพกายและสุขภาพจิตที่ดี ได้พบปะแลกเปลี่ยนเรียนรู้ และเข้าถึงสวัสดิการอย่างทั่วถึง"},
        {"objective": "เพื่อให้ผู้สูงอายุในพื้นที่มีสุขภาพกายที่ดี เข้าถึงสวัสดิการอย่างทั่วถึงและเท่าเทียม"},
        "nipha.d",
    )
    desk.conflict(desk.of_type("person")[3], {"phone": "0812345678"}, {"phone": "0898765432"}, "nipha.d")
    desk.merged(projects[7], {"location": "บ้านทุ่งใหญ่ หมู่ที่ 1"}, "wichai.t")
    desk.change_elsewhere(projects[2], {"status": "in_progress", "stage": "contracted"}, "wichai.t", ago=timedelta(days=3))
    desk.change_elsewhere(projects[2], {"title": f"{projects[2].fields['title']} (ปรับปรุง)"}, "nipha.d", ago=timedelta(hours=5))
    records = desk.office.records
    open_ones = [one for one in requests if one.fields["state"] == "received"]
    records.save("service_request", open_ones[-1].id, {"subject": "ขอใบอนุญาตสะสมอาหาร ร้านป้าแต๋ว", "state": "checking"})
    records.save("service_request", open_ones[-2].id, {"detail": "โทรนัดผู้ยื่นแล้ว"})
    records.save("project", projects[2].id, {"note": "เร่งรัดให้แล้วเสร็จก่อนฤดูฝน"})
    desk.refuse(projects[9], {"source_of_money": "เงินสะสม"}, Problem("closed-period", field="source_of_money"))
    for record in (desk.of_type("base_figure")[-1], desk.of_type("qualification_check")[-1], desk.of_type("duty_handover")[0]):
        records.delete(record.type, record.id)
    desk.office.mending.run()
    return desk
