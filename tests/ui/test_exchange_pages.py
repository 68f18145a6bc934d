"""The pages about work of several desks, in every state: whole, reachable by keyboard, readable; and what each state must say."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from demo.desk import SampleDesk
from desktop.ui.main_window import MainWindow
from desktop.ui.screen import Place
from desktop.ui.sync_view import SyncView
from desktop.ui.sync_words import ENROL_AGAIN
from desktop.ui.theme.theme import Mode, Theme
from desktop.ui.widgets.buttons import Button
from records.words import Language, say
from tests.ui.measure import clipped_labels, low_contrast, nameless, unfocusable
from tests.ui.windows import citizen_ids, dead_ends, desk_in, go, opened, settle, texts
from tools import exchange_acts
from tools.scene import Act, scroller_of
from tools.sync_acts import STATES, show_state

LOOKS: tuple[tuple[tuple[int, int], Language, Mode, float], ...] = (
    ((1093, 614), Language.THAI, "dark", 1.0),
    ((1366, 768), Language.ENGLISH, "light", 1.5),
)
PAGES: dict[str, Act] = {
    "inbox": exchange_acts.many_conflicts,
    "merged": exchange_acts.merges,
    "duplicates": exchange_acts.twice,
    "bundles": exchange_acts.bundles_out,
    "documents": exchange_acts.documents,
    "documents on the sync page": exchange_acts.waiting_documents,
    **{f"sync: {name}": show_state(name) for name in STATES},
}


def faults(window: MainWindow) -> list[str]:
    """Everything about the page in sight that a person would trip over."""
    found = [*clipped_labels(window), *unfocusable(window), *nameless(window), *low_contrast(window), *dead_ends(window)]
    return [*found, *(f"a citizen id in full: {shown}" for shown in citizen_ids(window))]


@pytest.mark.parametrize(("size", "language", "mode", "scale"), LOOKS)
def test_every_state_is_whole_and_reachable_and_readable(
    qapp: QApplication, theme: Theme, tmp_path: Path, size: tuple[int, int], language: Language, mode: Mode, scale: float
) -> None:
    theme.apply(qapp, mode, scale)
    desk = desk_in(tmp_path, language)
    window = opened(desk, theme, size=size)
    found: dict[str, list[str]] = {}

    for name, act in PAGES.items():
        act(window, desk, tmp_path)
        settle(window)
        if seen := faults(window):
            found[name] = seen

    window.close()
    window.deleteLater()
    desk.office.close()
    assert found == {}


@pytest.fixture
def window(desk: SampleDesk, theme: Theme) -> Iterator[MainWindow]:
    """A window at home."""
    made = opened(desk, theme)
    yield made
    made.close()
    made.deleteLater()


@pytest.mark.parametrize(
    ("state", "said"),
    [
        ("never", "ยังไม่เคยรับส่งข้อมูล"),
        ("offline", "ไม่มีเครือข่ายตั้งแต่"),
        ("late", "ไม่ได้รับส่งข้อมูลมา 9 วันแล้ว"),
        ("portal", "อาจต้องลงชื่อเข้าเครือข่ายก่อน"),
        ("busy-server", "เซิร์ฟเวอร์มีงานมาก ขอให้รอ"),
        ("receiving", "กำลังรับ 12,400 จาก 40,000 รายการ"),
        ("recovering", "เซิร์ฟเวอร์กลับไปวันก่อนหน้า กำลังเทียบกับงานในเครื่อง"),
        ("deletions", "มีการลบถึง 34 รายการในคราวเดียว"),
        ("upgrade", "โปรดปรับรุ่นโปรแกรม แล้วงานจะส่งให้เอง"),
        ("lost", "สิทธิในข้อมูลบางส่วนสิ้นสุดแล้ว"),
        ("revoked", "เครื่องนี้ถูกยกเลิกสิทธิ"),
        ("rewound", "โปรดขอรหัสลงทะเบียนใหม่จากผู้ดูแลระบบ"),
        ("restored", "เครื่องนี้เสนองานที่หายไปใหม่ 37 รายการ"),
        ("moved", "เซิร์ฟเวอร์ย้ายไป https://sync2.example.go.th เครื่องนี้ตามไปแล้ว"),
        ("verified", "ตรงกันทั้ง 8,214 รายการ"),
        ("province", "การรับส่งบางส่วนหยุดอยู่"),
    ],
)
def test_the_sync_page_says_what_is_so(window: MainWindow, desk: SampleDesk, tmp_path: Path, state: str, said: str) -> None:
    show_state(state)(window, desk, tmp_path)
    settle(window)
    view = window.screen_here()
    assert isinstance(view, SyncView)

    assert said in " ".join(texts(view)).replace("\u200b", "")


def test_documents_not_taken_open_the_record_that_names_them(window: MainWindow, desk: SampleDesk, tmp_path: Path) -> None:
    exchange_acts.documents(window, desk, tmp_path)
    go(window, Place("sync"))
    view = window.screen_here()
    assert isinstance(view, SyncView)
    said = " ".join(texts(view)).replace("\u200b", "")
    assert "เอกสารแนบรอส่ง 1 ฉบับ" in said
    assert "ส่งไม่ได้" in said

    row = next(one for one in exchange_acts.rows_of(window) if one.text() == "ภาพถ่ายทางอากาศ.pdf")
    row.click()
    settle(window)

    assert window.here is not None
    assert (window.here.kind, window.here.type) == ("record", "service_request")


def test_unsent_work_is_exported_from_the_sync_page(window: MainWindow, desk: SampleDesk, tmp_path: Path) -> None:
    desk.office.records.save("project", desk.of_type("project")[0].id, {"note": "รอส่ง"})
    go(window, Place("sync"))
    view = window.screen_here()
    assert isinstance(view, SyncView)
    assert view.export_button.isVisible()

    view.export_unsent(tmp_path / "งาน.jsonl")
    settle(window)

    assert "รอส่ง" in (tmp_path / "งาน.jsonl").read_text(encoding="utf-8")


def test_whoever_comes_back_to_the_sync_page_reads_its_sentence_first(window: MainWindow, desk: SampleDesk, tmp_path: Path) -> None:
    exchange_acts.waiting_documents(window, desk, tmp_path)
    view = window.screen_here()
    assert isinstance(view, SyncView)
    scroller = scroller_of(view.head)
    assert scroller is not None
    scroller.verticalScrollBar().setValue(scroller.verticalScrollBar().maximum())
    assert scroller.verticalScrollBar().value() > 0

    go(window, Place("home"))
    go(window, Place("sync"))

    assert scroller.verticalScrollBar().value() == 0


@pytest.mark.parametrize("state", ["rewound", "revoked"])
def test_a_device_that_must_enrol_again_is_led_to_where_the_code_is_typed(
    window: MainWindow, desk: SampleDesk, tmp_path: Path, state: str
) -> None:
    show_state(state)(window, desk, tmp_path)
    settle(window)
    view = window.screen_here()
    assert isinstance(view, SyncView)

    (button,) = [one for one in view.findChildren(Button) if one.text() == say(ENROL_AGAIN, Language.THAI) and one.isVisible()]
    button.click()
    settle(window)

    assert window.here == Place("settings")


def test_the_sync_page_does_not_tell_a_person_who_is_there_to_open_it(window: MainWindow, desk: SampleDesk, tmp_path: Path) -> None:
    show_state("upgrade")(window, desk, tmp_path)
    settle(window)
    view = window.screen_here()
    assert isinstance(view, SyncView)

    assert view.head.sentence.plain_text.endswith("ดูวิธีแก้ด้านล่าง")
    assert any(text.endswith("เปิดดูวิธีแก้") for text in texts(window))


def test_no_command_is_told_to_people_at_a_window(window: MainWindow, desk: SampleDesk, tmp_path: Path) -> None:
    for state in STATES:
        show_state(state)(window, desk, tmp_path)
        settle(window)
        said = " ".join(texts(window)).replace("\u200b", "")
        assert "--" not in said, state
