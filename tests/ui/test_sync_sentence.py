"""The bar at the bottom says how sync stands in one sentence."""

from datetime import UTC, datetime, timedelta

import pytest

from desktop.sync.status import Phase, SyncStatus
from desktop.ui.sync_sentence import SyncFacts, moment_of, sync_line, waiting_words, when
from records.words import Words

NOW = datetime(2026, 11, 22, 5, 0, tzinfo=UTC)
THIS_MORNING = datetime(2026, 11, 22, 2, 41, tzinfo=UTC)


def test_all_sent_says_the_time_of_today() -> None:
    line = sync_line(SyncFacts(NOW, last_sync=THIS_MORNING))

    assert (line.icon, line.role) == ("cloud-check", "ok")
    assert line.sentence == Words("ส่งแล้วทั้งหมด 09:41 น.", "All sent 09:41")
    assert line.waiting is None


def test_a_round_under_way_counts() -> None:
    line = sync_line(SyncFacts(NOW, last_sync=THIS_MORNING, news=SyncStatus(Phase.PULLING, done=340, total=1200)))

    assert line.sentence == Words("กำลังรับ 340 จาก 1,200 รายการ", "Receiving 340 of 1,200")
    assert line.progress == pytest.approx(340 / 1200)


def test_offline_is_said_calmly_and_what_waits_is_counted() -> None:
    facts = SyncFacts(NOW, waiting=3, conflicts=1, last_sync=THIS_MORNING, news=SyncStatus(Phase.OFFLINE))
    line = sync_line(facts)

    assert (line.icon, line.role) == ("cloud-off", "warn")
    assert "บันทึกในเครื่องแล้ว" in line.sentence.th
    assert line.waiting == Words("รอส่ง 3 รายการ · รอท่านเลือก 1 รายการ", "3 to send · 1 needs your choice")


def test_more_than_seven_days_without_sync_is_said_loudly_even_offline() -> None:
    line = sync_line(SyncFacts(NOW, last_sync=NOW - timedelta(days=9), news=SyncStatus(Phase.OFFLINE)))

    assert line.role == "danger"
    assert "9 วัน" in line.sentence.th


def test_seven_days_are_not_yet_late() -> None:
    assert sync_line(SyncFacts(NOW, last_sync=NOW - timedelta(days=7))).role == "ok"


@pytest.mark.parametrize("facts", [SyncFacts(NOW, paused=1), SyncFacts(NOW, news=SyncStatus(Phase.STOPPED))])
def test_what_stopped_needs_a_person(facts: SyncFacts) -> None:
    assert sync_line(facts).role == "danger"


def test_before_enrolment_it_says_where_the_work_is() -> None:
    assert "ยังไม่ได้ลงทะเบียน" in sync_line(SyncFacts(NOW, is_enrolled=False)).sentence.th


def test_a_refused_record_is_named_apart_from_what_only_waits() -> None:
    assert waiting_words(SyncFacts(NOW, refused=2)) == Words("ส่งไม่ผ่าน 2 รายการ", "2 not accepted")
    assert sync_line(SyncFacts(NOW, refused=2)).role == "warn"


def test_days_are_said_as_people_do() -> None:
    assert when(NOW - timedelta(days=1), NOW) == Words("เมื่อวาน 12:00 น.", "yesterday 12:00")
    assert when(NOW - timedelta(days=30), NOW) == Words("23 ต.ค. 2569 12:00 น.", "23 Oct 2026 12:00")
    assert moment_of("") is None
    assert moment_of("2026-11-22T02:41:00Z") == THIS_MORNING
