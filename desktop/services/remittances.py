"""The daily remittance (ใบนำส่งเงิน): a cashier's receipts of a day handed over. Closing locks them on every desk and on the server."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from desktop.services.steps import step_refused
from desktop.storage import numbers
from desktop.storage.query import Query
from desktop.storage.rows import Row
from records.errors import Correctable, FieldError
from records.kinds import Json
from records.kinds.times import rfc3339
from records.receipt_numbers import ranges_of
from records.rules.receipts import amount_of, sums_of
from records.thai.dates import show_date_long
from records.thai.fiscal import fiscal_year_of
from records.thai.text import mend
from records.words import Language, Words

if TYPE_CHECKING:
    from desktop.services.office import Office

OPEN_DAYS = 120
"""How far back days without a remittance are looked for; older receipts are of the time before this program."""

_CLOSE = Words("ปิดยอดนำส่งเงิน {day}", "Close the remittance of {day}")
_REOPEN = Words("เปิดใบนำส่งเงิน {day} ใหม่", "Reopen the remittance of {day}")
UNNAMED = Words("ไม่ระบุประเภทรายได้", "No kind of revenue named")


@dataclass(frozen=True)
class OpenDay:
    """A cashier's day that waits to be closed."""

    day: date
    cashier: str
    count: int
    """Receipts, void ones included."""
    amount: int
    """Satang of those that stand."""


@dataclass(frozen=True)
class DayTotals:
    """What a remittance hands over, or would."""

    receipts: Sequence[Row]
    """By book and number."""
    sums: Mapping[str, int]
    """receipt_count and void_count; total and each means in satang."""
    revenues: Sequence[tuple[str, int]]
    """Kind of revenue as people call it (empty where none is named), and satang; the largest first."""


