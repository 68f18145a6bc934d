"""The people of a sample office: citizens, positions of the law, who holds them, an acting clerk, a vacant seat, terms that end soon."""

from datetime import date, timedelta

from demo import sample_words as words
from demo.sample_maker import Maker, SampleRecord, full_name
from records.kinds import Json
from records.positions import SAO_LAW, standard_positions

PEOPLE = 40
CHIEF, DEPUTIES, SECRETARY, COUNCIL, FORMER_CLERK, ACTING_CLERK, HEADS, OFFICERS = 0, 1, 3, 4, 12, 13, 14, 20
"""Where in the list of citizens those begin who hold office."""
DAYS_LEFT = 110
"""Days until the four years of those elected are over."""
VACANT_FOR = 40
"""Days since the seat of one councillor is empty."""


def people(make: Maker) -> None:
    """The register of persons, with one who stands in it twice."""
    for _ in range(PEOPLE):
        prefix, first, last = make.name()
        born = make.today - timedelta(days=make.chance.randint(22 * 365, 82 * 365))
        make.citizens.append(
            make.record(
                "person",
                prefix=prefix,
                first_name=first,
                last_name=last,
                citizen_id=make.citizen_id(),
                birth_date=born.isoformat(),
                phone=make.phone(),
                **make.address(),
            )
        )
    twice = make.citizens[-3]
    make.record(
        "person", prefix=twice.fields["prefix"], first_name=twice.fields["first_name"], last_name=twice.fields["last_name"],
        phone=twice.fields["phone"], note="ลงทะเบียนจากคำขอทางโทรศัพท์",
    )  # fmt: skip


class Seats:
    """Fills the positions of the office."""

    def __init__(self, make: Maker) -> None:
        self._make = make
        self._positions: dict[str, SampleRecord] = {}
        today = make.today
        # Never 29 February: four years before or after there may be none.
        self._elected = (date(today.year - 4, today.month, min(today.day, 28)) + timedelta(days=DAYS_LEFT)).replace(day=14)

    def fill(self) -> None:
        """Makes positions, terms, the council's term, a handover and the checks of one who will stand again."""
        make = self._make
        for one in standard_positions("sao", villages=len(make.villages)):
            self._position(one.name, one.body, one.rank, one.quota, one.law_ref or None)
        for name, division in words.HEADS:
            self._position(name, "permanent", "division_head", 1, None, division)
        self._position(words.OFFICER, "permanent", "officer", None, None, "สำนักปลัด")
        self._executive()
        self._council()
        self._staff()
        self._papers()

    def _position(self, name: str, body: str, rank: str, quota: int | None, law: str | None, division: str | None = None) -> None:
        self._positions[rank if rank != "division_head" else name] = self._make.record(
            "position", name=name, body=body, rank=rank, office_type="sao", quota=quota, law_ref=law, division=division
        )

    def _term(self, place: int, rank: str, how: str, begin: date, end: date | None = None, **more: Json) -> None:
        person, position = self._make.citizens[place], self._positions[rank]
        self._make.record(
            "term", person=person.id, person_name=full_name(person), position=position.id, position_name=position.fields["name"],
            how_obtained=how, begin=begin.isoformat(), end=end.isoformat() if end else None, **more,
        )  # fmt: skip

    def _executive(self) -> None:
        elected, before = self._elected, self._elected - timedelta(days=1)
        self._term(
            FORMER_CLERK + 20,
            "chief_executive",
            "elected_directly",
            date(elected.year - 4, elected.month, elected.day),
            before,
            end_reason="end_of_term",
        )
        self._term(
            CHIEF, "chief_executive", "elected_directly", elected, consecutive=1, order_number=f"ประกาศผลการเลือกตั้ง {elected.year + 543}"
        )
        for place in (DEPUTIES, DEPUTIES + 1):
            self._term(place, "deputy", "appointed", elected + timedelta(days=20), order_number=f"{place}/{elected.year + 543}")
        self._term(SECRETARY, "secretary", "appointed", elected + timedelta(days=20), order_number=f"9/{elected.year + 543}")

    def _council(self) -> None:
        make, elected = self._make, self._elected
        make.record("council_term", council="sao", begin=elected.isoformat(), begin_reason="election", size=len(make.villages))
        empty_since = make.today - timedelta(days=VACANT_FOR)
        for place in range(COUNCIL, COUNCIL + len(make.villages)):
            is_last = place == COUNCIL + len(make.villages) - 1
            if is_last:
                self._term(place, "councillor", "elected", elected, empty_since, end_reason="resigned", note="ลาออกไปทำงานต่างจังหวัด")
            else:
                self._term(place, "councillor", "elected", elected)
        self._term(COUNCIL, "council_chair", "elected_by_council", elected + timedelta(days=25))
        self._term(COUNCIL + 1, "council_deputy_chair", "elected_by_council", elected + timedelta(days=25))

    def _staff(self) -> None:
        make = self._make
        left = make.year_began - timedelta(days=1)
        if (make.today - left).days < 10:
            left = make.today - timedelta(days=10)
        self._term(FORMER_CLERK, "clerk", "appointed", date(left.year - 6, 10, 1), left, end_reason="retired")
        self._term(
            ACTING_CLERK, "clerk", "appointed", left + timedelta(days=1), acting=True, order_number=f"412/{left.year + 543}",
            order_date=left.isoformat(), note="รักษาราชการแทนจนกว่าจะมีผู้ได้รับแต่งตั้ง",
        )  # fmt: skip
        for place, (name, _) in enumerate(words.HEADS[:-1]):
            self._term(HEADS + place, name, "appointed", date(left.year - 5 + place, 4, 1))
        for place in range(OFFICERS, OFFICERS + 3):
            self._term(place, "officer", "appointed", date(left.year - place % 4, 6, 1))
        giver, taker = make.citizens[FORMER_CLERK], make.citizens[ACTING_CLERK]
        make.record(
            "duty_handover", position_name=self._positions["clerk"].fields["name"], from_person=giver.id, from_name=full_name(giver),
            to_person=taker.id, to_name=full_name(taker), on=left.isoformat(), items="งานสารบรรณและทะเบียนคุมหนังสือ\nตราประทับของ อบต. 2 ดวง\nงานที่ค้างดำเนินการ 4 เรื่อง",
            signed_by_giver=True, signed_by_taker=True, state="handed",
        )  # fmt: skip

    def _papers(self) -> None:
        """The present chief executive will stand again; what the statute asks is looked at in time."""
        make, who = self._make, self._make.citizens[CHIEF]
        for rule, section, result, evidence in (
            ("อายุไม่ต่ำกว่า 35 ปีนับถึงวันเลือกตั้ง", "มาตรา 58/1", "pass", "สำเนาบัตรประจำตัวประชาชน"),
            ("มีชื่อในทะเบียนบ้านไม่น้อยกว่าหนึ่งปี", "มาตรา 58/1", "pass", "สำเนาทะเบียนบ้าน ตรวจกับสำนักทะเบียนอำเภอ"),
            ("ดำรงตำแหน่งติดต่อกันไม่เกินสองวาระ", "มาตรา 58/2", "unknown", None),
        ):
            make.record(
                "qualification_check", person=who.id, person_name=full_name(who), rule=rule, law_ref=f"{SAO_LAW} {section}", result=result,
                evidence=evidence, checked_by=full_name(make.citizens[OFFICERS]), checked_on=make.today.isoformat(),
            )  # fmt: skip
