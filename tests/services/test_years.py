"""Opening the next fiscal year: copied once, undone as a whole, every sum as it was."""

from decimal import Decimal
from pathlib import Path

import pytest

from desktop.services.office import Office
from desktop.services.year_opening import Opening
from desktop.storage.query import Filter, Query
from records.errors import Correctable
from records.kinds import Json
from records.words import Words
from tests.offices import STREAM, made_office
from tests.services.budgets import YEAR, budget, everything, save, sent, totals

NEXT = YEAR + 1


@pytest.mark.parametrize("seed", range(8))
def test_a_copied_tree_sums_to_the_same_at_every_level(office: Office, seed: int) -> None:
    budget(office, 60, seed)
    office.years.open_next(Opening(NEXT))
    assert totals(office, NEXT) == totals(office, YEAR)


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("is_sent", [False, True])
def test_opening_undone_leaves_everything_as_it_was(office: Office, seed: int, is_sent: bool) -> None:
    budget(office, 30, seed)
    before = everything(office)
    office.years.open_next(Opening(NEXT))
    assert len(everything(office)) > len(before)
    if is_sent:
        sent(office)
    taken = office.undo.last()
    assert taken.skipped == ()
    assert everything(office) == before


@pytest.mark.parametrize("seed", range(4))
def test_opening_twice_makes_nothing_twice(office: Office, seed: int) -> None:
    budget(office, 25, seed)
    office.years.open_next(Opening(NEXT))
    once, acts = everything(office), office.undo.acts()
    again = office.years.open_next(Opening(NEXT))
    assert (again.writes, everything(office)) == ((), once)
    assert office.undo.acts() == acts, "an opening that makes nothing is no act"


def test_two_desks_that_do_not_see_each_other_make_the_same_year(tmp_path: Path) -> None:
    one, other = made_office(tmp_path / "one"), made_office(tmp_path / "other")
    for desk in (one, other):
        with desk.store.act("somchai", Words("ก", "a")) as act:
            desk.store.save(STREAM, "fiscal_year", "01920000-0000-7000-8000-00000000000a", {"year": YEAR, "state": "in_force"}, act=act)
            line: dict[str, Json] = {"fiscal_year": YEAR, "name": "ค่าวัสดุ", "amount": 5}
            desk.store.save(STREAM, "budget_line", "01920000-0000-7000-8000-00000000000b", line, act=act)
        desk.years.open_next(Opening(NEXT))
    assert everything(one) == everything(other)
    one.close()
    other.close()


def test_an_opening_undone_after_it_was_sent_can_be_done_again(office: Office) -> None:
    budget(office, 10)
    office.years.open_next(Opening(NEXT))
    sent(office)
    once = everything(office)
    office.undo.last()
    sent(office)
    office.years.open_next(Opening(NEXT))
    assert everything(office) == once


def test_a_line_deleted_on_purpose_stays_deleted(office: Office) -> None:
    budget(office, 10)
    office.years.open_next(Opening(NEXT))
    sent(office)
    copied = office.store.find(Query("budget_line", filters=(Filter("fiscal_year", "eq", NEXT),))).rows
    office.records.delete("budget_line", copied[0].id)
    office.years.open_next(Opening(NEXT))
    assert copied[0].id not in everything(office)


def test_lines_made_by_hand_before_are_not_made_again(office: Office) -> None:
    save(office, "fiscal_year", year=YEAR, state="in_force")
    save(office, "budget_line", fiscal_year=YEAR, name="ค่าวัสดุ", amount=500)
    mine = save(office, "budget_line", fiscal_year=NEXT, name="ค่าวัสดุ", amount=700)
    office.years.open_next(Opening(NEXT))
    assert [row.id for row in office.store.find(Query("budget_line", filters=(Filter("fiscal_year", "eq", NEXT),))).rows] == [mine]


def test_amounts_are_left_empty_or_taken_at_a_percentage(office: Office) -> None:
    save(office, "fiscal_year", year=YEAR, state="in_force")
    save(office, "budget_line", fiscal_year=YEAR, name="ค่าวัสดุ", amount=1_000_05, elaas_code="5310")
    save(office, "revenue_line", fiscal_year=YEAR, name="ภาษี", estimate=900, received=1200, received_until="2026-09-30")
    made = office.years.preview(Opening(NEXT, amounts="percent", percent=Decimal("103.5"))).writes
    by_type = {write.type: write.fields for write in made}
    assert by_type["budget_line"] == {"fiscal_year": NEXT, "name": "ค่าวัสดุ", "amount": 103505}
    assert by_type["revenue_line"] == {"fiscal_year": NEXT, "name": "ภาษี", "previous": 1200, "estimate": 932}
    empty = {write.type: write.fields for write in office.years.preview(Opening(NEXT, amounts="empty")).writes}
    assert "amount" not in empty["budget_line"]
    with pytest.raises(Correctable):
        Opening(NEXT, amounts="percent", percent=Decimal(0))


