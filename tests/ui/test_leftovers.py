"""What a changed grant or a closed office leaves here: the sync view asks, and it goes, or moves on, when a person says so."""

from pathlib import Path

import msgspec
import pytest

from demo.desk import SampleDesk
from desktop.storage import state
from desktop.ui import succession_banner, sync_view
from desktop.ui.screen import Place
from desktop.ui.sync_view import SyncView
from desktop.ui.theme.theme import Theme
from records.protocol import GrantedStream
from tests.ui.windows import NOW, opened, settle


def test_the_sync_view_lets_go_what_is_granted_no_longer(tmp_path: Path, theme: Theme, monkeypatch: pytest.MonkeyPatch) -> None:
    sample = SampleDesk(tmp_path, NOW)
    sample.enrol()
    office = sample.office
    lost = [one.stream for one in office.streams]
    with office.database.write() as connection:
        state.take_grants(connection, [GrantedStream("office/6560999", "write", ("*",), "อบต. ใหม่")])
    window = opened(sample, theme, Place("sync"))
    settle(window)
    view = window.findChild(SyncView)
    assert view is not None
    assert view.leftover.isVisible()
    assert "ไม่มีสิทธิ" in view.leftover.label.plain_text
    monkeypatch.setattr(sync_view, "confirm", lambda *_args, **_more: True)

    assert view.leftover.button is not None
    for _ in lost:
        view.leftover.button.click()
        settle(window)

    assert not view.leftover.isVisible()
    assert [one.stream for one in office.streams] == ["office/6560999"]
    window.close()
    office.close()


def test_the_sync_view_moves_the_unsent_work_of_a_closed_office_and_takes_it_back(
    tmp_path: Path, theme: Theme, monkeypatch: pytest.MonkeyPatch
) -> None:
    sample = SampleDesk(tmp_path, NOW)
    sample.enrol()
    office = sample.office
    old = sample.sample.stream
    with office.database.write() as connection:
        granted = [GrantedStream(one.stream, one.access, one.areas, one.name) for one in state.streams(connection)]
        state.take_grants(connection, [*granted, GrantedStream("office/6560999", "write", ("*",), "อบต. ใหม่")])
    row = office.records.save("project", None, {"title": "ถนนสายหนึ่ง"}, stream=old).row
    with office.database.write() as connection:
        known = state.stream(connection, old)
        assert known is not None
        state.save_stream(connection, msgspec.structs.replace(known, is_closed=True, read_only=True, successor="office/6560999"))
    window = opened(sample, theme, Place("sync"))
    settle(window)
    view = window.findChild(SyncView)
    assert view is not None
    banner = view.succession
    assert (banner.isVisible(), "ย้ายไปบันทึกใน “อบต. ใหม่” ได้" in banner.label.plain_text) == (True, True)
    monkeypatch.setattr(succession_banner, "confirm", lambda *_args, **_more: True)

    assert banner.button is not None
    banner.button.click()
    settle(window)

    moved = office.store.get("project", row.id)
    assert moved is not None
    assert (moved.stream, banner.isVisible()) == ("office/6560999", False)
    banner._undo()
    settle(window)
    back = office.store.get("project", row.id)
    assert back is not None
    assert (back.stream, banner.isVisible()) == (old, True)
    window.close()
    office.close()
