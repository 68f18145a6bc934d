"""The development plan of a sample office: the plan, an addition and a change of it, its projects with their money, steps and results."""

from datetime import date, timedelta

from demo import sample_words as words
from demo.sample_maker import SATANG, FundedProject, Maker, SampleRecord
from records.thai.fiscal import fiscal_year_bounds

ROUNDS = 3
"""How often the list of project ideas is gone through, each time for other villages."""
YEARS = 5
_STAGES = ("planned", "approved", "contracted", "disbursed", "completed")
_FATES = (
    ("planned", "planning"), ("planned", "planning"), ("approved", "in_progress"), ("contracted", "in_progress"), ("disbursed", "in_progress"),
    ("completed", "done"), ("planned", "postponed"),
)  # fmt: skip
"""(stage, status), in turn."""
_CHANGED, _MERGED, _WITHOUT_KPI = (23, 30), 36, 40
"""Numbers of the projects that the change amends, of the one merged with the one before it, and of one whose KPI somebody forgot."""


class Plan:
    """Makes the plan; used once."""

    def __init__(self, make: Maker) -> None:
        self._make = make
        self._first = make.year - (make.year - 2566) % YEARS
        self._tactics: list[list[SampleRecord]] = []

    def fill(self) -> None:
        """Makes the plan and everything under it."""
        make, first = self._make, self._first
        name = f"แผนพัฒนาท้องถิ่น (พ.ศ. {first}-{first + YEARS - 1})"
        self._plan = make.record(
            "plan", name=name, first_year=first, last_year=first + YEARS - 1, edition="first", state="adopted", adopted_on=f"{first - 544}-06-15",
            vision="ตำบลน่าอยู่ คุณภาพชีวิตดี มีส่วนร่วม โปร่งใส ใส่ใจสิ่งแวดล้อม",
        )  # fmt: skip
        self._added, self._changed = (
            make.record(
                "plan", name=f"{name} {word} ครั้งที่ 1/{first + 1}", first_year=first, last_year=first + YEARS - 1, edition=edition,
                number=f"1/{first + 1}", amends=self._plan.id, state="adopted", adopted_on=f"{first - 543}-{month}-20",
            )
            for edition, word, month in (("added", "เพิ่มเติม", "02"), ("changed", "เปลี่ยนแปลง", "03"))
        )  # fmt: skip
        for place, (title, of_it) in enumerate(words.STRATEGIES, 1):
            strategy = make.record(
                "strategy", plan=self._plan.id, number=place, name=title, national="ด้านการสร้างโอกาสและความเสมอภาคทางสังคม"
            )
            self._tactics.append(
                [
                    make.record("tactic", plan=self._plan.id, strategy=strategy.id, code=f"{place}.{order}", name=one)
                    for order, one in enumerate(of_it, 1)
                ]
            )
        number = 0
        for round_ in range(ROUNDS):
            for place, idea in enumerate(words.PROJECTS):
                number += 1
                self._project(idea, number, (place + round_ * ROUNDS) % len(make.villages))
        for place, idea in enumerate(words.ADDED):
            number += 1
            self._project(idea, number, place, edition=self._added)
        self._merge()
        self._equipment()

    def _project(self, idea: words.ProjectIdea, number: int, place: int, edition: SampleRecord | None = None) -> None:
        make, village = self._make, self._make.villages[place]
        stage, status = _FATES[number % len(_FATES)] if edition is None else _FATES[0]
        tactic = self._tactics[idea.strategy][number % 2]
        fields = {
            "plan": self._plan.id, "strategy": tactic.fields["strategy"], "tactic": tactic.id, "programme": idea.programme, "number": str(number),
            "title": "โครงการ" + idea.title.format(place=village.name, moo=village.moo),
            "objective": "เพื่อให้ประชาชนในพื้นที่ได้รับบริการสาธารณะอย่างทั่วถึงและมีคุณภาพชีวิตที่ดีขึ้น",
            "target": f"ประชาชน {village.name} หมู่ที่ {village.moo} จำนวน {village.households} ครัวเรือน",
            "kpi": None if number == _WITHOUT_KPI else "ร้อยละ 80 ของประชาชนในพื้นที่ได้รับประโยชน์",
            "expected_result": "ประชาชนได้รับความสะดวกและมีความปลอดภัยในชีวิตและทรัพย์สิน", "division": idea.division,
            "source_of_money": make.chance.choice(("งบประมาณของ อปท.", "เงินอุดหนุนเฉพาะกิจ")), "form": "p02",
            "location": f"{village.name} หมู่ที่ {village.moo} ตำบล{make.tambon.name_th}", "stage": stage, "status": status,
            "status_since": make.day(200).isoformat(),
        }  # fmt: skip
        planned = {
            year: int(idea.baht * make.chance.uniform(0.7, 1.3) / 1000) * 1000 * SATANG for year in range(self._first, self._first + YEARS)
        }
        more = {"amendment": edition.id, "reason": "ประชาคมหมู่บ้านมีมติเสนอเพิ่มเติม"} if edition else {}
        if number in _CHANGED:
            said = {**fields, "title": str(fields["title"]).replace("หมู่ที่", "บางส่วน หมู่ที่"), "target": f"ประชาชน {village.name}"}
            before = make.record("project", **said)
            for year, amount in planned.items():
                make.record("project_budget", project=before.id, fiscal_year=year, planned=amount * 7 // 10 // SATANG * SATANG)
            more = {"amendment": self._changed.id, "replaces": before.id, "reason": "ราคาวัสดุก่อสร้างเปลี่ยนแปลง และขยายพื้นที่ดำเนินการ"}
        project = make.record("project", **{**fields, **more})
        self._money(project, stage, idea, planned)

    def _money(self, project: SampleRecord, stage: str, idea: words.ProjectIdea, planned: dict[int, int]) -> None:
        """The planned money of five years, the ordinance of one, and a step for every stage that was reached."""
        make, reached = self._make, _STAGES.index(stage)
        was_paid = any(one.year < make.year for one in make.funded)
        is_of_last_year = stage == "completed" or (stage == "disbursed" and not was_paid)
        funded_in = make.year - 1 if is_of_last_year and make.year > self._first else make.year
        ordinance = planned[funded_in] * 9 // 10 // SATANG * SATANG if reached else 0
        for year, amount in planned.items():
            make.record(
                "project_budget",
                project=project.id,
                fiscal_year=year,
                planned=amount,
                ordinance=ordinance if year == funded_in and ordinance else None,
            )
        contracted = ordinance * make.chance.randint(88, 99) // 100 // SATANG * SATANG if reached > 1 else 0
        paid = contracted if reached > 3 else contracted // 2 if reached > 2 else 0
        amounts = (planned[funded_in], ordinance, contracted, paid, paid)
        days = _days(make, funded_in)
        for place in range(reached + 1):
            document = (None, f"ข้อบัญญัติงบประมาณรายจ่าย พ.ศ. {funded_in}", "สัญญาจ้าง", "ฎีกาเบิกจ่าย", "รายงานตรวจรับงาน")[place]
            make.record(
                "project_step", project=project.id, stage=_STAGES[place], fiscal_year=funded_in, happened_on=days[place].isoformat(),
                amount=amounts[place], document=document,
            )  # fmt: skip
        if reached:
            title = str(project.fields["title"])
            make.funded.append(
                FundedProject(project.id, title, idea.division, idea.programme, funded_in, ordinance, contracted, paid, days[2])
            )
        if stage == "completed":
            score = make.chance.randint(74, 96)
            make.record(
                "evaluation", project=project.id, fiscal_year=funded_in, outcome="reached" if score >= 80 else "partly",
                kpi_result=f"ประชาชนได้รับประโยชน์ร้อยละ {score}", score=str(score), evaluated_on=min(days[4] + timedelta(days=20), make.today).isoformat(),
                evaluated_by="คณะกรรมการติดตามและประเมินผลแผนพัฒนาท้องถิ่น",
            )  # fmt: skip

    def _merge(self) -> None:
        """One project was merged with its neighbour; the link says so."""
        make = self._make
        projects = {str(one.fields["number"]): one for one in make.records if one.type == "project" and "replaces" not in one.fields}
        gone = projects[str(_MERGED)]
        gone.fields.update(status="merged", note=f"รวมกับลำดับที่ {_MERGED - 1}")
        make.record("project_link", project=gone.id, kind="merged", other=projects[str(_MERGED - 1)].id, note=f"รวมกับลำดับที่ {_MERGED - 1}")

    def _equipment(self) -> None:
        make = self._make
        for number, (name, kind, programme, division, baht, year) in enumerate(words.EQUIPMENT, 1):
            item = make.record(
                "equipment_item", plan=self._plan.id, programme=programme, number=str(number), kind=kind, name=name, division=division
            )
            make.record("equipment_budget", equipment_item=item.id, fiscal_year=self._first + year, planned=baht * SATANG)


def _days(make: Maker, year: int) -> tuple[date, date, date, date, date]:
    """The days on which a project of a year comes to its stages, all of them in that year and none to come."""
    begin, end = fiscal_year_bounds(year)
    last = min(end, make.today)
    span = max((last - begin).days, 0)
    signed = begin + timedelta(days=span * make.chance.randint(20, 55) // 100)
    paid = signed + (last - signed) * 6 // 10
    return begin - timedelta(days=90), begin, signed, paid, last
