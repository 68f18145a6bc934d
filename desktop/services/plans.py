"""Plans: the tree with its sums, editions with old against new, and the stages of e-Plan.

office.plans.plans()            the plans there are
office.plans.tree(plan_id)      strategies, tactics, แผนงาน with five years side by side
office.plans.editions(plan_id)  additions, changes, corrections      .compare(edition_id)   .amend(project_id, edition_id)
office.plans.stages(year)       the e-Plan summary                   .behind(...)           the projects of one of its figures
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from desktop.services import eplan, plan_compare, plan_tree
from desktop.services.eplan import StageSummary
from desktop.services.plan_compare import Comparison
from desktop.services.plan_tree import PlanTree
from desktop.storage import plan_sums
from desktop.storage.plan_sums import Place, ProjectFacts, YearMoney
from desktop.storage.query import Filter, Query
from desktop.storage.rows import Row
from records.errors import Correctable
from records.thai.editions import edition_order
from records.thai.fiscal import fiscal_year_of
from records.words import Words

if TYPE_CHECKING:
    from desktop.services.office import Office

_AMEND = Words("แก้ไขโครงการ {title} ใน{edition}", "Amend project {title} in {edition}")


@dataclass(frozen=True)
class PlanChoice:
    """One plan a person may look at."""

    id: str
    """Empty for the projects that name no plan."""
    name: Words
    first_year: int | None
    last_year: int | None

    def covers(self, year: int | None) -> bool:
        """Whether a fiscal year (พ.ศ.) lies in its period."""
        return year is not None and self.first_year is not None and self.last_year is not None and self.first_year <= year <= self.last_year


class Plans:
    """What a person may ask of plans."""

    def __init__(self, office: "Office") -> None:
        self._office = office

    def plans(self) -> list[PlanChoice]:
        """The plans themselves, without their amendments, the latest first; last the projects that name none, where there are any."""
        rows = [row for row in self._office.store.find(Query("plan")).rows if not row.fields.get("amends")]
        choices = [
            PlanChoice(row.id, Words(str(row.fields.get("name", "")), str(row.fields.get("name", ""))), *_period(row)) for row in rows
        ]
        choices.sort(key=lambda one: (-(one.first_year or 0), one.name.th))
        if plan_sums.places(self._office.database, None):
            choices.append(PlanChoice("", plan_tree.NO_PLAN, None, None))
        return choices

    def usual_plan(self, year: int | None) -> str:
        """The plan of a fiscal year, else that of today's, else the latest; empty where there is none."""
        choices = self.plans()
        today = self._office.today
        for wanted in (year, fiscal_year_of(today)):
            for one in choices:
                if one.covers(wanted):
                    return one.id
        return choices[0].id if choices else ""

    def tree(self, plan_id: str, text: str = "") -> PlanTree:
        """The tree of a plan; an empty id for the projects that name none. With a text only what it finds stands and is summed.

        Raises Correctable when there is no such plan here.
        """
        office = self._office
        plan = office.records.get("plan", plan_id) if plan_id else None
        wanted = Filter("plan", "eq", plan_id) if plan_id else Filter("plan", "empty")
        database = office.database
        counts, money = plan_sums.places(database, plan_id or None, text), plan_sums.place_money(database, plan_id or None, text)
        strategies, tactics, programmes = (office.store.find(Query(name, filters=(wanted,))).rows for name in _PARTS)
        if text or not plan_id:
            # Only what projects stand in is shown; its names are asked for wherever they belong.
            strategies = office.store.rows("strategy", sorted({one.place[0] for one in counts if one.place[0]}))
            tactics = office.store.rows("tactic", sorted({one.place[1] for one in counts if one.place[1]}))
            root = plan_tree.assemble(plan, strategies, tactics, (), counts, money, shows_empty=False)
        else:
            root = plan_tree.assemble(plan, strategies, tactics, programmes, counts, money)
        return PlanTree(plan, plan_tree.years_of(plan, root), root, text, plan_sums.uncounted(database, plan_id or None))

    def project_ids(self, plan_id: str, place: Place, text: str = "") -> list[str]:
        """The projects at one place of a plan, in the order of the sheet."""
        return plan_sums.project_ids(self._office.database, plan_id or None, place, text)

    def projects(self, ids: Sequence[str]) -> list[tuple[Row, dict[int, YearMoney]]]:
        """These projects with their money by fiscal year, in this order."""
        money = plan_sums.project_money(self._office.database, ids)
        return [(row, money.get(row.id, {})) for row in self._office.store.rows("project", list(ids))]

    # Editions

    def editions(self, plan_id: str) -> list[Row]:
        """The additions, changes and corrections of a plan, the latest first."""
        rows = self._office.store.find(Query("plan", filters=(Filter("amends", "eq", plan_id),))).rows
        return sorted(rows, key=lambda row: edition_order(str(row.fields.get("number", ""))), reverse=True)

    def edition_name(self, edition: Row) -> str:
        """How people call an edition: แก้ไข 2/2568."""
        return plan_compare.name_of(edition, self._office)

    def compare(self, edition_id: str) -> Comparison:
        """What an edition adds, changes and takes away, old beside new. Raises Correctable when there is no such plan here."""
        return plan_compare.compare(self._office, edition_id)

    def amend(self, project_id: str, edition_id: str) -> Row:
        """Begins to change a project in an edition: what it says now is put aside with its money, and the project itself goes on.

        The project keeps its id, so contracts, budget lines and steps stay with it. One act, which undo takes back. Raises Correctable when
        one of them is not here, or the project is of that edition already.
        """
        office = self._office
        row, edition = office.records.get("project", project_id), office.records.get("plan", edition_id)
        if row.fields.get("amendment") == edition_id:
            raise Correctable(
                Words("โครงการนี้อยู่ในฉบับนี้แล้ว", "Already of this edition"),
                Words(
                    "โครงการนี้แก้ไขใน “{edition}” อยู่แล้ว ไม่มีอะไรเปลี่ยนแปลง เปิดโครงการแล้วแก้ไขต่อได้เลย",
                    "The project is being changed in “{edition}” already; nothing was changed. Open it and go on.",
                ).filled(edition=self.edition_name(edition)),
            )
        budgets = [one for one in office.store.by_key("project_budget", {"project": row.id}) if not one.deleted]
        label = _AMEND.filled(title=office.records.title(row), edition=self.edition_name(edition))
        with office.store.act(office.enrolled.account, label) as act:
            before = office.store.save(row.stream, "project", None, row.fields, act=act)
            for budget in budgets:
                office.store.save(row.stream, "project_budget", None, {**budget.fields, "project": before.id}, act=act)
            return office.store.save(row.stream, "project", row.id, {"amendment": edition_id, "replaces": before.id}, act=act)

    # Stages

    def stages(self, year: int | None, stream: str | None = None) -> StageSummary:
        """The e-Plan summary of a fiscal year (พ.ศ.), or of all years together."""
        database = self._office.database
        sums = plan_sums.stage_sums(database, year, stream)
        strategies = {row.id: row for row in self._office.store.rows("strategy", [one.strategy for one in sums if one.strategy])}
        paid = plan_sums.paid_by_quarter(database, year, stream) if year is not None else None
        return eplan.summary(year, sums, strategies, paid)

    def behind(
        self, year: int | None, stage: int, stream: str | None = None, *, strategy: str | None = None, of_all: bool = False
    ) -> list[str]:
        """The ids of the projects behind a figure of the summary: those of a strategy (None: of none), or `of_all`, at a stage (0 to 4)."""
        return plan_sums.stage_projects(self._office.database, year, stage, stream, strategy=strategy, of_all=of_all)

    def facts(self, ids: Sequence[str]) -> dict[str, ProjectFacts]:
        """What is recorded of these projects' money and the stages they reached; those of which nothing is are left out."""
        return plan_sums.project_facts(self._office.database, ids)


_PARTS = ("strategy", "tactic", "plan_programme")


def _period(row: Row) -> tuple[int | None, int | None]:
    first, last = row.fields.get("first_year"), row.fields.get("last_year")
    return first if isinstance(first, int) else None, last if isinstance(last, int) else None
