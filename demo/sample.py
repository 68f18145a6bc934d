"""Sample offices made from a seed: real places of geothai, invented people with valid check digits, and a year's usual work.

Pure: the same seed, number and instant give the same records, ids included. Gives wire fields by type, in an order in which a record comes
after those it refers to; whoever wants them saves them through the services or pushes them to a server.
"""

import random
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import geothai
from geothai.types import District, Province, Subdistrict

from demo import sample_words as words
from records.ids import new_id
from records.kinds import Json
from records.kinds.times import rfc3339
from records.thai.citizen import check_digit
from records.thai.dates import today_in_thailand
from records.thai.fiscal import fiscal_year_of

SATANG = 100
PEOPLE = 40
REQUESTS = 64
PROJECT_ROUNDS = 3
"""How often the list of project ideas is gone through, each time for other villages."""


@dataclass(frozen=True)
class SampleRecord:
    """One record to be saved."""

    type: str
    id: str
    fields: dict[str, Json]
    """Wire fields; complete."""


@dataclass(frozen=True)
class SampleOffice:
    """One office and what it has recorded."""

    stream: str
    """`office/<code>`, as its stream is named."""
    code: str
    """DLA code, 7 digits; invented, outside the codes in use."""
    name: str
    """`องค์การบริหารส่วนตำบล…`."""
    place: str
    """`อ.… จ.…` for the side bar."""
    province_code: str
    office: SampleRecord
    """The registry's record of the office; belongs into `central`."""
    records: tuple[SampleRecord, ...]
    """What lives in the office's own stream."""


def sample_offices(seed: int, count: int, now: datetime) -> tuple[SampleOffice, ...]:
    """Makes several offices in different districts of one province; `now` is aware."""
    chance = random.Random(seed)
    province = chance.choice(geothai.provinces())
    places = [(d, s) for d in geothai.districts(province.code) for s in geothai.subdistricts(d.code)]
    chosen = chance.sample(places, count)
    return tuple(_Office(seed * 1000 + number, province, district, tambon, now).made() for number, (district, tambon) in enumerate(chosen))


def sample_office(seed: int, now: datetime) -> SampleOffice:
    """Makes one office; `now` is aware."""
    return sample_offices(seed, 1, now)[0]


