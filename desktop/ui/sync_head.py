"""The head of the sync view: how things stand in one sentence, why, when it goes on, and the round under way with its progress and a way to stop."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QVBoxLayout, QWidget

from desktop.sync.status import Phase
from desktop.ui.sync_sentence import SyncFacts, sync_line, waiting_words
from desktop.ui.theme.current import px, tokens
from desktop.ui.widgets.buttons import Button, PrimaryButton
from desktop.ui.widgets.card import Card
from desktop.ui.widgets.icon_view import IconView
from desktop.ui.widgets.labels import WrapLabel
from records.words import Language, Words, say

SYNC_NOW = Words("รับส่งตอนนี้", "Sync now")
STOP = Words("หยุดรอบนี้", "Stop this round")
_STEPS = 1000
"""Of the bar: fine enough for any screen."""


class SyncHead(Card):
    """The card; asked for a round by `sync`, to end the one under way by `stop`."""

    def __init__(self, language: Language, sync: Callable[[], object], stop: Callable[[], object], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._language = language
        space = tokens().space
        top = QHBoxLayout()
        top.setSpacing(px(space.normal))
        self._icon = IconView("cloud", "muted", side=32)
        top.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        words = QVBoxLayout()
        words.setSpacing(px(space.hair))
        self.sentence = WrapLabel("", "heading", language=language)
        self.reason = WrapLabel("", language=language)
        self.detail = WrapLabel("", "muted", language=language)
        for label in (self.sentence, self.reason, self.detail):
            words.addWidget(label)
        top.addLayout(words, 1)
        self.sync_button = PrimaryButton(SYNC_NOW, language, icon="refresh-cw")
        self.sync_button.setToolTip(f"{say(SYNC_NOW, language)} (F5)")
        self.sync_button.clicked.connect(lambda _checked: sync())
        self.stop_button = Button(STOP, language, icon="x")
        self.stop_button.clicked.connect(lambda _checked: stop())
        for button in (self.sync_button, self.stop_button):
            top.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
        self.body.addLayout(top)
        self.progress = QProgressBar()
        self.progress.setTextVisible(False)
        self.progress.setRange(0, _STEPS)
        self.body.addWidget(self.progress)

    def show_facts(self, facts: SyncFacts, more: Sequence[Words]) -> None:
        """Shows how things stand; `more` is said after the reason and what waits."""
        line = sync_line(facts, is_on_page=True)
        self._icon.show_icon(line.icon, line.role)
        self.sentence.set_text(say(line.sentence, self._language))
        # Why a stream is paused its own message says.
        is_over_badly = facts.news is not None and (
            facts.news.phase is Phase.OFFLINE or (facts.news.phase is Phase.STOPPED and not facts.paused and not facts.is_locked)
        )
        self._say(self.reason, [facts.news.message] if facts.news and is_over_badly else [])
        # What needs a person has messages of its own below.
        self._say(self.detail, [*filter(None, (waiting_words(replace(facts, conflicts=0, refused=0)), line.last)), *more])
        had_focus = self.sync_button.hasFocus() or self.stop_button.hasFocus()
        self.progress.setVisible(facts.is_busy)
        self.progress.setValue(int((line.progress or 0) * _STEPS))
        self.progress.setAccessibleName(self.sentence.plain_text)
        self.sync_button.setVisible(not facts.is_busy)
        self.sync_button.setEnabled(facts.is_enrolled)
        self.stop_button.setVisible(facts.is_busy)
        if had_focus:
            (self.stop_button if facts.is_busy else self.sync_button).setFocus()

    def _say(self, label: WrapLabel, parts: Sequence[Words]) -> None:
        label.set_text(" · ".join(say(part, self._language) for part in parts if part.th))
        label.setVisible(bool(label.plain_text))
