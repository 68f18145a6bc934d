"""Every page of the program, written out: the walk visits each at every size, language and look. Add a page here when you add one."""

from collections.abc import Callable
from dataclasses import dataclass

from demo.desk import SampleDesk
from desktop.storage.query import Filter
from desktop.ui.screen import Place


@dataclass(frozen=True)
class Stop:
    """One page as the walk finds it."""

    name: str
    place: Callable[[SampleDesk], Place]


def _first(record_type: str) -> Callable[[SampleDesk], Place]:
    return lambda desk: Place("record", record_type, desk.of_type(record_type)[0].id)


WALK: tuple[Stop, ...] = (
    Stop("home", lambda _: Place("home")),
    Stop("requests", lambda _: Place("type", "service_request")),
    Stop("request", _first("service_request")),
    Stop("new request", lambda _: Place("record", "service_request")),
    Stop("people", lambda _: Place("type", "person")),
    Stop("person", _first("person")),
    Stop("projects", lambda _: Place("type", "project")),
    Stop("project", _first("project")),
    Stop("year's turn", lambda _: Place("year_turn")),
    Stop("ordinance", lambda _: Place("budget_tree")),
    Stop("budget line", _first("budget_line")),
    Stop("contract", _first("contract")),
    Stop("receipts", lambda _: Place("type", "receipt")),
    Stop("receipt", _first("receipt")),
    Stop("counter", lambda _: Place("cashier")),
    Stop("remittances", lambda _: Place("remittances")),
    Stop("nothing matches", lambda _: Place("type", "village", filters=(Filter("name", "contains", "ไม่มีชื่อนี้"),))),
    Stop("office as of today", lambda desk: Place("registry_as_of", id=desk.sample.office.id)),
    Stop("figures", lambda _: Place("figures")),
    Stop("sync", lambda _: Place("sync")),
    Stop("conflicts", lambda _: Place("conflicts")),
    Stop("merged", lambda _: Place("conflicts", "merged")),
    Stop("duplicates", lambda _: Place("duplicates")),
    Stop("bundles", lambda _: Place("bundles")),
    Stop("settings", lambda _: Place("settings")),
    Stop("backups", lambda _: Place("backups")),
    Stop("import", lambda _: Place("import", "project")),
    Stop("history", lambda desk: Place("history", "service_request", desk.of_type("service_request")[0].id)),
)