class _Office:
    """Makes one office; used once, its steps in the order of `made`."""

    def __init__(self, seed: int, province: Province, district: District, tambon: Subdistrict, now: datetime) -> None:
        self._chance = random.Random(seed)
        self._now = now.astimezone(UTC).replace(microsecond=0)
        self._today = today_in_thailand(now)
        self._year = fiscal_year_of(self._today)
        self._province, self._district, self._tambon = province, district, tambon
        self._records: list[SampleRecord] = []
        self._ids: dict[str, list[str]] = {}
        self._citizens: list[dict[str, Json]] = []
        self._villages: list[tuple[int, str]] = []

    def made(self) -> SampleOffice:
        code = f"9{self._tambon.code}"
        name = f"องค์การบริหารส่วนตำบล{self._tambon.name_th}"
        office = self._record(
            "office", type="sao", name_th=self._tambon.name_th, name_en=self._tambon.name_en, code=code,
            province_code=self._province.code, province=self._province.name_th, amphoe=self._district.name_th, tambon=self._tambon.name_th,
            status="active", stream=f"office/{code}",
        )  # fmt: skip
        self._records.clear()
        self._registry(office.id, name)
        self._people()
        self._planning()
        self._budget()
        self._services()
        self._manuals()
        place = f"อ.{self._district.name_th} จ.{self._province.name_th}"
        return SampleOffice(f"office/{code}", code, name, place, self._province.code, office, tuple(self._records))

    def _record(self, record_type: str, /, **fields: Json) -> SampleRecord:
        made = SampleRecord(record_type, new_id(self._now, self._chance.randbytes), {k: v for k, v in fields.items() if v is not None})
        self._records.append(made)
        self._ids.setdefault(record_type, []).append(made.id)
        return made

    def _day(self, before: int, after: int = 0) -> date:
        """A day at most so many days before or after today."""
        return self._today + timedelta(days=self._chance.randint(-before, after))

    def _phone(self) -> str:
        return f"08{self._chance.randint(10_000_000, 99_999_999)}"

    def _address(self) -> dict[str, Json]:
        moo, _ = self._chance.choice(self._villages)
        return {
            "house_number": f"{self._chance.randint(1, 299)}/{self._chance.randint(1, 9)}", "moo": moo, "tambon": self._tambon.name_th,
            "amphoe": self._district.name_th, "province": self._province.name_th, "postcode": next(iter(self._tambon.postal_codes), None),
        }  # fmt: skip

    # Registry ---------------------------------------------------------------------------------------------------------------------

    def _registry(self, office: str, name: str) -> None:
        chance = self._chance
        self._villages = list(enumerate(chance.sample(words.VILLAGE_NAMES, 8), 1))
        households = [chance.randint(80, 420) for _ in self._villages]
        self._record(
            "office_profile", office=office, name=name, house_number="99", moo=1, tambon=self._tambon.name_th, amphoe=self._district.name_th,
            province=self._province.name_th, postcode=next(iter(self._tambon.postal_codes), None), phone=f"0{chance.randint(30_000_000, 77_999_999)}",
            email="saraban@example.go.th", households=sum(households), population=sum(households) * 3, counted_on=f"{self._today.year - 1}-12-31",
            revenue=chance.randint(28, 62) * 1_000_000 * SATANG, revenue_year=self._year - 1, size_class="medium",
            vision="ตำบลน่าอยู่ คุณภาพชีวิตดี มีส่วนร่วม โปร่งใส ใส่ใจสิ่งแวดล้อม",
        )  # fmt: skip
        for kind, division, short in words.DIVISIONS:
            self._record("division", name=division, kind=kind, abbreviation=short, phone=f"0{chance.randint(30_000_000, 77_999_999)}")
        for (moo, village), count in zip(self._villages, households, strict=True):
            self._record(
                "village", moo=moo, name=village, tambon=self._tambon.name_th, headman=self._full_name()[1], headman_phone=self._phone(),
                households=count, population=count * 3, counted_on=f"{self._today.year - 1}-12-31",
            )  # fmt: skip

    # People -----------------------------------------------------------------------------------------------------------------------

    def _full_name(self) -> tuple[tuple[str, str, str], str]:
        is_man = self._chance.random() < 0.5
        prefix = "นาย" if is_man else self._chance.choice(("นาง", "นางสาว"))
        first = self._chance.choice(words.MALE_NAMES if is_man else words.FEMALE_NAMES)
        last = self._chance.choice(words.LAST_NAMES)
        return (prefix, first, last), f"{prefix}{first} {last}"

    def _citizen_id(self) -> str:
        first = f"{self._chance.choice('1345')}{self._district.code}{self._chance.randint(0, 9_999_999):07d}"
        return first + check_digit(first)

    def _people(self) -> None:
        for _ in range(PEOPLE):
            (prefix, first, last), _name = self._full_name()
            born = self._today - timedelta(days=self._chance.randint(22 * 365, 82 * 365))
            person = self._record(
                "person", prefix=prefix, first_name=first, last_name=last, citizen_id=self._citizen_id(), birth_date=born.isoformat(),
                phone=self._phone(), **self._address(),
            )  # fmt: skip
            self._citizens.append({"id": person.id, **person.fields})
        for index, (name, body, rank, obtained) in enumerate(words.POSITIONS):
            position = self._record("position", name=name, body=body, rank=rank, office_type="sao", quota=1 if rank != "councillor" else 8)
            holder = self._citizens[index]
            self._record(
                "term", person=holder["id"], person_name=_name_of(holder), position=position.id, position_name=name, how_obtained=obtained,
                begin=f"{self._today.year - 2}-06-01",
            )  # fmt: skip

    # Planning ---------------------------------------------------------------------------------------------------------------------

    def _planning(self) -> None:
        first = self._year - (self._year - 2566) % 5
        plan = self._record(
            "plan", name=f"แผนพัฒนาท้องถิ่น (พ.ศ. {first}-{first + 4})", first_year=first, last_year=first + 4, edition="first", state="adopted",
            adopted_on=f"{first - 544}-06-15",
        )  # fmt: skip
        tactics: list[list[str]] = []
        for number, (name, of_it) in enumerate(words.STRATEGIES, 1):
            strategy = self._record("strategy", plan=plan.id, number=number, name=name)
            codes = [f"{number}.{index}" for index in range(1, len(of_it) + 1)]
            made = [self._record("tactic", plan=plan.id, strategy=strategy.id, code=c, name=n) for c, n in zip(codes, of_it, strict=True)]
            tactics.append([one.id for one in made])
        number = 0
        for _ in range(PROJECT_ROUNDS):
            for idea in words.PROJECTS:
                number += 1
                self._project(idea, number, plan.id, tactics, first)

    def _project(self, idea: words.ProjectIdea, number: int, plan: str, tactics: list[list[str]], first: int) -> None:
        chance = self._chance
        moo, village = chance.choice(self._villages)
        stage, status = chance.choice(
            (("planned", "planning"), ("planned", "planning"), ("approved", "in_progress"), ("contracted", "in_progress"),
             ("disbursed", "in_progress"), ("completed", "done"), ("planned", "postponed"))
        )  # fmt: skip
        project = self._record(
            "project", plan=plan, strategy=self._ids["strategy"][idea.strategy], tactic=chance.choice(tactics[idea.strategy]),
            programme=idea.programme, number=str(number), title="โครงการ" + idea.title.format(place=village, moo=moo),
            objective="เพื่อให้ประชาชนในพื้นที่ได้รับบริการสาธารณะอย่างทั่วถึงและมีคุณภาพชีวิตที่ดีขึ้น", target=f"ประชาชน {village} หมู่ที่ {moo}",
            kpi="ร้อยละ 80 ของประชาชนในพื้นที่ได้รับประโยชน์", expected_result="ประชาชนได้รับความสะดวกและมีความปลอดภัยในชีวิตและทรัพย์สิน",
            division=idea.division, source_of_money=chance.choice(("งบประมาณของ อปท.", "เงินอุดหนุนเฉพาะกิจ")), form="p02",
            location=f"{village} หมู่ที่ {moo} ตำบล{self._tambon.name_th}", stage=stage, status=status,
            status_since=self._day(200).isoformat(),
        )  # fmt: skip
        for year in range(first, first + 5):
            planned = int(idea.baht * chance.uniform(0.7, 1.3) / 1000) * 1000 * SATANG
            is_funded = year <= self._year and stage != "planned"
            self._record(
                "project_budget", project=project.id, fiscal_year=year, planned=planned,
                ordinance=planned * 9 // 10 if is_funded else None,
            )  # fmt: skip
        stages = ("planned", "approved", "contracted", "disbursed", "completed")
        for step in stages[: stages.index(stage) + 1]:
            self._record("project_step", project=project.id, stage=step, fiscal_year=self._year, happened_on=self._day(120).isoformat())

    # Budget -----------------------------------------------------------------------------------------------------------------------

    def _budget(self) -> None:
        chance = self._chance
        for year, state in ((self._year - 1, "in_force"), (self._year, "in_force")):
            total = chance.randint(32, 58) * 1_000_000 * SATANG
            self._record(
                "fiscal_year", year=year, ordinance_name=f"ข้อบัญญัติงบประมาณรายจ่ายประจำปี พ.ศ. {year}", state=state, revenue_estimate=total,
                expenditure_total=total, adopted_on=f"{year - 544}-09-15", effective_on=f"{year - 544}-10-01",
            )  # fmt: skip
        for side, programme, group, name, baht in (
            ("general", "general_administration", "personnel", "เงินเดือนพนักงาน", 8_400_000),
            ("general", "general_administration", "operations", "ค่าใช้สอยสำนักปลัด", 1_950_000),
            ("general", "internal_peace", "operations", "ค่าวัสดุป้องกันและบรรเทาสาธารณภัย", 380_000),
            ("social", "education", "subsidy", "อุดหนุนอาหารกลางวันโรงเรียน", 2_640_000),
            ("social", "public_health", "operations", "ค่าจัดการขยะมูลฝอย", 1_120_000),
            ("social", "social_work", "central", "เบี้ยยังชีพผู้สูงอายุ", 9_800_000),
            ("economic", "industry_works", "investment", "ก่อสร้างถนนคอนกรีตเสริมเหล็ก", 6_300_000),
            ("economic", "agriculture", "operations", "ส่งเสริมเกษตรกรรุ่นใหม่", 210_000),
        ):
            self._record(
                "budget_line", fiscal_year=self._year, side=side, programme=programme, budget_group=group, name=name, amount=baht * SATANG
            )
        for category, name, baht in (
            ("taxes", "ภาษีที่ดินและสิ่งปลูกสร้าง", 1_350_000), ("fees", "ค่าธรรมเนียมเก็บและขนมูลฝอย", 320_000),
            ("property", "ดอกเบี้ยเงินฝากธนาคาร", 145_000), ("shared_taxes", "ภาษีมูลค่าเพิ่ม 1 ใน 9", 7_900_000),
            ("general_grant", "เงินอุดหนุนทั่วไป", 21_500_000),
        ):  # fmt: skip
            received = round(baht * chance.uniform(0.1, 0.6)) * SATANG
            self._record(
                "revenue_line", fiscal_year=self._year, category=category, name=name, estimate=baht * SATANG, received=received,
                received_until=self._today.isoformat(),
            )  # fmt: skip
        for number in range(1, 9):
            self._contract(number)

    def _contract(self, number: int) -> None:
        chance = self._chance
        signed = self._day(160)
        amount = chance.randint(180, 1_900) * 1_000 * SATANG
        vendor = f"หจก. {chance.choice(words.LAST_NAMES)}ก่อสร้าง"
        line = chance.choice(self._ids["budget_line"])
        contract = self._record(
            "contract", number=f"{number}/{self._year}", subject="จ้าง" + chance.choice(words.PROJECTS[:5]).title.format(place="บ้านทุ่งใหญ่", moo=1),
            project=chance.choice(self._ids["project"]), budget_line=line, vendor=vendor, method=chance.choice(("e_bidding", "specific", "selection")),
            amount=amount, signed_on=signed.isoformat(), due_on=(signed + timedelta(days=120)).isoformat(), instalments=2, state="signed",
        )  # fmt: skip
        if chance.random() < 0.6:
            paid = min(signed + timedelta(days=60), self._today)
            self._record(
                "disbursement", fiscal_year=self._year, budget_line=line, contract=contract.id, voucher_number=f"ฎ.{number:03d}/{self._year}",
                paid_on=paid.isoformat(), amount=amount // 2, payee=vendor,
            )  # fmt: skip

    # Services ---------------------------------------------------------------------------------------------------------------------

    def _services(self) -> None:
        services = {
            idea.code: self._record(
                "service", code=idea.code, name=idea.name, division=idea.division, target_minutes=idea.minutes,
                legal_limit_days=idea.days, fee=idea.baht * SATANG if idea.baht else None, state="open", valid_from=f"{self._today.year - 1}-10-01",
            ).id
            for idea in words.SERVICES
        }  # fmt: skip
        days = sorted(self._chance.randint(0, 45) for _ in range(REQUESTS))
        for number, back in zip(range(1200 - REQUESTS, 1200), reversed(days), strict=True):
            idea = self._chance.choice(words.SERVICES)
            self._request(idea, services[idea.code], number, back)

    def _manuals(self) -> None:
        """What the citizens' manual says of each service: its papers and its steps. Made last, so that nothing drawn before changes."""
        for idea, service in zip(words.SERVICES, self._ids["service"], strict=True):
            for order, paper in enumerate(idea.papers, 1):
                self._record("service_document", service=service, order=order, name=paper, required=True)
            for order, (name, owner, share) in enumerate(words.STEPS, 1):
                self._record(
                    "service_step", service=service, order=order, name=name, owner=owner or idea.division, target_minutes=max(idea.minutes * share // 10, 1),
                )  # fmt: skip

    def _request(self, idea: words.ServiceIdea, service: str, number: int, back: int) -> None:
        chance = self._chance
        received = datetime.combine(self._today - timedelta(days=back), datetime.min.time(), UTC) + timedelta(
            minutes=chance.randint(90, 540)
        )
        received = min(received, self._now)
        applicant = chance.choice(self._citizens)
        moo, village = chance.choice(self._villages)
        state = chance.choice(("done", "done", "done", "rejected")) if back > 20 else chance.choice(_OPEN_STATES)
        due = self._today - timedelta(days=back) + timedelta(days=idea.days)
        is_over = state in ("done", "rejected")
        officer = _name_of(chance.choice(self._citizens[: len(words.POSITIONS)]))
        request = self._record(
            "service_request", tracking_number=f"ค{self._today.year + 543}/{number}",
            subject=chance.choice(idea.subjects).format(street=f"{chance.choice(words.STREETS)} หมู่ {moo}"), service=service,
            channel=chance.choice(("counter", "counter", "counter", "phone", "line", "letter")),
            received_at=rfc3339(received), due=due.isoformat(), applicant=applicant["id"],
            applicant_name=_name_of(applicant), citizen_id=applicant["citizen_id"], phone=applicant["phone"], place=f"{village} หมู่ที่ {moo}",
            division=idea.division, officer=officer, state=state,
            closed_on=min(due, self._today).isoformat() if is_over else None,
            result="ดำเนินการเรียบร้อยแล้ว แจ้งผู้ยื่นทางโทรศัพท์" if state == "done" else "เอกสารไม่ครบตามที่กฎหมายกำหนด" if is_over else None,
        )  # fmt: skip
        # No chance is taken here: what is drawn after it stays as it was.
        ended = received + timedelta(minutes=idea.minutes * (1 + number % 7) // 10 + 1)
        self._record(
            "request_step", request=request.id, step="รับคำขอและตรวจเอกสาร", officer=officer, started_at=request.fields["received_at"],
            ended_at=rfc3339(ended) if is_over and ended < self._now else None, target_minutes=max(idea.minutes * 3 // 10, 1),
            result=("passed" if state != "waiting_citizen" else "incomplete") if is_over else None,
        )  # fmt: skip
        if idea.baht and state == "done":
            self._receipt(request, idea)

    def _receipt(self, request: SampleRecord, idea: words.ServiceIdea) -> None:
        number = len(self._ids.get("receipt", ())) + 1
        self._record(
            "receipt", fiscal_year=self._year, book="1", number=number, issued_on=str(request.fields["received_at"])[:10],
            payer=request.fields["applicant_name"], request=request.id, description=f"ค่าธรรมเนียม{idea.name}", amount=idea.baht * SATANG,
            means="cash", cashier=_name_of(self._citizens[6]), state="issued",
        )  # fmt: skip


_OPEN_STATES = ("received", "received", "checking", "checking", "waiting_citizen", "approval", "done")


def _name_of(person: dict[str, Json]) -> str:
    return f"{person['prefix']}{person['first_name']} {person['last_name']}"
