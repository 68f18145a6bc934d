"""Codes to pay by: published codes, and what no sound code is made of."""

import pytest

from records.thai.qr_payment import account_of, checksum, payload, reference_of


@pytest.mark.parametrize(
    "code",
    [
        # Published examples of PromptPay codes: a phone number, a tax id, an amount.
        "00020101021129370016A000000677010111011300668012345675802TH530376463046197",
        "00020101021129370016A000000677010111021311111111111115802TH530376463047B5A",
        "00020101021229370016A000000677010111011300660000000005802TH530376454044.226304E469",
    ],
)
def test_published_codes_have_this_checksum(code: str) -> None:
    assert f"{checksum(code[:-4]):04X}" == code[-4:]


def test_the_checksum_is_the_usual_one() -> None:
    assert checksum("123456789") == 0x29B1


def test_a_tax_id_is_paid_by_promptpay() -> None:
    code = payload("1111111111111", 422)
    assert code is not None
    assert code.startswith("00020101021229370016A00000067701011102131111111111111" + "5802TH" + "5303764" + "54044.22" + "6304")
    assert f"{checksum(code[:-4]):04X}" == code[-4:]


def test_a_biller_is_paid_with_the_number_of_the_notice() -> None:
    code = payload("099400016550100", 123_450, reference_of("ค.12/2570"))
    assert code is not None
    merchant = "0016A000000677010112" + "0115099400016550100" + "0206122570"
    assert code.startswith(f"00020101021230{len(merchant)}{merchant}5802TH530376454071234.506304")
    assert f"{checksum(code[:-4]):04X}" == code[-4:]


@pytest.mark.parametrize(
    ("account", "satang", "reference"),
    [
        ("099400016550100", 100, ""), ("09940001655010", 100, "1"), ("1111111111111", 0, ""), ("1111111111111", -5, ""),
        ("1111111111111", 10**15, ""), ("๑๑๑๑๑๑๑๑๑๑๑๑๑", 100, ""), ("099400016550100", 100, "ก"), ("099400016550100", 100, "1" * 21),
    ],
)  # fmt: skip
def test_no_code_is_made_of_what_a_bank_would_refuse(account: str, satang: int, reference: str) -> None:
    assert payload(account, satang, reference) is None


def test_accounts_and_references_are_read_as_people_write_them() -> None:
    assert account_of("0-9940-00165-50-1") == "0994000165501"
    assert account_of("0994 0001 6550 100") == "099400016550100"
    assert account_of("12345") is None
    assert reference_of("ทต.แม่ใส ab-12/2570") == "AB122570"
