"""Measures of what a person sees: cut texts, controls out of the keyboard's reach, faint texts. Each returns sentences, none if well."""

from collections.abc import Iterator

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QColor, QImage, QTextDocumentFragment
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QComboBox,
    QHeaderView,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QStyle,
    QTabBar,
    QTextEdit,
    QWidget,
)

from desktop.ui.theme.tokens import TEXT_CONTRAST, contrast

_CONTROLS = (QAbstractButton, QLineEdit, QComboBox, QAbstractSpinBox, QTextEdit, QPlainTextEdit, QAbstractItemView, QTabBar)
_SLACK = 1
"""Pixels of rounding that no eye sees."""


def seen(root: QWidget) -> Iterator[QWidget]:
    """Yields the widgets a person can see inside `root`, itself too."""
    for widget in (root, *root.findChildren(QWidget)):
        if widget.isVisibleTo(root) and widget.width() > 0 and widget.height() > 0:
            yield widget


def clipped_labels(root: QWidget) -> list[str]:
    """Returns a sentence for every visible label, button, tab and head of a column whose text does not fit where it is drawn."""
    found: list[str] = []
    for widget in seen(root):
        if isinstance(widget, QLabel):
            found += _cut_label(widget)
        elif isinstance(widget, QPushButton):
            found += _cut_button(widget)
        elif isinstance(widget, QAbstractButton) and widget.text():
            found += _smaller_than_hint(widget, widget.text())
        elif isinstance(widget, QTabBar):
            found += _cut_tabs(widget)
        elif isinstance(widget, QHeaderView):
            found += _cut_heads(widget)
    return found


def _said(widget: QWidget, text: str, has: int, needs: int) -> str:
    return f"{type(widget).__name__} {text!r}: has {has} px, needs {needs} px"


def _cut_label(label: QLabel) -> list[str]:
    text = label.text()
    if label.textFormat() is Qt.TextFormat.RichText:
        text = QTextDocumentFragment.fromHtml(text).toPlainText()
    if not text or not label.pixmap().isNull():
        return []
    room = label.contentsRect()
    inner = QRect(0, 0, room.width() - 2 * label.margin(), 100_000)
    flags = Qt.TextFlag.TextWordWrap.value if label.wordWrap() else 0
    needs = label.fontMetrics().boundingRect(inner, flags, text)
    result: list[str] = []
    if needs.width() > inner.width() + _SLACK:
        result.append(_said(label, text, inner.width(), needs.width()) + " of width")
    if needs.height() > room.height() + _SLACK:
        result.append(_said(label, text, room.height(), needs.height()) + " of height")
    return result + _outside_parent(label, text)


def _outside_parent(widget: QWidget, text: str) -> list[str]:
    """A text may be large enough and still be pushed out of its parent's box; scrolled-away parts of lists are not meant."""
    parent = widget.parentWidget()
    if parent is None or widget.isWindow() or parent.rect().contains(widget.geometry()):
        return []
    return [f"{type(widget).__name__} {text!r} reaches out of its {type(parent).__name__}: {widget.geometry()} in {parent.rect()}"]


def _cut_button(button: QPushButton) -> list[str]:
    if not button.text():
        return []
    needs = button.fontMetrics().horizontalAdvance(button.text())
    if not button.icon().isNull():
        needs += button.iconSize().width() + 4
    if needs > button.width() - 8 + _SLACK:
        return [_said(button, button.text(), button.width() - 8, needs)]
    return _smaller_than_hint(button, button.text()) + _outside_parent(button, button.text())


def _smaller_than_hint(widget: QWidget, text: str) -> list[str]:
    hint = widget.minimumSizeHint()
    if hint.isValid() and (widget.width() + _SLACK < hint.width() or widget.height() + _SLACK < hint.height()):
        return [f"{type(widget).__name__} {text!r}: is {widget.width()}x{widget.height()}, needs {hint.width()}x{hint.height()}"]
    return []


def _cut_tabs(bar: QTabBar) -> list[str]:
    found: list[str] = []
    for index in range(bar.count()):
        needs = bar.fontMetrics().horizontalAdvance(bar.tabText(index))
        if bar.isTabVisible(index) and needs > bar.tabRect(index).width() + _SLACK:
            found.append(_said(bar, bar.tabText(index), bar.tabRect(index).width(), needs))
    return found


