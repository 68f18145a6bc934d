"""budget tree · budget balance · budget transfer."""

from pathlib import Path
from typing import Annotated

import typer

from desktop.commands.session import RecordId, session_of
from desktop.services.budget_nodes import Node, RevenueNode
from desktop.services.budget_sheets import write_tree
from records.errors import Correctable, FieldError
from records.kinds import Json
from records.thai.money import parse_baht, show_baht
from records.words import Language, Words, say

_GROUP = Words("งบประมาณ: ต้นไม้ข้อบัญญัติ ยอดคงเหลือ การโอน", "The budget: tree of the ordinance, balances, transfers")
_TREE = Words("ต้นไม้ข้อบัญญัติของปี พร้อมยอดทุกระดับ; --to เขียนเป็น Excel", "The tree of a year's ordinance with its sums; --to writes it to Excel")
_BALANCE = Words("ยอดคงเหลือและความเคลื่อนไหวของรายการงบประมาณ", "What a budget line has left, and its movements")
_TRANSFER = Words("โอนงบประมาณระหว่างสองรายการ", "Move money between two lines")
_WROTE = Words("เขียน {path} จำนวน {rows} แถว", "Wrote {path}, {rows} rows")
_HEAD = Words("ตั้งไว้ · โอนเข้า · โอนออก · หลังโอน · สัญญา · เบิกจ่าย · คงเหลือ", "adopted · in · out · available · contracted · paid · balance")
_REVENUE_HEAD = Words("ประมาณการ · รับจริง", "estimated · received")
_MOVED = Words("โอน {amount} บาท · คงเหลือ {source} และ {target} บาท", "Moved {amount} baht; {source} and {target} baht are left")
_STATES = ("proposed", "approved")


def register(app: typer.Typer, language: Language) -> None:
    """Adds these commands."""
    group = typer.Typer(help=say(_GROUP, language), no_args_is_help=True)
    group.command("tree", help=say(_TREE, language))(tree)
    group.command("balance", help=say(_BALANCE, language))(balance)
    group.command("transfer", help=say(_TRANSFER, language))(transfer)
    app.add_typer(group, name="budget")


def tree(
    context: typer.Context,
    year: Annotated[int, typer.Option("--year", min=2400, max=2700, metavar="YEAR")],
    to: Annotated[Path | None, typer.Option("--to", metavar="FILE.xlsx")] = None,
    query: Annotated[str, typer.Option("--query", metavar="TEXT")] = "",
    lines: Annotated[bool, typer.Option("--lines")] = False,
) -> None:
    """Prints the trees of a year; --lines adds the lines themselves."""
    session = session_of(context)
    with session.office() as office:
        place = office.budget.stream(session.stream)
        spending = (
            office.budget.with_lines(office.budget.tree(year, place, query), year, place, query)
            if lines
            else office.budget.tree(year, place, query)
        )
        revenue = office.budget.revenue(year, place, query)
        rows = write_tree(office, to, spending, year) if to is not None else 0
    if to is not None:
        session.print({"file": str(to), "rows": rows}, [session.say(_WROTE, path=to, rows=f"{rows:,}")])
        return
    shown = [
        session.say(_HEAD),
        *_lines(spending, session.language),
        session.say(_REVENUE_HEAD),
        *_revenue_lines(revenue, session.language),
    ]
    session.print({"year": year, "stream": place, "expenditure": spending.as_json(), "revenue": revenue.as_json()}, shown)


def balance(context: typer.Context, line: RecordId) -> None:
    """Prints what a line has left and how it came to be."""
    session = session_of(context)
    with session.office() as office:
        found = office.budget.balance(line)
    told = [
        f"{found.title}",
        *(f"{one.on or '-':10}  {show_baht(one.change):>18}  {show_baht(one.after):>18}  {one.text}" for one in found.movements),
    ]
    session.print({"id": line, **found.as_json()}, told)


def transfer(
    context: typer.Context,
    source: Annotated[str, typer.Option("--from", metavar="ID")],
    target: Annotated[str, typer.Option("--to", metavar="ID")],
    amount: Annotated[str, typer.Option("--amount", metavar="BAHT")],
    kind: Annotated[str, typer.Option("--kind", metavar="transfer|new_item")] = "transfer",
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT")] = "",
    approved_by: Annotated[str, typer.Option("--approved-by", metavar="executive|council|governor")] = "",
    approved_on: Annotated[str, typer.Option("--approved-on", metavar="YYYY-MM-DD")] = "",
    number: Annotated[str, typer.Option("--number", metavar="TEXT")] = "",
) -> None:
    """Records a transfer: approved when it says by whom, else proposed."""
    session = session_of(context)
    with session.office() as office:
        lines = [office.records.get("budget_line", one) for one in (source, target)]
        fields: dict[str, Json] = {
            "fiscal_year": lines[0].fields.get("fiscal_year"),
            "kind": kind,
            "from_line": source,
            "to_line": target,
            "amount": _satang(amount),
            "state": _STATES[bool(approved_by)],
        }
        fields |= {
            name: value
            for name, value in (("reason", reason), ("approved_by", approved_by), ("approved_on", approved_on), ("number", number))
            if value
        }
        saved = office.budget.transfer(fields, lines[0].stream)
        left = office.budget.amounts([source, target], lines[0].stream)
    row = saved.row.as_json()
    problems = [{"field": one.field, "severity": one.severity.value, "text": session.say(one.text)} for one in saved.problems]
    said = session.say(_MOVED, amount=amount, source=show_baht(left[source].balance), target=show_baht(left[target].balance))
    session.print(
        {"record": row, "problems": problems, "balances": {one: left[one].balance for one in (source, target)}},
        [said, *(str(p["text"]) for p in problems)],
    )


def _satang(text: str) -> int:
    try:
        return parse_baht(text)
    except FieldError as error:
        raise Correctable(Words("จำนวนเงินใช้ไม่ได้", "The amount does not work"), error.message) from error


def _lines(node: Node, language: Language, depth: int = 0) -> list[str]:
    one = node.amounts
    money = " · ".join(map(show_baht, (one.adopted, one.moved_in, one.moved_out, one.available, one.contracted, one.paid, one.balance)))
    return [
        f"{'  ' * depth}{say(node.label, language)}: {money}",
        *(text for child in node.children for text in _lines(child, language, depth + 1)),
    ]


def _revenue_lines(node: RevenueNode, language: Language, depth: int = 0) -> list[str]:
    said = f"{'  ' * depth}{say(node.label, language)}: {show_baht(node.estimate)} · {show_baht(node.received)}"
    return [said, *(text for child in node.children for text in _revenue_lines(child, language, depth + 1))]
