"""The budget as a person asks of it: the tree of a year with sums that agree, what a line, contract or project has left, transfers.

office.budget.tree(2569)      ด้าน → แผนงาน → งาน → งบ → หมวด → ประเภท, lines counted, fetched by `lines`
office.budget.revenue(2569)   source → category
office.budget.balance(id)     one line with its movements, the balance after each
office.budget.transfer(...)   moves money, or refuses in words
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from desktop.services.budget_nodes import Node, RevenueNode, amounts_json, revenue_of, total_of, tree_of
from desktop.storage import budget as sums
from desktop.storage.query import Filter, Query
from desktop.storage.rows import Row
from records.areas import covers
from records.balances import Amounts, amount_of, binds, line_of_payment, moves
from records.catalogue.budget_tree import SOURCE_OF
from records.checks import Problem, Severity
from records.errors import Correctable
from records.kinds import Json
from records.words import Words

if TYPE_CHECKING:
    from desktop.services.office import Office
    from desktop.services.records import Saved

PAGE = 500
"""Lines fetched at a time."""


@dataclass(frozen=True)
class Movement:
    """One thing that happened to a line, a contract or a project."""

    on: str
    """ISO day; empty when none is known."""
    type: str
    """Record type: budget_line, budget_transfer, contract, disbursement."""
    id: str
    text: str
    """Its number and what it is about."""
    change: int
    """Satang; below zero when it takes away. 0 for what is already covered (a payment under a contract)."""
    amount: int
    """Satang of the paper itself."""
    after: int
    """The balance after it."""


@dataclass(frozen=True)
class Balance:
    """What a line, contract or project has left, and how it came to be."""

    title: str
    amounts: Amounts
    movements: tuple[Movement, ...] = field(default=())

    def as_json(self) -> dict[str, Json]:
        """The shape of the command line; amounts in satang."""
        return {
            "title": self.title,
            **amounts_json(self.amounts),
            "movements": [
                {"on": m.on, "type": m.type, "id": m.id, "text": m.text, "amount": m.amount, "change": m.change, "after": m.after}
                for m in self.movements
            ],
        }


@dataclass(frozen=True)
class TransferPreview:
    """What a transfer would do; nothing is written."""

    before: tuple[Amounts | None, Amounts | None]
    """The line that gives and the line that takes; None for one not named."""
    after: tuple[Amounts | None, Amounts | None]
    problems: tuple[Problem, ...]

    @property
    def is_possible(self) -> bool:
        """Whether nothing forbids it."""
        return not any(problem.severity is Severity.ERROR for problem in self.problems)


class Budget:
    """Sums and movements of the budget."""

    def __init__(self, office: "Office") -> None:
        self._office = office

    def stream(self, stream: str | None = None) -> str:
        """The stream whose budget is meant: the one named, else the one this account may write, else the only one it may read.

        Raises Correctable when none or several could be meant.
        """
        if stream is not None:
            return stream
        readable = [one for one in self._office.streams if one.stream.startswith("office/") and covers(one.areas, "budget")]
        writable = [one for one in readable if one.access == "write"]
        meant = writable or readable
        if len(meant) != 1:
            names = ", ".join(one.stream for one in meant) or "-"
            raise Correctable(
                Words("ไม่รู้ว่าหมายถึงงบประมาณของหน่วยงานใด", "Whose budget is meant"),
                Words(
                    "บัญชีนี้เห็นงบประมาณของ {names} ไม่มีอะไรเปลี่ยนแปลง โปรดระบุหน่วยงาน (--stream)",
                    "This account sees the budgets of {names}; nothing was changed. Name the office (--stream).",
                ).filled(names=names),
            )
        return meant[0].stream

    def years(self, stream: str | None = None) -> list[int]:
        """The fiscal years (พ.ศ.) with lines, newest first."""
        with self._office.database.reading() as connection:
            return sums.years(connection, self.stream(stream))

    def tree(self, year: int | None, stream: str | None = None, text: str = "") -> Node:
        """The tree of a year (None: of all), its lines counted but not fetched; only what contains every word of `text`."""
        with self._office.database.reading() as connection:
            found = sums.groups(connection, self.stream(stream), year, text)
        return tree_of(found)

    def lines(
        self, year: int | None, path: Sequence[str], stream: str | None = None, text: str = "", *, limit: int = PAGE, offset: int = 0
    ) -> list[Node]:
        """The lines that stand directly at a place of the tree, in the order they were made."""
        whole = (*path, *("",) * (len(sums.LEVELS) - len(path)))
        with self._office.database.reading() as connection:
            found = sums.lines(connection, self.stream(stream), year, whole, text, limit=limit, offset=offset)
        return [Node("line", (*path, one.id), Words(one.name, one.name), one.amounts, 1, id=one.id) for one in found]

    def with_lines(self, node: Node, year: int | None, stream: str | None = None, text: str = "") -> Node:
        """A tree with its lines fetched and added at their places."""
        children = [self.with_lines(child, year, stream, text) for child in node.children]
        for offset in range(0, node.own_lines, PAGE):
            children += self.lines(year, node.path, stream, text, offset=offset)
        return replace(node, children=tuple(children))

    def carried_into(self, year: int, stream: str | None = None) -> tuple[int, int]:
        """Money carried into a year from the one before, and what was paid of it under its contracts; satang."""
        with self._office.database.reading() as connection:
            return sums.carried_into(connection, self.stream(stream), year)

    def revenue(self, year: int | None, stream: str | None = None, text: str = "") -> RevenueNode:
        """The revenue of a year by source and category, its lines counted but not fetched."""
        with self._office.database.reading() as connection:
            found = sums.revenue_groups(connection, self.stream(stream), year, text)
        return revenue_of(found)

    def revenue_lines(
        self, year: int | None, category: str, stream: str | None = None, text: str = "", *, limit: int = PAGE, offset: int = 0
    ) -> list[RevenueNode]:
        """The lines of one category of revenue; empty for those that name none."""
        with self._office.database.reading() as connection:
            found = sums.revenue_lines(connection, self.stream(stream), year, category, text, limit=limit, offset=offset)
        return [
            RevenueNode(
                "line", (SOURCE_OF.get(category, ""), category, one.id), Words(one.name, one.name), one.estimate, one.received, 1, id=one.id
            )
            for one in found
        ]

    def amounts(self, ids: Sequence[str], stream: str) -> dict[str, Amounts]:
        """The money of lines by id, in satang; ids this desk does not have are left out."""
        with self._office.database.reading() as connection:
            return sums.line_sums(connection, stream, list(dict.fromkeys(ids))) if ids else {}

    # One line, contract or project --------------------------------------------------------------------------------------------------

    def balance(self, line_id: str) -> Balance:
        """A line with everything that happened to it, in order of days. Raises Correctable when it is not here."""
        row = self._office.records.get("budget_line", line_id)
        contracts = self._naming("contract", "budget_line", row)
        live = {one.id for one in contracts if binds(one.fields)}
        payments = {one.id: one for one in self._naming("disbursement", "budget_line", row)}
        carried = {str(one.fields.get("contract")) for one in self._naming("carry_over", "budget_line", row)}
        for contract_id in {*(one.id for one in contracts), *carried}:
            payments |= {one.id: one for one in self._with("disbursement", "contract", contract_id, row.stream)}
        payments = {one.id: one for one in payments.values() if self._line_of(one) == line_id}
        steps: list[tuple[str, Row, int]] = []
        for one in self._naming("budget_transfer", "to_line", row):
            steps.append(("approved_on", one, amount_of(one.fields) if moves(one.fields) else 0))
        for one in self._naming("budget_transfer", "from_line", row):
            steps.append(("approved_on", one, -amount_of(one.fields) if moves(one.fields) else 0))
        for one in contracts:
            steps.append(("signed_on", one, -amount_of(one.fields) if one.id in live else 0))
        for one in payments.values():
            steps.append(("paid_on", one, 0 if one.fields.get("contract") in live else -amount_of(one.fields)))
        amounts = self.amounts([line_id], row.stream).get(line_id, Amounts())
        start = Movement("", "budget_line", row.id, self._office.records.title(row), amounts.adopted, amounts.adopted, amounts.adopted)
        return Balance(self._office.records.title(row), amounts, (start, *self._running(steps, amounts.adopted)))

    def contract_balance(self, contract_id: str) -> Balance:
        """A contract: what was paid of it and what is left. Raises Correctable when it is not here."""
        row = self._office.records.get("contract", contract_id)
        steps = [("paid_on", one, -amount_of(one.fields)) for one in self._naming("disbursement", "contract", row)]
        paid = -sum(step[2] for step in steps)
        whole = amount_of(row.fields)
        start = Movement(_day(row, "signed_on"), "contract", row.id, self._office.records.title(row), whole, whole, whole)
        # The contract stands as what is available: what is left of it is the balance.
        amounts = Amounts(adopted=whole, contracted=0, paid=paid, paid_otherwise=paid)
        return Balance(self._office.records.title(row), amounts, (start, *self._running(steps, whole)))

    def project_balance(self, project_id: str) -> Balance:
        """A project: the lines that pay it, summed, with their movements. Raises Correctable when it is not here."""
        row = self._office.records.get("project", project_id)
        lines = [self.balance(one.id) for one in self._naming("budget_line", "project", row)]
        moved = sorted((one for line in lines for one in line.movements), key=_order)
        after, movements = 0, []
        for one in moved:
            after += one.change
            movements.append(Movement(one.on, one.type, one.id, one.text, one.change, one.amount, after))
        return Balance(self._office.records.title(row), total_of(line.amounts for line in lines), tuple(movements))

    def _naming(self, type: str, field: str, row: Row) -> list[Row]:
        """The records of a type, in the stream of `row`, whose field names it."""
        return self._with(type, field, row.id, row.stream)

    def _with(self, type: str, field: str, record_id: str, stream: str) -> list[Row]:
        return self._office.store.find(Query(type, stream, filters=(Filter(field, "eq", record_id),))).rows

    def _line_of(self, payment: Row) -> Json:
        """The line a payment counts on."""
        contract_id = str(payment.fields.get("contract") or "")
        contract = self._office.store.get("contract", contract_id, payment.stream) if contract_id else None
        carried = self._with("carry_over", "contract", contract_id, payment.stream) if contract_id else []
        here = contract.fields if contract is not None and not contract.deleted else None
        return line_of_payment(payment.fields, here, [{**one.fields, "id": one.id} for one in carried])

    def _running(self, steps: Iterable[tuple[str, Row, int]], start: int) -> Iterable[Movement]:
        after = start
        dated = [
            Movement(_day(row, name), row.type, row.id, self._text(row), change, amount_of(row.fields), 0) for name, row, change in steps
        ]
        for one in sorted(dated, key=_order):
            after += one.change
            yield Movement(one.on, one.type, one.id, one.text, one.change, one.amount, after)

    def _text(self, row: Row) -> str:
        title = self._office.records.title(row)
        return "" if title == row.id else title

    # Transfers ----------------------------------------------------------------------------------------------------------------------

    def propose(self, fields: Mapping[str, Json], stream: str | None = None) -> TransferPreview:
        """What a transfer of these wire fields would do to its lines, and what speaks against it."""
        place = self.stream(stream)
        ids = [str(fields[name]) if fields.get(name) else "" for name in ("from_line", "to_line")]
        found = self.amounts([one for one in ids if one], place)
        source, target = (found.get(one) for one in ids)
        amount = amount_of(fields) if fields.get("kind") != "amend" else 0
        after = (source + Amounts(moved_out=amount) if source else None, target + Amounts(moved_in=amount) if target else None)
        return TransferPreview((source, target), after, tuple(self._office.records.check("budget_transfer", fields, stream=place)))

    def transfer(self, fields: Mapping[str, Json], stream: str | None = None) -> "Saved":
        """Records a transfer. Raises Correctable, saying why, when it would bring a line below zero or lacks what it needs."""
        place = self.stream(stream)
        preview = self.propose(fields, place)
        if not preview.is_possible:
            faults = [problem.text for problem in preview.problems if problem.severity is Severity.ERROR]
            reasons = Words(" · ".join(words.th for words in faults), " · ".join(words.en for words in faults))
            raise Correctable(
                Words("โอนไม่ได้", "The transfer cannot be made"),
                Words("{reasons} ยังไม่มีอะไรเปลี่ยนแปลง", "{reasons}. Nothing was changed.").filled(reasons=reasons),
            )
        return self._office.records.save("budget_transfer", None, fields, place)


def _day(row: Row, name: str) -> str:
    return str(row.fields.get(name) or "")


def _order(one: Movement) -> tuple[bool, str, str]:
    """By day, the beginning first; what has no day comes last, in the order it was made."""
    return (not one.on and one.type != "budget_line", one.on, one.id)