def test_revenue_not_received_yet_is_compared_with_its_estimate(office: Office) -> None:
    save(office, "revenue_line", fiscal_year=YEAR, name="ภาษี", estimate=900)
    [revenue] = [write for write in office.years.preview(Opening(NEXT)).writes if write.type == "revenue_line"]
    assert revenue.fields["previous"] == 900


def plan_of(office: Office) -> tuple[str, str]:
    """A plan that ends with the year, with an amendment, a project that goes on and one that is done."""
    plan = save(office, "plan", name="แผนพัฒนาท้องถิ่น (พ.ศ. 2565-2569)", first_year=2565, last_year=2569, edition="first", state="adopted")
    added = save(office, "plan", name="แผนพัฒนาท้องถิ่น เพิ่มเติม 1/2567", first_year=2565, last_year=2569, edition="added", number="1/2567")
    strategy = save(office, "strategy", plan=plan, number=1, name="โครงสร้างพื้นฐาน")
    save(office, "strategy", plan=added, number=1, name="โครงสร้างพื้นฐาน")
    tactic = save(office, "tactic", plan=plan, strategy=strategy, code="1.1", name="ถนน")
    road = save(office, "project", plan=added, strategy=strategy, tactic=tactic, title="ถนน คสล.", status="in_progress", stage="approved")
    done = save(office, "project", plan=plan, strategy=strategy, tactic=tactic, title="ศาลา", status="done", stage="completed")
    save(office, "project_budget", project=road, fiscal_year=2569, planned=500, ordinance=450)
    return road, done


def test_a_plan_whose_period_ends_goes_on_with_the_projects_chosen(office: Office) -> None:
    save(office, "fiscal_year", year=YEAR, state="in_force")
    road, done = plan_of(office)
    save(office, "budget_line", fiscal_year=YEAR, name="ก่อสร้างถนน", amount=450, project=road)
    assert {row.id for row in office.years.going_on(NEXT)} == {road, done}
    worked = office.years.open_next(Opening(NEXT))
    assert worked.counts == {
        "fiscal_year": 1, "plan": 1, "strategy": 1, "tactic": 1, "project": 1, "project_budget": 1, "budget_line": 1
    }  # fmt: skip
    [plan] = office.store.find(Query("plan", filters=(Filter("first_year", "eq", 2570),))).rows
    assert plan.fields["name"] == "แผนพัฒนาท้องถิ่น (พ.ศ. 2570-2574)"
    assert (plan.fields["last_year"], plan.fields["state"]) == (2574, "drafting")
    [copy] = office.store.find(Query("project", filters=(Filter("plan", "eq", plan.id),))).rows
    strategy = office.store.get("strategy", str(copy.fields["strategy"]))
    assert strategy is not None
    assert (copy.fields["stage"], strategy.fields["plan"]) == ("planned", plan.id)
    [money] = office.store.find(Query("project_budget", filters=(Filter("project", "eq", copy.id),))).rows
    assert money.fields == {"project": copy.id, "fiscal_year": 2574, "planned": 500}
    [line] = office.store.find(Query("budget_line", filters=(Filter("fiscal_year", "eq", NEXT),))).rows
    assert line.fields["project"] == copy.id
    assert office.years.open_next(Opening(NEXT)).writes == ()


def test_chosen_projects_and_no_others_go_on(office: Office) -> None:
    road, done = plan_of(office)
    titles = [w.fields["title"] for w in office.years.preview(Opening(NEXT, projects=frozenset({done}))).writes if w.type == "project"]
    assert titles == ["ศาลา"]
    assert road not in titles


def test_a_plan_that_goes_on_for_years_is_left_alone(office: Office) -> None:
    save(office, "plan", name="แผน", first_year=2566, last_year=2570, edition="first")
    assert office.years.preview(Opening(NEXT)).counts == {"fiscal_year": 1}
    assert "plan" in office.years.preview(Opening(2571)).counts


def test_progress_is_told_and_may_stop_the_opening_with_nothing_written(office: Office) -> None:
    budget(office, 120)
    before, told = everything(office), []

    class Stop(Exception):
        pass

    def progress(done: int, total: int) -> None:
        told.append((done, total))
        if done >= 100:
            raise Stop

    with pytest.raises(Stop):
        office.years.open_next(Opening(NEXT), progress)
    assert told[0][0] == 0
    assert everything(office) == before


def test_ten_thousand_lines_are_opened_in_one_act_that_tells_how_far_it_is(office: Office) -> None:
    budget(office, 10_000)
    told: list[tuple[int, int]] = []
    acts = len(office.undo.acts(100))
    office.years.open_next(Opening(NEXT), lambda done, total: told.append((done, total)))
    assert totals(office, NEXT) == totals(office, YEAR)
    assert len(office.undo.acts(100)) == acts + 1
    assert len(told) > 100
    assert told == sorted(told)
    assert told[-1][0] == told[-1][1]
