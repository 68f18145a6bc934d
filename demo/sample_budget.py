"""Two years of a sample office's budget: lines, transfers, contracts, payments inside what is left, revenue and what came of it."""

from datetime import date, timedelta

from demo import sample_words as words
from demo.sample_maker import SATANG, FundedProject, Maker, SampleRecord
from records.catalogue.budget_tree import SIDE_OF
from records.thai.fiscal import fiscal_year_bounds

_ROUTINE = (
    ("general_administration", "บริหารทั่วไป", "personnel", "เงินเดือน (ฝ่ายประจำ)", "เงินเดือนพนักงาน", 8_400_000, True),
    ("general_administration", "บริหารทั่วไป", "operations", "ค่าใช้สอย", "ค่าใช้สอยสำนักปลัด", 1_950_000, True),
    ("general_administration", "บริหารงานคลัง", "personnel", "เงินเดือน (ฝ่ายประจำ)", "เงินเดือนพนักงานกองคลัง", 2_160_000, True),
    ("internal_peace", "ป้องกันและบรรเทาสาธารณภัย", "operations", "ค่าวัสดุ", "ค่าวัสดุป้องกันและบรรเทาสาธารณภัย", 380_000, False),
    ("education", "ระดับก่อนวัยเรียนและประถมศึกษา", "subsidy", "เงินอุดหนุนส่วนราชการ", "อุดหนุนอาหารกลางวันโรงเรียน", 2_640_000, True),
    ("public_health", "บริการสาธารณสุขและงานสาธารณสุขอื่น", "operations", "ค่าใช้สอย", "ค่าจัดการขยะมูลฝอย", 1_120_000, True),
    ("central_fund", "งบกลาง", "central", "งบกลาง", "เบี้ยยังชีพผู้สูงอายุ", 9_800_000, True),
    ("central_fund", "งบกลาง", "central", "งบกลาง", "เบี้ยยังชีพความพิการ", 1_760_000, True),
    ("central_fund", "งบกลาง", "central", "งบกลาง", "สำรองจ่าย", 900_000, False),
    ("agriculture", "ส่งเสริมการเกษตร", "operations", "ค่าใช้สอย", "ส่งเสริมเกษตรกรรุ่นใหม่", 210_000, False),
)
"""Lines of every year: programme, งาน, งบ, หมวด, name, baht, whether it is paid regularly."""
_WORKS = {
    "industry_works": "ก่อสร้าง", "housing_community": "ไฟฟ้าและประปา", "agriculture": "ส่งเสริมการเกษตร", "social_work": "สวัสดิการสังคมและสังคมสงเคราะห์",
    "public_health": "บริการสาธารณสุขและงานสาธารณสุขอื่น", "strong_community": "ส่งเสริมและสนับสนุนความเข้มแข็งชุมชน", "education": "ระดับก่อนวัยเรียนและประถมศึกษา",
    "religion_culture": "กีฬาและนันทนาการ", "internal_peace": "ป้องกันและบรรเทาสาธารณภัย", "general_administration": "บริหารงานคลัง",
}  # fmt: skip
"""The งาน that pays the projects of a programme."""
_REVENUE = (
    ("taxes", "ภาษีที่ดินและสิ่งปลูกสร้าง", 1_350_000), ("fees", "ค่าธรรมเนียมเก็บและขนมูลฝอย", 320_000),
    ("fees", "ค่าธรรมเนียมใบอนุญาต", 96_000), ("utilities", "รายได้จากกิจการประปา", 410_000), ("property", "ดอกเบี้ยเงินฝากธนาคาร", 145_000),
    ("shared_taxes", "ภาษีมูลค่าเพิ่ม 1 ใน 9", 9_900_000),
)  # fmt: skip
"""Lines of revenue beside the grant, which makes up what the expenditure needs."""
_INVESTMENT = 200_000 * SATANG
"""Projects that cost more are investments."""