class Remittances:
    """Days of cashiers."""

    def __init__(self, office: "Office") -> None:
        self._office = office

    def open_days(self, stream: str | None = None) -> list[OpenDay]:
        """The days with receipts in no remittance, newest first."""
        office = self._office
        since = (office.today - timedelta(days=OPEN_DAYS)).isoformat()
        with office.database.reading() as connection:
            found = numbers.unremitted(connection, office.numbering.stream(stream), since)
        return [OpenDay(date.fromisoformat(day), cashier, count, amount) for day, cashier, count, amount in found]

    def earlier(self, limit: int = 200) -> list[Row]:
        """The remittances, newest day first."""
        return self._office.store.find(Query("remittance", sort=(("day", True), ("round", True)), limit=limit)).rows

    def get(self, remittance_id: str) -> Row:
        """The remittance. Raises Correctable when there is none."""
        return self._office.records.get("remittance", remittance_id)

    def totals(self, day: date, cashier: str) -> DayTotals:
        """What closing the day would hand over: its receipts in no remittance, and those of its open one."""
        opened = self._opened(day, cashier, self._office.own_stream("remittance"))
        return self._totals([*self._waiting(day, cashier), *(self._listed(opened.id) if opened else ())])

    def totals_of(self, remittance_id: str) -> DayTotals:
        """What a remittance hands over, by the receipts that name it."""
        return self._totals(self._listed(remittance_id))

    def close_day(self, day: date, cashier: str, note: str = "") -> Row:
        """Closes a cashier's day: its receipts do not change any more.

        Raises Correctable when there is nothing to hand over, or for a day to come; Refused without a grant.
        """
        office = self._office
        if day > office.today:
            raise FieldError(Words("ปิดยอดล่วงหน้าไม่ได้ ยังไม่มีอะไรเปลี่ยนแปลง", "A day to come cannot be closed; nothing was changed."))
        place = office.stream_for_new(office.record_type("remittance"))
        account = office.enrolled.account
        with office.store.act(account, _CLOSE.filled(day=_shown(day))) as act:
            opened, waiting = self._opened(day, cashier, place), self._waiting(day, cashier)
            rows = [*waiting, *(self._listed(opened.id) if opened else ())]
            if not rows:
                raise Correctable(
                    Words("ไม่มีเงินให้นำส่ง", "Nothing to hand over"),
                    Words(
                        "ไม่มีใบเสร็จของ {cashier} วันที่ {day} ที่รอนำส่ง ไม่มีอะไรเปลี่ยนแปลง",
                        "No receipts of {cashier} of {day} wait to be handed over; nothing was changed.",
                    ).filled(cashier=cashier or "-", day=_shown(day)),
                )
            remittance_id = opened.id if opened else office.store.new_id()
            # The receipts go first, here and to the server: what a closed remittance lists does not change.
            for row in waiting:
                office.store.save(row.stream, "receipt", row.id, {"remittance": remittance_id}, act=act)
            totals = self._totals(rows)
            values: dict[str, Json] = {
                "day": day.isoformat(),
                **({"cashier": cashier} if cashier else {}),
                "fiscal_year": fiscal_year_of(day),
                "numbers": ranges_of(map(_number_of, totals.receipts)).th,
                **totals.sums,
                "state": "closed",
                "closed_by": office.receipts.cashier,
                "closed_at": rfc3339(office.clock()),
            }
            if opened is None:
                values["round"] = 1 + len(office.store.by_key("remittance", {"day": day.isoformat(), "cashier": cashier or None}, place))
            if mend(note):
                values["note"] = mend(note)
            return office.store.save(place, "remittance", remittance_id, values, act=act)

    def reopen(self, remittance_id: str, reason: str) -> Row:
        """Opens a closed remittance again so that its receipts may be voided; it is closed again as the same one.

        Raises FieldError without a reason, Refused for another role than a head's.
        """
        office = self._office
        row = self.get(remittance_id)
        reason = mend(reason)
        if not reason:
            raise FieldError(
                Words("การเปิดใบนำส่งใหม่ต้องระบุเหตุผล ยังไม่มีอะไรเปลี่ยนแปลง", "A remittance is reopened with a reason; nothing was changed.")
            )
        spec = office.record_type("remittance")
        before = str(row.fields.get("state", "")) or None
        if spec.workflow is None or before != "closed" or not spec.workflow.allows(before, "open", (office.enrolled.role,)):
            raise step_refused(spec, before, "open")
        with office.store.act(office.enrolled.account, _REOPEN.filled(day=_shown(date.fromisoformat(str(row.fields["day"]))))) as act:
            return office.store.save(row.stream, "remittance", row.id, {"state": "open", "reopen_reason": reason}, act=act)

    def _opened(self, day: date, cashier: str, stream: str | None) -> Row | None:
        found = self._office.store.by_key("remittance", {"day": day.isoformat(), "cashier": cashier or None, "state": "open"}, stream)
        return found[0] if found else None

    def _waiting(self, day: date, cashier: str) -> list[Row]:
        return [row for row in self._office.receipts.of_day(day, cashier) if not row.fields.get("remittance")]

    def _listed(self, remittance_id: str) -> list[Row]:
        return self._office.store.by_key("receipt", {"remittance": remittance_id})

    def _totals(self, rows: Sequence[Row]) -> DayTotals:
        ordered = sorted(rows, key=_number_of)
        return DayTotals(ordered, sums_of([row.fields for row in ordered]), self._revenues(ordered))

    def _revenues(self, rows: Sequence[Row]) -> list[tuple[str, int]]:
        sums: dict[str, int] = {}
        for row in rows:
            if row.fields.get("state") == "void":
                continue
            parts = [item.fields for item in self._office.receipts.items(row.id)] or [row.fields]
            for part in parts:
                revenue = str(part.get("revenue") or row.fields.get("revenue") or "")
                sums[revenue] = sums.get(revenue, 0) + amount_of(part)
        names = self._office.records.titles("revenue_line", [one for one in sums if one])
        return sorted(((names.get(one, ""), amount) for one, amount in sums.items()), key=lambda pair: -pair[1])


def _number_of(row: Row) -> tuple[str, int]:
    number = row.fields.get("number")
    return str(row.fields.get("book", "")), number if isinstance(number, int) else 0


def _shown(day: date) -> Words:
    return Words(show_date_long(day, Language.THAI), show_date_long(day, Language.ENGLISH))
