"""Papers of the counter: what a receipt, a remittance or an acknowledgement slip says, and on what paper this desk prints it."""

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING

import msgspec

from desktop.reports.pdf.acknowledgement import SlipDocument, SlipPaper, acknowledgement_pdf
from desktop.reports.pdf.notice import NoticePaper, notice_pdf
from desktop.reports.pdf.paper import PaperChoice, PaperKind
from desktop.reports.pdf.receipt import OfficeHead, ReceiptLine, ReceiptPaper, receipt_pdf
from desktop.reports.pdf.remittance import RemittanceLine, RemittancePaper, remittance_pdf
from desktop.services.remittances import UNNAMED
from desktop.services.request_flow import draft_of
from desktop.storage import state
from desktop.storage.rows import Row
from records.catalogue.receipts import MEANS
from records.kinds import Json
from records.rules.receipts import amount_of
from records.thai.citizen import show_citizen_id
from records.thai.phone import show_phone
from records.thai.qr_payment import account_of, payload, reference_of
from records.words import Language, Words, say

if TYPE_CHECKING:
    from desktop.services.office import Office

_PAPER = "paper"
_LARGEST_OFFSET_MM = 50.0
_MEANS = {option.value: option.label for option in MEANS}
_PLACE = (
    ("house_number", Words("เลขที่ {value}", "{value}")), ("moo", Words("หมู่ที่ {value}", "Moo {value}")), ("road", Words("ถ.{value}", "{value} Rd")),
    ("tambon", Words("ต.{value}", "{value}")), ("amphoe", Words("อ.{value}", "{value}")), ("province", Words("จ.{value}", "{value}")),
    ("postcode", Words("{value}", "{value}")),
)  # fmt: skip
_PHONE = Words("โทร. {phone}", "Tel. {phone}")
_QUANTITY = Words("{count} {unit}", "{count} {unit}")


