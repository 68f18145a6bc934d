"""Notices to pay: the code is written with each save, follows the account of the office, and stands on the paper."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop.reports.pdf.pages import page_texts
from desktop.reports.pdf.paper import PaperChoice, PaperKind
from desktop.services.office import Office
from records.errors import Correctable
from records.kinds import Json
from records.thai.qr_payment import payload
from tests.offices import made_office, thongthin
from tests.services.budgets import save

BILLER = "099400016550100"


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """An office that closes itself."""
    made = made_office(tmp_path)
    yield made
    made.close()


def notice(office: Office, **fields: Json) -> str:
    """The id of a notice."""
    given: dict[str, Json] = {"number": "12/2570", "payer": "นาย สมชาย ใจดี", "amount": 123_450, "description": "ภาษีป้าย", **fields}
    return save(office, "payment_notice", **given)


def code_of(office: Office, record_id: str) -> Json:
    """What the code of a notice holds; None for none."""
    return office.records.get("payment_notice", record_id).fields.get("qr_payload")


def test_a_notice_without_an_account_to_pay_into_has_no_code(office: Office) -> None:
    assert code_of(office, notice(office)) is None


def test_the_code_holds_amount_and_number_and_follows_every_save(office: Office) -> None:
    save(office, "office_profile", name="เทศบาลตำบลแม่ใส", payment_account="0994-0001-6550-100")
    one = notice(office)
    assert code_of(office, one) == payload(BILLER, 123_450, "122570")

    office.records.save("payment_notice", one, {"amount": 50_000})
    assert code_of(office, one) == payload(BILLER, 50_000, "122570")

    office.records.save("payment_notice", one, {"number": None})
    assert code_of(office, one) is None


def test_an_account_of_another_length_is_an_error_of_the_profile(office: Office) -> None:
    saved = office.records.save("office_profile", None, {"name": "เทศบาลตำบลแม่ใส", "payment_account": "12345"})
    assert [problem.field for problem in saved.problems if problem.severity == "error"] == ["payment_account"]
    assert code_of(office, notice(office)) is None


def test_the_code_is_not_typed_by_hand(office: Office) -> None:
    with pytest.raises(Correctable):
        notice(office, qr_payload="00020101")


@pytest.mark.parametrize("kind", [PaperKind.A5, PaperKind.PREPRINTED])
def test_the_paper_says_what_is_owed_and_how_it_is_paid(office: Office, kind: PaperKind) -> None:
    save(office, "office_profile", name="เทศบาลตำบลแม่ใส", payment_account="1111111111111")
    (text,) = page_texts(office.papers.notice_pdf(notice(office, due="2026-12-31"), PaperChoice(kind)))
    for part in ("ใบแจ้งชำระเงิน", "เทศบาลตำบลแม่ใส", "12/2570", "1,234.50", "สแกนคิวอาร์โค้ด", "ไม่ใช่ใบเสร็จรับเงิน"):
        assert part in text


def test_the_command_writes_the_paper(tmp_path: Path, office: Office) -> None:
    one = notice(office)
    office.close()
    done = thongthin(tmp_path, "receipt", "notice", one, "--out", str(tmp_path / "notice.pdf"), "--json")
    assert done.code == 0, done.err
    assert (tmp_path / "notice.pdf").read_bytes().startswith(b"%PDF")