def _cut_heads(head: QHeaderView) -> list[str]:
    model = head.model()
    margin = head.style().pixelMetric(QStyle.PixelMetric.PM_HeaderMargin, None, head)
    found: list[str] = []
    for section in range(head.count()):
        text = model.headerData(section, head.orientation(), Qt.ItemDataRole.DisplayRole)
        if head.isSectionHidden(section) or not text:
            continue
        is_across = head.orientation() is Qt.Orientation.Horizontal
        has = (head.sectionSize(section) if is_across else head.width()) - 2 * margin
        needs = max(head.fontMetrics().horizontalAdvance(line) for line in str(text).split("\n"))
        if needs > has + _SLACK:
            found.append(_said(head, str(text), has, needs))
    return found


def unfocusable(root: QWidget) -> list[str]:
    """Returns a sentence for every visible, enabled control that the Tab key cannot reach."""
    return [
        f"{type(widget).__name__} {name_of(widget)!r} cannot be reached by keyboard"
        for widget in seen(root)
        if isinstance(widget, _CONTROLS)
        and widget.isEnabled()
        and not isinstance(widget, QHeaderView)
        and not isinstance(widget.parent(), (QAbstractSlider, QAbstractSpinBox, QComboBox, QTabBar))
        and widget.objectName() != "qt_calendar_calendarview"
        and not widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        and not _is_reached_by_arrows(widget, root)
    ]


def _is_reached_by_arrows(widget: QWidget, root: QWidget) -> bool:
    """Of buttons of which one is chosen, Qt lets Tab reach one; the arrows go on from there."""
    group = widget.group() if isinstance(widget, QAbstractButton) else None
    if group is None or not group.exclusive():
        return False
    others = (button for button in group.buttons() if button is not widget)
    return any(one.isVisibleTo(root) and one.isEnabled() and one.focusPolicy() & Qt.FocusPolicy.TabFocus for one in others)


def nameless(root: QWidget) -> list[str]:
    """Returns a sentence for every visible control that tells a screen reader nothing."""
    return [
        f"{type(widget).__name__} ({widget.objectName() or 'no object name'}) has no accessible name"
        for widget in seen(root)
        if isinstance(widget, _CONTROLS)
        and not isinstance(widget, (QHeaderView, QTabBar))
        and not isinstance(widget.parent(), (QAbstractSpinBox, QComboBox, QTabBar))
        and widget.objectName() != "qt_calendar_calendarview"
        and not name_of(widget)
    ]


def name_of(widget: QWidget) -> str:
    """Returns what a screen reader would say of a control: its name, its text, its place holder."""
    if widget.accessibleName():
        return widget.accessibleName()
    if isinstance(widget, QAbstractButton):
        return widget.text() or widget.toolTip()
    if isinstance(widget, (QLineEdit, QPlainTextEdit, QTextEdit)):
        return widget.placeholderText()
    return ""


def low_contrast(root: QWidget, least: float = TEXT_CONTRAST) -> list[str]:
    """Returns a sentence for every visible label whose drawn letters stand out less than `least` from their ground.

    It grabs the window and looks at the pixels: the commonest colour of a label's box is its ground, the one that stands out most its ink.
    """
    picture = root.grab().toImage()
    found: list[str] = []
    for widget in seen(root):
        if not isinstance(widget, QLabel) or not widget.text().strip() or not widget.pixmap().isNull():
            continue
        if widget.visibleRegion().boundingRect() != widget.rect():
            # Half scrolled out of sight: its pixels are another's.
            continue
        corner = widget.mapTo(root, QPoint(0, 0))
        reached = contrast_in(picture, QRect(corner, widget.size()))
        if reached < least:
            found.append(f"{type(widget).__name__} {widget.text()!r}: contrast {reached:.2f}, needs {least}")
    return found


def contrast_in(picture: QImage, box: QRect) -> float:
    """Returns the contrast of the strongest ink against the commonest colour inside `box` (logical pixels of the picture)."""
    ratio = picture.devicePixelRatio()
    area = QRect(int(box.x() * ratio), int(box.y() * ratio), int(box.width() * ratio), int(box.height() * ratio)) & picture.rect()
    counts: dict[int, int] = {}
    for y in range(area.top(), area.bottom() + 1):
        for x in range(area.left(), area.right() + 1):
            pixel = picture.pixel(x, y)
            counts[pixel] = counts.get(pixel, 0) + 1
    if not counts:
        return 21.0
    ground = QColor.fromRgb(max(counts, key=lambda pixel: counts[pixel])).name()
    return max(contrast(QColor.fromRgb(pixel).name(), ground) for pixel in counts)