class Papers:
    """What is printed."""

    def __init__(self, office: "Office") -> None:
        self._office = office

    @property
    def choice(self) -> PaperChoice:
        """The paper this desk prints on."""
        with self._office.database.reading() as connection:
            text = state.setting(connection, _PAPER)
        try:
            kept = msgspec.json.decode(text) if text else {}
            return PaperChoice(PaperKind(kept.get("kind", PaperKind.A5)), float(kept.get("right_mm", 0)), float(kept.get("down_mm", 0)))
        except (ValueError, TypeError, AttributeError):
            return PaperChoice()

    def choose(self, choice: PaperChoice) -> None:
        """Remembers the paper of this desk; an offset beyond 50 mm is cut to it."""
        right, down = (max(-_LARGEST_OFFSET_MM, min(_LARGEST_OFFSET_MM, one)) for one in (choice.right_mm, choice.down_mm))
        text = msgspec.json.encode({"kind": choice.kind.value, "right_mm": right, "down_mm": down}).decode()
        with self._office.database.write() as connection:
            state.set_setting(connection, _PAPER, text)

    def head(self) -> OfficeHead:
        """The office's name and place: of its profile, else as its stream is called."""
        office = self._office
        stream = next((one for one in office.streams if one.stream.startswith("office/") and one.access == "write"), None)
        for row in self._profiles(stream.stream if stream else None):
            parts = [say(words, Language.THAI, value=row.fields[name]) for name, words in _PLACE if row.fields.get(name)]
            phone = row.fields.get("phone")
            shown = say(_PHONE, Language.THAI, phone=show_phone(str(phone))) if phone else ""
            return OfficeHead(str(row.fields.get("name", "")) or (stream.name if stream else ""), " ".join(parts), shown)
        name = stream.name if stream else ""
        starts = [name.index(mark) for mark in (_AMPHOE.th, _PROVINCE.th) if mark in name]
        cut = min(starts) if starts else len(name)
        return OfficeHead(name[:cut].partition(" (")[0].strip(), name[cut:].partition(" (")[0].strip())

    def _profiles(self, stream: str | None) -> list[Row]:
        """What the office says of itself: one record, none where it says nothing yet."""
        return self._office.store.by_key("office_profile", {}, stream)[:1] if "office_profile" in self._office.catalogue else []

    def payment_code(self, notice: Mapping[str, Json], stream: str) -> str:
        """The text of the code that pays a notice of these wire fields; empty where no account to pay into is known, or nothing is owed."""
        for profile in self._profiles(stream):
            account = account_of(str(profile.fields.get("payment_account", "")))
            return payload(account or "", amount_of(notice), reference_of(str(notice.get("number", "")))) or ""
        return ""

    def notice_pdf(self, notice_id: str, choice: PaperChoice | None = None) -> bytes:
        """A notice to pay as a PDF for this desk's paper. Raises Correctable when there is none."""
        fields = self._office.records.get("payment_notice", notice_id).fields
        due = fields.get("due")
        paper = NoticePaper(
            office=self.head(),
            number=str(fields.get("number", "")),
            payer=str(fields.get("payer", "")),
            description=str(fields.get("description", "")),
            amount=amount_of(fields),
            due=date.fromisoformat(due) if isinstance(due, str) else None,
            qr=str(fields.get("qr_payload", "")),
        )
        return notice_pdf(paper, choice or self.choice)

    def receipt(self, receipt_id: str, *, copy: int | None = None) -> ReceiptPaper:
        """What a receipt says; `copy` 0 for the first paper, None for as many copies as were counted. Raises Correctable."""
        office = self._office
        row = office.receipts.get(receipt_id)
        fields = row.fields
        request = office.store.get("service_request", str(fields.get("request", ""))) if fields.get("request") else None
        payer_id = str(fields.get("payer_tax_id", ""))
        means = say(_MEANS.get(str(fields.get("means", "cash")), Words("", "")), Language.THAI)
        return ReceiptPaper(
            office=self.head(),
            book=str(fields.get("book", "")),
            number=_whole(fields.get("number")),
            fiscal_year=_whole(fields.get("fiscal_year")),
            issued_on=self._day(fields.get("issued_on")),
            payer=str(fields.get("payer", "")),
            payer_id=show_citizen_id(payer_id) if payer_id else "",
            lines=self._lines(row),
            amount=amount_of(fields),
            means=" ".join(filter(None, (means, str(fields.get("means_ref", ""))))),
            cashier=str(fields.get("cashier", "")),
            cash_given=_whole(fields["cash_given"]) if "cash_given" in fields else None,
            tracking=str(request.fields.get("tracking_number", "")) if request else "",
            copy=_whole(fields.get("copy_count")) if copy is None else copy,
            void_reason=str(fields.get("void_reason", "")) if fields.get("state") == "void" else None,
        )

    def _lines(self, row: Row) -> list[ReceiptLine]:
        items = [item.fields for item in self._office.receipts.items(row.id)]
        if not items:
            return [ReceiptLine(" ".join(str(row.fields.get("description", "")).split()), amount_of(row.fields))]
        fees = {
            one.id: str(one.fields.get("unit", ""))
            for one in self._office.store.rows("fee_item", [str(i["fee_item"]) for i in items if "fee_item" in i])
        }
        return [
            ReceiptLine(
                str(item.get("description", "")), amount_of(item), _quantity(item.get("quantity"), fees.get(str(item.get("fee_item")), ""))
            )
            for item in items
        ]

    def receipt_pdf(self, receipt_id: str, choice: PaperChoice | None = None, *, copy: int | None = None) -> bytes:
        """The receipt as a PDF for this desk's paper. Raises Correctable when there is none."""
        return receipt_pdf(self.receipt(receipt_id, copy=copy), choice or self.choice)

    def slip(self, request_id: str) -> SlipPaper:
        """What the acknowledgement slip of a request says now. Raises Correctable when there is no such request."""
        office = self._office
        work = office.requests.work(request_id)
        request, fields = draft_of(office, work.row), work.row.fields
        return SlipPaper(
            office=self.head(),
            tracking=str(fields.get("tracking_number", "")),
            received_at=request.get("received_at") or office.clock(),
            service=str(work.service.fields.get("name", "")) if work.service is not None else "",
            subject=str(fields.get("subject", "")),
            applicant=str(fields.get("applicant_name", "")),
            documents=[
                SlipDocument(str(one.fields.get("name", "")), one.fields.get("state") == "received", str(one.fields.get("note", "")))
                for one in work.papers
                if one.fields.get("state") != "not_needed"
            ],
            phone=show_phone(str(fields["phone"])) if fields.get("phone") else "",
            place=str(fields.get("place", "")),
            division=str(fields.get("division", "")),
            officer=str(fields.get("officer", "")),
            due=work.due,
            fee=say(work.fee, Language.THAI) if work.fee is not None else "",
        )

    def slip_pdf(self, request_id: str, choice: PaperChoice | None = None) -> bytes:
        """The acknowledgement slip of a request as a PDF for this desk's paper. Raises Correctable when there is none."""
        return acknowledgement_pdf(self.slip(request_id), choice or self.choice)

    def remittance_pdf(self, remittance_id: str) -> bytes:
        """A remittance as a PDF on A4. Raises Correctable when there is none."""
        row = self._office.remittances.get(remittance_id)
        totals = self._office.remittances.totals_of(remittance_id)
        lines = [
            RemittanceLine(
                number=f"{one.fields.get('book', '')}/{one.fields.get('number', '')}",
                payer=str(one.fields.get("payer", "")),
                means=say(_MEANS.get(str(one.fields.get("means", "cash")), Words("", "")), Language.THAI),
                amount=amount_of(one.fields),
                is_void=one.fields.get("state") == "void",
            )
            for one in totals.receipts
        ]
        paper = RemittancePaper(
            office=self.head(),
            day=self._day(row.fields.get("day")),
            cashier=str(row.fields.get("cashier", "")),
            round=_whole(row.fields.get("round")) or 1,
            lines=lines,
            per_means=[(say(label, Language.THAI), totals.sums[name]) for name, label in _MEANS.items() if totals.sums[name]],
            per_revenue=[(name or say(UNNAMED, Language.THAI), amount) for name, amount in totals.revenues],
            total=totals.sums["total"],
            is_closed=row.fields.get("state") == "closed",
        )
        return remittance_pdf(paper)

    def _day(self, value: Json) -> date:
        return date.fromisoformat(value) if isinstance(value, str) else self._office.today


_AMPHOE = Words(" อ.", "District")
_PROVINCE = Words(" จ.", "Province")
"""Where the place begins in a stream's name: `องค์การบริหารส่วนตำบลคลองพน อ.คลองท่อม จ.กระบี่ (6810305)`."""


def _whole(value: Json) -> int:
    return value if isinstance(value, int) else 0


def _quantity(count: Json, unit: str) -> str:
    if not isinstance(count, int) or (count == 1 and not unit):
        return ""
    return say(_QUANTITY, Language.THAI, count=f"{count:,}", unit=unit).strip()
