"""The tree of the budget and its balances: sums that agree at every level, whatever happens to lines, transfers, contracts and payments."""

import random
from contextlib import suppress

import pytest

from desktop.services.budget_nodes import Node
from desktop.services.office import Office
from desktop.storage.query import Query
from desktop.storage.rows import Row
from records.balances import Amounts, line_amounts, line_of_payment
from records.errors import Correctable
from records.kinds import Json
from records.words import Words
from tests.offices import STREAM

YEAR = 2569
_ACT = Words("ทดสอบ", "Test")


def made(office: Office, type: str, **fields: Json) -> str:
    """The id of a new record."""
    return office.records.save(type, None, fields).row.id


def line(office: Office, baht: int, **fields: Json) -> str:
    """The id of a line of so many baht."""
    place: dict[str, Json] = {"programme": "education", "work": "บริหารทั่วไป", "budget_group": "operations", "name": "ค่าใช้สอย"}
    return made(office, "budget_line", amount=baht * 100, **{"fiscal_year": YEAR, **place, **fields})


def naive(office: Office) -> dict[str, Amounts]:
    """The amounts of every line, added one by one from all the records there are."""

    def rows(type: str) -> list[dict[str, Json]]:
        return [{**row.fields, "id": row.id} for row in office.store.find(Query(type)).rows]

    transfers, contracts, payments = rows("budget_transfer"), rows("contract"), rows("disbursement")
    carried = rows("carry_over")

    def line_of(payment: dict[str, Json]) -> Json:
        contract = next((one for one in contracts if one["id"] == payment.get("contract")), None)
        return line_of_payment(payment, contract, carried)

    return {
        str(one["id"]): line_amounts(
            one,
            [t for t in transfers if t.get("to_line") == one["id"]],
            [t for t in transfers if t.get("from_line") == one["id"]],
            [c for c in contracts if c.get("budget_line") == one["id"]],
            [p for p in payments if line_of(p) == one["id"]],
        )
        for one in rows("budget_line")
    }


def leaves_of(office: Office, node: Node) -> list[Node]:
    """The lines under a place, at any depth; asserts on the way that every level adds up."""
    own = office.budget.lines(YEAR, node.path) if node.own_lines else []
    assert len(own) == node.own_lines
    below = [leaf for child in node.children for leaf in leaves_of(office, child)]
    assert node.amounts == sum((part.amounts for part in (*node.children, *own)), Amounts())
    assert node.lines == len(own) + sum(child.lines for child in node.children)
    return own + below


class Chance:
    """Random work on a budget."""

    def __init__(self, office: Office, seed: int) -> None:
        self.office = office
        self.random = random.Random(seed)
        self.number = 0

    def pick(self, type: str) -> Row | None:
        """Any record of a type; None when there is none."""
        rows = self.office.store.find(Query(type)).rows
        return self.random.choice(rows) if rows else None

    def act(self) -> None:
        """Does one thing a clerk might do, sensible or not."""
        self.number += 1
        self.random.choice(
            (self.line, self.transfer, self.transfer, self.contract, self.carry, self.payment, self.payment, self.delete, self.undo)
        )()

    def line(self) -> None:
        """A line somewhere in the tree, sometimes with levels missing."""
        fields: dict[str, Json] = {"fiscal_year": YEAR, "name": f"รายการ {self.number}", "amount": self.random.randrange(1, 10**9)}
        for name, values in (
            ("side", ("social", None)),
            ("programme", ("education", "public_health", None)),
            ("work", ("ก่อสร้าง", "บริหารทั่วไป", None)),
            ("budget_group", ("investment", "operations", None)),
            ("category", ("ค่าครุภัณฑ์", "ค่าใช้สอย", None)),
            ("kind", ("ค่าวัสดุ", None)),
        ):
            if (value := self.random.choice(values)) is not None:
                fields[name] = value
        made(self.office, "budget_line", **fields)

    def transfer(self) -> None:
        """A transfer between any two lines, approved or not; one of more than there is cannot be approved."""
        source, target = self.pick("budget_line"), self.pick("budget_line")
        if not source or not target:
            return
        with suppress(Correctable):
            made(
                self.office, "budget_transfer", fiscal_year=YEAR, kind="transfer", from_line=source.id, to_line=target.id,
                amount=self.random.randrange(1, 10**6), state=self.random.choice(("approved", "proposed")),
            )  # fmt: skip

    def contract(self) -> None:
        """A contract of a line, or of none."""
        owner = self.pick("budget_line")
        fields: dict[str, Json] = {"budget_line": owner.id} if owner and self.random.random() < 0.9 else {}
        if (state := self.random.choice(("draft", "signed", "terminated", None))) is not None:
            fields["state"] = state
        made(self.office, "contract", number=f"{self.number}/2569", vendor="ร้าน ก", amount=self.random.randrange(10**6), **fields)

    def payment(self) -> None:
        """A payment of a line, of a contract, of both, of neither."""
        fields: dict[str, Json] = {"fiscal_year": YEAR + self.random.randrange(3), "voucher_number": f"ฎ.{self.number}", "payee": "ร้าน ก"}
        owner, contract = self.pick("budget_line"), self.pick("contract")
        if owner and self.random.random() < 0.6:
            fields["budget_line"] = owner.id
        if contract and self.random.random() < 0.6:
            fields["contract"] = contract.id
        made(self.office, "disbursement", amount=self.random.randrange(10**5), **fields)

    def carry(self) -> None:
        """Money of a line carried over, under a contract or not."""
        owner, contract = self.pick("budget_line"), self.pick("contract")
        if owner:
            fields: dict[str, Json] = {"contract": contract.id} if contract and self.random.random() < 0.9 else {}
            state = self.random.choice(("approved", "approved", "spent", "asked", "lapsed"))
            year = YEAR + self.random.randrange(2)
            made(self.office, "carry_over", fiscal_year=year, budget_line=owner.id, amount=1_000, state=state, **fields)

    def delete(self) -> None:
        """Deletes any record."""
        row = self.pick(self.random.choice(("budget_line", "budget_transfer", "contract", "carry_over", "disbursement")))
        if row:
            self.office.records.delete(row.type, row.id)

    def undo(self) -> None:
        """Takes the last act back."""
        if self.office.undo.acts(1):
            with suppress(Correctable):
                self.office.undo.last()


