"""Records of an office granted no longer: the sync view asks, and they go when a person says so."""

from pathlib import Path

import pytest

from demo.desk import SampleDesk
from desktop.storage import state
from desktop.ui import sync_view
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
