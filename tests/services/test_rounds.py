"""The last rounds are remembered for people, and the overview names what waits."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from demo.desk import SampleDesk
from desktop.services import rounds
from desktop.services.overview import overview
from desktop.sync.status import Report
from records.errors import Unavailable
from records.protocol import Problem
from records.words import Words

NOW = datetime(2026, 11, 22, 5, 0, tzinfo=UTC)


def test_rounds_are_kept_newest_first_and_not_forever(tmp_path: Path) -> None:
    desk = SampleDesk(tmp_path, NOW)
    with desk.office.database.write() as connection:
        for number in range(rounds.KEPT + 5):
            rounds.remember_report(connection, NOW + timedelta(minutes=number), Report(done=True, pushed=number))

        kept = rounds.rounds(connection)

    assert len(kept) == rounds.KEPT
    assert kept[0].pushed == rounds.KEPT + 4
    desk.office.close()


def test_a_morning_without_a_line_is_one_entry(tmp_path: Path) -> None:
    desk = SampleDesk(tmp_path, NOW)
    error = Unavailable(Words("ไม่มีเครือข่าย", "No line"), Words("ลองใหม่ภายหลัง", "Try later"))
    with desk.office.database.write() as connection:
        rounds.remember_report(connection, NOW, Report(done=True))
        for number in range(9):
            rounds.remember_failure(connection, NOW + timedelta(minutes=number), error)

        kept = rounds.rounds(connection)

    assert [one.outcome for one in kept] == ["offline", "done"]
    assert kept[0].message == error.message
    desk.office.close()


def test_the_overview_tells_waiting_from_refused(tmp_path: Path) -> None:
    desk = SampleDesk(tmp_path, NOW)
    desk.enrol()
    desk.receive_all()
    project, request = desk.of_type("project")[0], desk.of_type("service_request")[0]
    desk.office.records.save("service_request", request.id, {"subject": "เรื่องใหม่"})
    desk.refuse(project, {"note": "ก"}, Problem("workflow", field="state"))

    found = overview(desk.office)

    assert [(one.type, one.id) for one in found.waiting] == [("service_request", request.id)]
    assert found.waiting[0].title.endswith("เรื่องใหม่")
    assert [(one.id, one.field) for one in found.refused] == [(project.id, "state")]
    assert found.refused[0].problem is not None
    desk.office.close()