@pytest.mark.parametrize("seed", range(6))
def test_every_level_adds_up_and_equals_a_naive_recomputation(office: Office, seed: int) -> None:
    chance = Chance(office, seed)
    for _ in range(70):
        chance.act()
    tree = office.budget.tree(YEAR)
    leaves = leaves_of(office, tree)
    expected = naive(office)
    assert {leaf.id: leaf.amounts for leaf in leaves} == expected
    assert tree.amounts == sum(expected.values(), Amounts())
    for record_id, amounts in expected.items():
        balance = office.budget.balance(record_id)
        assert balance.amounts == amounts
        assert balance.movements[-1].after == amounts.balance


def test_a_voucher_of_the_next_year_on_carried_money_counts_on_the_line_it_came_from(office: Office) -> None:
    old, new = line(office, 100), line(office, 100, fiscal_year=YEAR + 1)
    contract = made(office, "contract", number="1/2569", vendor="ร้าน ก", amount=8_000, budget_line=old, state="signed")
    voucher: dict[str, Json] = {"fiscal_year": YEAR + 1, "budget_line": new, "contract": contract, "amount": 3_000}
    first: dict[str, Json] = {**voucher, "fiscal_year": YEAR, "budget_line": old, "voucher_number": "ฎ.1", "payee": "ร้าน ก"}
    early = made(office, "disbursement", **first)
    assert office.budget.balance(new).amounts.balance == 10_000
    made(
        office, "carry_over", fiscal_year=YEAR, budget_line=old, contract=contract, amount=5_000, state="approved",
        approved_on="2026-09-20", approved_by="สภา", until="2027-09-30",
    )  # fmt: skip
    saved = office.records.save("disbursement", None, {**voucher, "voucher_number": "ฎ.2", "payee": "ร้าน ก"})

    assert [problem.text.en for problem in saved.problems if problem.severity == "error"] == []
    found = office.budget.amounts([old, new], STREAM)
    assert (found[old].paid, found[old].contracted, found[old].paid_otherwise, found[old].balance) == (6_000, 8_000, 0, 2_000)
    assert (found[new].paid, found[new].balance) == (0, 10_000)
    assert office.budget.carried_into(YEAR + 1) == (5_000, 3_000)
    assert {one.id for one in office.budget.balance(old).movements} >= {early, saved.row.id}


def test_a_line_without_a_side_stands_under_that_of_its_programme(office: Office) -> None:
    line(office, 100, programme="education")
    line(office, 50, programme="education", side="social")
    tree = office.budget.tree(YEAR)
    assert [(side.label.en, side.amounts.adopted, len(side.children)) for side in tree.children] == [
        ("Community and social services", 15_000, 1)
    ]


