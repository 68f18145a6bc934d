"""Which receipts a remittance lists, as people write it and as the lock on a closed one reads it: เล่มที่ 1 เลขที่ 3-5, 9; เล่มที่ 2 เลขที่ 1. Pure."""

import re
from collections.abc import Iterable

from records.kinds import Json
from records.words import Words

_RANGE = Words("เล่มที่ {book} เลขที่ {numbers}", "Book {book} numbers {numbers}")
_LISTED = re.compile(_RANGE.filled(book="(.*?)", numbers=r"(\d+(?:-\d+)?(?:, \d+(?:-\d+)?)*)(?:; |$)").th)


def ranges_of(receipts: Iterable[tuple[str, int]]) -> Words:
    """The books and numbers of receipts, in the order given, as runs per book."""
    found: dict[str, list[list[int]]] = {}
    for book, number in receipts:
        runs = found.setdefault(book, [])
        if runs and runs[-1][1] + 1 == number:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    texts = [
        _RANGE.filled(book=book, numbers=", ".join(f"{first}-{last}" if last > first else str(first) for first, last in runs))
        for book, runs in found.items()
    ]
    return Words("; ".join(text.th for text in texts), "; ".join(text.en for text in texts))


def lists(text: str, book: Json, number: Json) -> bool:
    """Whether such a text, in Thai as it is stored, names the receipt."""
    if not isinstance(number, int):
        return False
    for named, numbers in _LISTED.findall(text):
        for run in numbers.split(", ") if named == str(book or "") else ():
            first, _, last = run.partition("-")
            if int(first) <= number <= int(last or first):
                return True
    return False
