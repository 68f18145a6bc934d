"""What a sample office does at its counter: services with papers and steps, requests in every state with their measured steps, receipts."""

from collections import defaultdict
from datetime import UTC, date, datetime, time, timedelta

from demo import sample_words as words
from demo.sample_maker import SATANG, Maker, SampleRecord, full_name
from demo.sample_people import OFFICERS
from records.kinds import Json
from records.kinds.times import rfc3339
from records.rules.receipts import sums_of
from records.thai.dates import BANGKOK, today_in_thailand
from records.thai.fiscal import fiscal_year_of
from records.tracking import tracking_number

REQUESTS = 64
DAYS = 60
"""Calendar days of requests and receipts."""
BOOK = "1"
BLOCK = 500
OVERDUE = 2
"""Requests that are left late on purpose."""
_OPEN = ("received", "checking", "waiting_citizen", "waiting_citizen", "approval", "done")
_CLOSED = ("done", "done", "done", "done", "rejected", "cancelled")
_STEPS_DONE = {"received": 0, "checking": 1, "waiting_citizen": 0, "approval": 2, "cancelled": 0}
"""Steps behind a request in a state; all for what is done or rejected."""
_RECENT_DAYS = 5


class Counter:
    """Makes the work of the counter; used once."""

    def __init__(self, make: Maker) -> None:
        self._make = make
        self._papers: dict[str, list[SampleRecord]] = defaultdict(list)
        self._steps: dict[str, list[SampleRecord]] = defaultdict(list)
        self._late = 0
        self._paying: list[tuple[date, SampleRecord, words.ServiceIdea]] = []

    def fill(self) -> None:
        """Makes services, then requests from the oldest on, then the receipts of the last days."""
        services = [self._service(idea) for idea in words.SERVICES]
        self._fees()
        chance = self._make.chance
        backs = sorted((chance.randint(0, DAYS) for _ in range(REQUESTS)), reverse=True)
        for number, back in enumerate(backs):
            place = number % len(services)
            self._request(words.SERVICES[place], services[place], back, number)
        self._receipts()

    def _service(self, idea: words.ServiceIdea) -> SampleRecord:
        make = self._make
        service = make.record(
            "service", code=idea.code, name=idea.name, division=idea.division, target_minutes=idea.minutes, legal_limit_days=idea.days,
            fee=idea.baht * SATANG, state="open", valid_from=f"{make.today.year - 1}-10-01",
        )  # fmt: skip
        for order, paper in enumerate(idea.papers, 1):
            self._papers[idea.code].append(make.record("service_document", service=service.id, order=order, name=paper, required=True))
        for order, (name, owner, share) in enumerate(words.STEPS, 1):
            minutes = max(idea.minutes * share // 10, 1)
            step = make.record(
                "service_step", service=service.id, order=order, name=name, owner=owner or idea.division, target_minutes=minutes
            )
            self._steps[idea.code].append(step)
        return service

    # Requests ---------------------------------------------------------------------------------------------------------------------

    def _request(self, idea: words.ServiceIdea, service: SampleRecord, back: int, number: int) -> None:
        make, chance = self._make, self._make.chance
        day = make.workday(make.today - timedelta(days=back))
        received = datetime.combine(day, time(8, 30), BANGKOK) + timedelta(minutes=chance.randint(0, 440))
        received = min(received, make.now).astimezone(UTC)
        due = make.calendar.after(day, idea.days)
        state = self._state(idea, back, due)
        applicant, village = chance.choice(make.citizens[OFFICERS + 3 :]), chance.choice(make.villages)
        steps, closed = self._work(idea, state, received)
        request = make.record(
            "service_request", tracking_number="", subject=chance.choice(idea.subjects).format(street=f"{chance.choice(words.STREETS)} หมู่ {village.moo}"),
            service=service.id, channel=chance.choice(("counter", "counter", "counter", "phone", "line", "letter")), received_at=rfc3339(received),
            due=due.isoformat(), applicant=applicant.id, applicant_name=full_name(applicant), citizen_id=applicant.fields["citizen_id"],
            phone=applicant.fields["phone"], place=f"{village.name} หมู่ที่ {village.moo}", division=idea.division, officer=self._officer(number),
            state=state, closed_on=closed.isoformat() if closed else None, result=_RESULTS.get(state),
            missing_notified_at=rfc3339(received + timedelta(minutes=20)) if state == "waiting_citizen" else None,
        )  # fmt: skip
        request.fields["tracking_number"] = tracking_number(request.id, day, lambda _: False)
        for paper in self._papers[idea.code]:
            is_missing = state == "waiting_citizen" and paper is self._papers[idea.code][-1]
            make.record(
                "request_document", request=request.id, service_document=paper.id, name=paper.fields["name"],
                state="missing" if is_missing else "received",
            )  # fmt: skip
        for step in steps:
            make.record("request_step", request=request.id, officer=self._officer(number), **step)
        if idea.baht and state == "done" and closed:
            self._paying.append((closed, request, idea))

    def _officer(self, number: int) -> str:
        return full_name(self._make.citizens[OFFICERS + number % 3])

    def _state(self, idea: words.ServiceIdea, back: int, due: date) -> str:
        chance = self._make.chance
        state = chance.choice(_CLOSED if back > DAYS // 3 else _OPEN)
        if state == "waiting_citizen" and not idea.papers:
            state = "checking"
        if state in ("done", "approval", "rejected") and back < _RECENT_DAYS:
            return "received"
        if due < self._make.today and state in ("received", "checking", "approval"):
            self._late += 1
            return state if self._late <= OVERDUE else "done"
        return state

    def _work(self, idea: words.ServiceIdea, state: str, received: datetime) -> tuple[list[dict[str, Json]], date | None]:
        """The steps of a request in a state, and the day it was closed; None while it is open."""
        make, manual = self._make, self._steps[idea.code]
        made: list[dict[str, Json]] = []
        is_over, begin = state in ("done", "rejected"), received
        behind = len(manual) if is_over else _STEPS_DONE[state]
        for place, step in enumerate(manual[: behind + (0 if is_over else 1)]):
            target = int(str(step.fields["target_minutes"]))
            fields = {"step": step.fields["name"], "service_step": step.id, "target_minutes": target, "started_at": rfc3339(begin)}
            end = make.calendar.after_minutes(begin, max(1, round(target * make.chance.uniform(0.4, 1.15))))
            if place < behind:
                result = "failed" if state == "rejected" and place == behind - 1 else "passed"
                fields |= {"ended_at": rfc3339(end), "result": result}
                begin = make.calendar.after_minutes(end, make.chance.randint(5, 240))
            elif state == "cancelled":
                fields |= {"ended_at": rfc3339(end), "result": "incomplete"}
            elif state == "waiting_citizen":
                fields["paused_at"] = rfc3339(begin + timedelta(minutes=15))
            made.append(fields)
        return made, today_in_thailand(end) if is_over or state == "cancelled" else None

    # Money ------------------------------------------------------------------------------------------------------------------------

    def _fees(self) -> None:
        make = self._make
        lines = {(str(one.fields["name"]), one.fields["fiscal_year"]): one.id for one in make.records if one.type == "revenue_line"}
        self._tariff = [
            make.record(
                "fee_item", code=code, name=name, amount=baht * SATANG, unit=unit, law_ref=law, valid_from=f"{make.today.year - 2}-10-01",
                revenue=lines[_REVENUE_OF.get(code, "ค่าธรรมเนียมใบอนุญาต"), make.year],
            )
            for code, name, baht, unit, law in words.FEES
        ]  # fmt: skip

    def _receipts(self) -> None:
        """Receipts of the last days, day by day and in the order of their numbers; all days but the last are handed over."""
        make = self._make
        last = make.workday(make.today)
        days = [
            day for back in range(12, -1, -1) if make.calendar.is_working(day := last - timedelta(days=back)) and day >= make.year_began
        ]
        number = 0
        for day in days:
            drafts = [self._draft(day, request, idea) for closed, request, idea in self._paying if closed == day]
            drafts += [self._usual() for _ in range(make.chance.randint(3, 6))]
            issued = []
            for draft, items in drafts:
                number += 1
                is_void = number == 7
                draft |= {
                    "fiscal_year": fiscal_year_of(day), "book": BOOK, "number": number, "issued_on": day.isoformat(),
                    "cashier": words.CASHIERS[0], "state": "void" if is_void else "issued",
                }  # fmt: skip
                if is_void:
                    draft |= {"void_reason": "พิมพ์ชื่อผู้ชำระผิด", "voided_by": "สมศรี ใจดี", "voided_on": day.isoformat()}
                issued.append((draft, items))
            self._issue(day, issued, is_handed_over=day != days[-1])
        make.record("number_block", book=BOOK, year=make.year, device="desk-1", from_number=1, to_number=BLOCK, used=number or None)

    def _draft(self, _: date, request: SampleRecord, idea: words.ServiceIdea) -> tuple[dict[str, Json], list[dict[str, Json]]]:
        fee = next(one for one in self._tariff if one.fields["amount"] == idea.baht * SATANG)
        item = {"fee_item": fee.id, "description": fee.fields["name"], "amount": fee.fields["amount"], "revenue": fee.fields["revenue"]}
        return {"payer": request.fields["applicant_name"], "request": request.id, "means": "cash"}, [item]

    def _usual(self) -> tuple[dict[str, Json], list[dict[str, Json]]]:
        """Somebody pays for rubbish, often for water too."""
        chance = self._make.chance
        rubbish, water = self._tariff[:2]
        months, cubes = chance.choice((1, 3, 12)), chance.randint(6, 48)
        wanted = [(rubbish, months)] if chance.random() < 0.5 else [(rubbish, months), (water, cubes)]
        items: list[dict[str, Json]] = [
            {"fee_item": fee.id, "description": fee.fields["name"], "quantity": count, "amount": int(str(fee.fields["amount"])) * count,
             "revenue": fee.fields["revenue"]}
            for fee, count in wanted
        ]  # fmt: skip
        means = chance.choice(("cash", "cash", "qr", "transfer"))
        reference = f"{chance.randint(100_000_000, 999_999_999)}" if means == "transfer" else None
        return {"payer": full_name(chance.choice(self._make.citizens)), "means": means, "means_ref": reference}, items

    def _issue(self, day: date, issued: list[tuple[dict[str, Json], list[dict[str, Json]]]], *, is_handed_over: bool) -> None:
        make = self._make
        for draft, items in issued:
            draft["amount"] = sum(int(str(item["amount"])) for item in items)
            draft["description"] = ", ".join(str(item["description"]) for item in items)
        remittance = None
        if is_handed_over:
            numbers = [int(str(draft["number"])) for draft, _ in issued]
            closed_at = datetime.combine(day, time(15, 50), BANGKOK)
            sums = {name: count for name, count in sums_of([draft for draft, _ in issued]).items() if count or name == "receipt_count"}
            remittance = make.record(
                "remittance", day=day.isoformat(), cashier=words.CASHIERS[0], round=1, fiscal_year=fiscal_year_of(day),
                numbers=f"เล่มที่ {BOOK} เลขที่ {min(numbers)}-{max(numbers)}", **sums, state="closed", closed_by=words.CASHIERS[0],
                closed_at=rfc3339(min(closed_at, make.now)),
            ).id  # fmt: skip
        for draft, items in issued:
            receipt = make.record("receipt", **draft, remittance=remittance)
            for order, item in enumerate(items, 1):
                make.record("receipt_item", receipt=receipt.id, order=order, **item)


_RESULTS = {"done": "ดำเนินการเรียบร้อยแล้ว แจ้งผู้ยื่นทางโทรศัพท์", "rejected": "เอกสารไม่ครบตามที่กฎหมายกำหนด", "cancelled": "ผู้ยื่นขอยกเลิกคำขอ"}
_REVENUE_OF = {"101": "ค่าธรรมเนียมเก็บและขนมูลฝอย", "102": "รายได้จากกิจการประปา"}
"""The revenue line of a fee by its code; all others are licences."""