def test_the_filter_finds_words_of_lines_and_names_of_places(office: Office) -> None:
    line(office, 100, name="ค่าซ่อมแซมถนน", programme="industry_works")
    line(office, 50, name="ค่าหนังสือเรียน", programme="education")
    assert office.budget.tree(YEAR, text="ถนน").amounts.adopted == 10_000
    assert office.budget.tree(YEAR, text="การศึกษา").amounts.adopted == 5_000
    assert office.budget.tree(YEAR, text="การศึกษา ถนน").lines == 0


def test_years_and_streams_are_kept_apart(office: Office) -> None:
    line(office, 100)
    made(office, "budget_line", fiscal_year=2568, name="ปีก่อน", amount=700)
    assert (office.budget.tree(YEAR).lines, office.budget.tree(2568).lines, office.budget.tree(None).lines) == (1, 1, 2)
    assert office.budget.years() == [2569, 2568]
    assert office.budget.tree(YEAR, "office/6600102").lines == 0
    assert office.budget.stream() == STREAM


def test_a_transfer_shows_the_balances_before_and_after(office: Office) -> None:
    source, target = line(office, 100), line(office, 20, name="ค่าวัสดุ")
    preview = office.budget.propose(
        {"fiscal_year": YEAR, "kind": "transfer", "from_line": source, "to_line": target, "amount": 3_000, "state": "approved"}
    )
    assert [one.balance for one in preview.before if one] == [10_000, 2_000]
    assert [one.balance for one in preview.after if one] == [7_000, 5_000]
    assert preview.is_possible


def test_a_transfer_of_more_than_is_left_is_refused_in_words_and_nothing_is_written(office: Office) -> None:
    source, target = line(office, 100), line(office, 20, name="ค่าวัสดุ")
    made(office, "contract", number="1/2569", vendor="ร้าน ก", budget_line=source, amount=9_000, state="signed")
    with pytest.raises(Correctable, match=r"At most 10\.00 baht"):
        office.budget.transfer(
            {"fiscal_year": YEAR, "kind": "transfer", "from_line": source, "to_line": target, "amount": 1_001, "state": "approved"}
        )
    assert office.store.find(Query("budget_transfer")).rows == []
    office.budget.transfer(
        {"fiscal_year": YEAR, "kind": "transfer", "from_line": source, "to_line": target, "amount": 1_000, "state": "approved"}
    )
    assert office.budget.balance(source).amounts.balance == 0


def test_a_contract_says_what_is_left_after_each_payment(office: Office) -> None:
    owner = line(office, 100)
    contract = made(office, "contract", number="1/2569", vendor="ร้าน ก", budget_line=owner, amount=8_000, state="signed")
    for number, amount in enumerate((3_000, 2_000), 1):
        made(
            office, "disbursement", fiscal_year=YEAR, voucher_number=str(number), payee="ร้าน ก", contract=contract, amount=amount,
            paid_on=f"2026-01-0{number}",
        )  # fmt: skip
    assert [one.after for one in office.budget.contract_balance(contract).movements] == [8_000, 5_000, 3_000]
    amounts = office.budget.balance(owner).amounts
    assert (amounts.contracted, amounts.paid, amounts.balance) == (8_000, 5_000, 2_000)


def test_a_project_sums_the_lines_that_pay_it(office: Office) -> None:
    project = made(office, "project", title="ถนน")
    first, second = (line(office, baht, name=f"ถนน {baht}", project=project) for baht in (100, 50))
    made(office, "disbursement", fiscal_year=YEAR, voucher_number="1", payee="ร้าน ก", budget_line=second, amount=1_000)
    balance = office.budget.project_balance(project)
    assert (balance.amounts.adopted, balance.amounts.balance, len(balance.movements)) == (15_000, 14_000, 3)
    assert balance.movements[-1].after == 14_000
    assert first != second


def test_what_was_received_is_the_sum_of_receipts_else_what_was_typed(office: Office) -> None:
    tax = made(office, "revenue_line", fiscal_year=YEAR, category="taxes", name="ภาษีที่ดิน", estimate=10_000, received=1)
    made(office, "revenue_line", fiscal_year=YEAR, category="general_grant", name="เงินอุดหนุน", estimate=5_000, received=4_000)
    for amount in (2_000, 3_000):
        made(office, "revenue_receipt", fiscal_year=YEAR, revenue_line=tax, amount=amount)
    tree = office.budget.revenue(YEAR)
    assert (tree.estimate, tree.received, tree.lines) == (15_000, 9_000, 2)
    assert [(one.label.en, one.received) for one in tree.children] == [("Collected by the office", 5_000), ("Grants of the state", 4_000)]
    assert [one.received for one in office.budget.revenue_lines(YEAR, "taxes")] == [5_000]