class Budget:
    """Makes the budget of last year and of this one; used once."""

    def __init__(self, make: Maker) -> None:
        self._make = make
        self._voucher = 0
        self._contract = 0

    def fill(self) -> None:
        """Makes both years."""
        make = self._make
        before: dict[str, int] = {}
        for year in (make.year - 1, make.year):
            self._voucher = self._contract = 0
            begin, end = fiscal_year_bounds(year)
            last = min(end, make.today)
            routine = [self._routine(year, *one) for one in _ROUTINE]
            paying = [(project, self._project(project)) for project in make.funded if project.year == year]
            self._transfers(year, routine, begin, last)
            for (*_, is_regular), line in zip(_ROUTINE, routine, strict=True):
                if is_regular:
                    self._pay_regularly(year, line, begin, last)
            self._contracts(year, paying, last)
            total = sum(_amount(line) for line in routine) + sum(project.amount for project, _ in paying)
            before = self._revenue(year, total, before, begin, last)
            make.record(
                "fiscal_year", year=year, ordinance_name=f"ข้อบัญญัติงบประมาณรายจ่ายประจำปี พ.ศ. {year}", ordinance_number=f"1/{year - 1}",
                state="in_force", revenue_estimate=total, expenditure_total=total, adopted_on=f"{year - 544}-09-15",
                effective_on=begin.isoformat(),
            )  # fmt: skip

    # Expenditure ------------------------------------------------------------------------------------------------------------------

    def _routine(self, year: int, programme: str, work: str, group: str, category: str, name: str, baht: int, _: bool) -> SampleRecord:
        amount = baht if year == self._make.year else baht * 95 // 100 // 1000 * 1000
        return self._make.record(
            "budget_line", fiscal_year=year, side=SIDE_OF[programme], programme=programme, work=f"งาน{work}", budget_group=group,
            category=category, name=name, amount=amount * SATANG, source="เงินรายได้และเงินอุดหนุนทั่วไป",
        )  # fmt: skip

    def _project(self, project: FundedProject) -> SampleRecord:
        is_works = project.amount >= _INVESTMENT and project.division == "กองช่าง"
        return self._make.record(
            "budget_line", fiscal_year=project.year, side=SIDE_OF[project.programme], programme=project.programme,
            work=f"งาน{_WORKS[project.programme]}", budget_group="investment" if is_works else "operations",
            category="ค่าที่ดินและสิ่งก่อสร้าง" if is_works else "ค่าใช้สอย", kind="ค่าก่อสร้างสิ่งสาธารณูปโภค" if is_works else "รายจ่ายเกี่ยวเนื่องกับการปฏิบัติราชการ",
            name=project.title, project=project.id, amount=project.amount, source="เงินอุดหนุนทั่วไป",
        )  # fmt: skip

    def _transfers(self, year: int, lines: list[SampleRecord], begin: date, last: date) -> None:
        """Money moved between lines of the year; of this year's the last is only proposed."""
        wanted = ((0, 3, 120_000, "จัดซื้อวัสดุป้องกันน้ำท่วมเพิ่มเติม"), (1, 5, 85_000, "ปริมาณขยะเพิ่มขึ้น"), (8, 9, 40_000, "ฝึกอบรมเพิ่มหนึ่งรุ่น"))
        for number, (giver, taker, baht, reason) in enumerate(wanted, 1):
            is_open = year == self._make.year and number == len(wanted)
            approved_on = begin + (last - begin) * number // (len(wanted) + 1)
            self._make.record(
                "budget_transfer", fiscal_year=year, number=f"{number}/{year}", kind="transfer", from_line=lines[giver].id, to_line=lines[taker].id,
                amount=baht * SATANG, reason=reason, state="proposed" if is_open else "approved", approved_by=None if is_open else "executive",
                approved_on=None if is_open else approved_on.isoformat(), document=None if is_open else f"บันทึกข้อความ สป {40 + number}/{year}",
            )  # fmt: skip

    def _pay_regularly(self, year: int, line: SampleRecord, begin: date, last: date) -> None:
        """Pays a line quarter by quarter in the year that is over, month by month in this one."""
        step, parts = (91, 4) if year < self._make.year else (30, 12)
        day = begin + timedelta(days=step - 3)
        while day <= last:
            self._pay(year, line.id, _amount(line) * 94 // 100 // parts // SATANG * SATANG, day, "ตามรายชื่อผู้มีสิทธิรับเงิน", None)
            day += timedelta(days=step)

    def _pay(self, year: int, line: str, amount: int, day: date, payee: str, contract: str | None) -> None:
        self._voucher += 1
        self._make.record(
            "disbursement", fiscal_year=year, budget_line=line, contract=contract, voucher_number=f"ฎ.{self._voucher:03d}/{year}",
            elaas_number=f"{year}{self._voucher:05d}", paid_on=day.isoformat(), amount=amount, payee=payee,
        )  # fmt: skip

    def _contracts(self, year: int, paying: list[tuple[FundedProject, SampleRecord]], last: date) -> None:
        make = self._make
        for project, line in paying:
            if not project.contracted:
                continue
            self._contract += 1
            is_over = project.paid == project.contracted
            due = project.signed_on + timedelta(days=make.chance.choice((60, 90, 120)))
            vendor = make.chance.choice(words.VENDORS)
            contract = make.record(
                "contract", number=f"{self._contract}/{year}", subject="จ้าง" + project.title.removeprefix("โครงการ"), project=project.id,
                budget_line=line.id, vendor=vendor, method="e_bidding" if project.contracted >= 500_000 * SATANG else "specific",
                egp_number=f"{year % 100}{make.chance.randint(100_000_000, 999_999_999)}", amount=project.contracted,
                signed_on=project.signed_on.isoformat(), starts_on=(project.signed_on + timedelta(days=1)).isoformat(), due_on=due.isoformat(),
                instalments=2, guarantee=project.contracted * 5 // 100, state="accepted" if is_over else "signed",
            )  # fmt: skip
            if project.paid:
                halves = (project.contracted // 2, project.contracted - project.contracted // 2)
                for place, amount in enumerate(halves[: 2 if is_over else 1]):
                    day = project.signed_on + (last - project.signed_on) * (place + 1) // 3
                    self._pay(year, line.id, amount, day, vendor, contract.id)
            if year < make.year and not is_over:
                self._carry_over(year, line, contract, project)

    def _carry_over(self, year: int, line: SampleRecord, contract: SampleRecord, project: FundedProject) -> None:
        end = fiscal_year_bounds(year)[1]
        self._make.record(
            "carry_over", fiscal_year=year, budget_line=line.id, contract=contract.id, amount=project.contracted - project.contracted // 2,
            approved_on=(end - timedelta(days=12)).isoformat(), approved_by="นายกองค์การบริหารส่วนตำบล",
            until=fiscal_year_bounds(year + 1)[1].isoformat(), reason="ผู้รับจ้างส่งมอบงานงวดสุดท้ายไม่ทันภายในปีงบประมาณเพราะฝนตกชุก", state="approved",
        )  # fmt: skip

    # Revenue ----------------------------------------------------------------------------------------------------------------------

    def _revenue(self, year: int, total: int, before: dict[str, int], begin: date, last: date) -> dict[str, int]:
        """The lines of revenue of a year; returns what each brought."""
        make, is_over = self._make, year < self._make.year
        others = [(category, name, baht * SATANG) for category, name, baht in _REVENUE]
        grant = total - sum(estimate for *_, estimate in others)
        came: dict[str, int] = {}
        for place, (category, name, estimate) in enumerate([*others, ("general_grant", "เงินอุดหนุนทั่วไป", grant)], 1):
            days = [begin + timedelta(days=number) for number in ((45, 135, 225, 315) if is_over else (20, 40, 100, 190, 280))]
            days = [day for day in days if day <= last]
            share = make.chance.uniform(0.92, 1.04) / 4 if is_over else make.chance.uniform(0.06, 0.12)
            amount = round(estimate * share / SATANG) * SATANG
            line = make.record(
                "revenue_line", fiscal_year=year, category=category, name=name, estimate=estimate, received=amount * len(days),
                received_until=last.isoformat(), previous=before.get(name),
            )  # fmt: skip
            for number, day in enumerate(days, 1):
                make.record(
                    "revenue_receipt", revenue_line=line.id, fiscal_year=year, received_on=day.isoformat(), amount=amount,
                    elaas_number=f"ร{year}{place:02d}{number:02d}",
                )  # fmt: skip
            came[name] = amount * len(days)
        return came


def _amount(line: SampleRecord) -> int:
    return int(str(line.fields["amount"]))
