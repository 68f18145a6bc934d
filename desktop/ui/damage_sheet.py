"""A damaged database: offers the newest good backup; and waits for a restore with a window that says so."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QProgressBar, QWidget

from desktop.services.backup_sets import BackupSet
from desktop.services.restoring import Restored
from desktop.ui.backup_facts import set_line
from desktop.ui.theme.current import px
from desktop.ui.widgets.buttons import PrimaryButton, QuietButton
from desktop.ui.widgets.dialogs import Sheet
from records.errors import AppError
from records.words import Language, Words, say

T = TypeVar("T")
TITLE = Words("ไฟล์ฐานข้อมูลเสียหาย", "The database file is damaged")
TEXT = Words(
    "โปรแกรมหยุดเขียนไฟล์นี้แล้ว กู้คืนได้จากสำเนาที่ดีเมื่อ {when} ({detail}) ไฟล์ที่เสียหายจะถูกเก็บไว้ งานที่ยังไม่ได้ส่งจะนำกลับมาเท่าที่อ่านได้ งานที่ส่งแล้วจะรับกลับจากเซิร์ฟเวอร์",
    "Nothing more is written to it. A good backup of {when} ({detail}) can take its place. The damaged file is set aside; work not sent is brought "
    "along as far as it can be read, and what was sent comes back from the server.",
)
RESTORE = Words("กู้คืนจากสำเนานี้", "Restore this backup")
LATER = Words("ยังไม่กู้คืน", "Not now")
WAITING = Words("กำลังกู้คืนข้อมูล", "Restoring the data")
WAITING_TEXT = Words("โปรดรอสักครู่ โปรแกรมจะเปิดใหม่เอง", "Please wait a moment; the program opens by itself.")
_POLL_MS = 40


class DamageSheet(Sheet):
    """Accepted when the backup is to be restored."""

    def __init__(self, parent: QWidget | None, language: Language, good: BackupSet) -> None:
        line = set_line(good)
        super().__init__(
            parent,
            say(TITLE, language),
            say(TEXT.filled(when=line.name, detail=line.detail), language),
            language,
            icon="circle-alert",
            role="danger",
        )
        self.setMinimumWidth(px(520))
        later = QuietButton(LATER, language)
        later.clicked.connect(self.reject)
        self.agree = PrimaryButton(RESTORE, language, icon="history")
        self.agree.clicked.connect(self.accept)
        self.add_button(later)
        self.add_button(self.agree, is_default=True)


def waited_for(language: Language, work: Callable[[], T]) -> T | AppError:
    """Runs the work in a thread while a window asks for patience; its result, or the AppError it ended with."""
    sheet = Sheet(None, say(WAITING, language), say(WAITING_TEXT, language), language, icon="history")
    bar = QProgressBar()
    bar.setRange(0, 0)
    bar.setAccessibleName(say(WAITING, language))
    sheet.body.addWidget(bar)
    sheet.show()
    loop = QEventLoop()
    with ThreadPoolExecutor(max_workers=1, thread_name_prefix="restore") as worker:
        future = worker.submit(work)
        timer = QTimer()
        timer.setInterval(_POLL_MS)
        timer.timeout.connect(lambda: loop.quit() if future.done() else None)
        timer.start()
        if not future.done():
            loop.exec()
        timer.stop()
    sheet.hide()
    sheet.deleteLater()
    try:
        return future.result()
    except AppError as error:
        return error


def restored_words(done: Restored) -> Words:
    """What a restore came to, for a notice."""
    line = set_line(done.backup)
    words = Words("กู้คืนสำเนาเมื่อ {when} แล้ว", "The backup of {when} was restored").filled(when=line.name)
    if done.taken_up:
        words = Words(
            f"{words.th} งานที่ยังไม่ได้ส่ง {done.taken_up:,} รายการรอส่งต่อ",
            f"{words.en}; {done.taken_up:,} changes that were not sent wait again",
        )
    if not done.is_same_desk:
        words = Words(f"{words.th} การรับส่งครั้งแรกอาจขอให้ลงทะเบียนใหม่", f"{words.en}; the first sync may ask to enrol again")
    return words
