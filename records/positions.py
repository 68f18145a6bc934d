"""Positions that the law gives to each type of office: names, bodies, ranks and how many may hold one at once. Pure data.

Numbers are advisory: they are shown with the law they come from and an office may keep its own. Seats of a provincial organisation follow
its population, those of a subdistrict organisation its villages; what is not known here has no number.
"""

from collections.abc import Mapping
from dataclasses import dataclass

PAO_LAW = "พ.ร.บ.องค์การบริหารส่วนจังหวัด พ.ศ. 2540"
MUNICIPAL_LAW = "พ.ร.บ.เทศบาล พ.ศ. 2496"
SAO_LAW = "พ.ร.บ.สภาตำบลและองค์การบริหารส่วนตำบล พ.ศ. 2537"
PATTAYA_LAW = "พ.ร.บ.ระเบียบบริหารราชการเมืองพัทยา พ.ศ. 2542"
BANGKOK_LAW = "พ.ร.บ.ระเบียบบริหารราชการกรุงเทพมหานคร พ.ศ. 2528"

_PAO_SEATS = ((500_000, 24), (1_000_000, 30), (1_500_000, 36), (2_000_000, 42))
"""Population up to which a provincial council has so many seats; more have _PAO_MOST."""
_PAO_MOST = 48
_SAO_LEAST = 6
"""Seats of a subdistrict organisation with fewer villages."""
_MUNICIPAL_SEATS = {"tambon": 12, "mueang": 18, "nakhon": 24}


@dataclass(frozen=True)
class Standard:
    """One position an office of a type has by law."""

    name: str
    body: str
    """`executive`, `council` or `permanent`."""
    rank: str
    """An option of `RANKS`."""
    quota: int | None
    """How many may hold it at once; None where the law sets none or it cannot be told here."""
    law_ref: str


def council_seats(office_type: str, population: int | None = None, villages: int | None = None) -> int | None:
    """Seats of a council by law; None where population or villages are needed and not known."""
    if office_type == "pao":
        if population is None:
            return None
        return next((seats for most, seats in _PAO_SEATS if population <= most), _PAO_MOST)
    if office_type == "sao":
        return None if villages is None else max(villages, _SAO_LEAST)
    return {**_MUNICIPAL_SEATS, "pattaya": 24, "bangkok": 50}.get(office_type)


def _pao_deputies(seats: int | None) -> int | None:
    if seats is None:
        return None
    return 2 if seats <= 30 else 3 if seats <= 42 else 4


def standard_positions(office_type: str, population: int | None = None, villages: int | None = None) -> tuple[Standard, ...]:
    """The positions of an office by its type, the chief executive first; empty for a type nobody knows.

    Args:
        office_type: an option of `OFFICE_TYPES`.
        population: for the seats of a provincial organisation.
        villages: for the seats of a subdistrict organisation.
    """
    seats = council_seats(office_type, population, villages)
    if office_type == "pao":
        return _of_office(
            ("นายกองค์การบริหารส่วนจังหวัด", "รองนายกองค์การบริหารส่วนจังหวัด", "เลขานุการนายกองค์การบริหารส่วนจังหวัด", "ที่ปรึกษานายกองค์การบริหารส่วนจังหวัด"),
            (
                "สมาชิกสภาองค์การบริหารส่วนจังหวัด",
                "ประธานสภาองค์การบริหารส่วนจังหวัด",
                "รองประธานสภาองค์การบริหารส่วนจังหวัด",
                "เลขานุการสภาองค์การบริหารส่วนจังหวัด",
            ),
            "ปลัดองค์การบริหารส่วนจังหวัด",
            (_pao_deputies(seats), 5, 5, seats, 2),
            (f"{PAO_LAW} มาตรา 35/3", f"{PAO_LAW} มาตรา 9", f"{PAO_LAW} มาตรา 17"),
        )
    if office_type in _MUNICIPAL_SEATS:
        deputies, helpers = {"tambon": (2, 2), "mueang": (3, 3), "nakhon": (4, 5)}[office_type]
        return _of_office(
            ("นายกเทศมนตรี", "รองนายกเทศมนตรี", "เลขานุการนายกเทศมนตรี", "ที่ปรึกษานายกเทศมนตรี"),
            ("สมาชิกสภาเทศบาล", "ประธานสภาเทศบาล", "รองประธานสภาเทศบาล", "เลขานุการสภาเทศบาล"),
            "ปลัดเทศบาล",
            (deputies, helpers, helpers, seats, 1),
            (f"{MUNICIPAL_LAW} มาตรา 48 อัฏฐ", f"{MUNICIPAL_LAW} มาตรา 15", f"{MUNICIPAL_LAW} มาตรา 20"),
        )
    if office_type == "sao":
        return _of_office(
            ("นายกองค์การบริหารส่วนตำบล", "รองนายกองค์การบริหารส่วนตำบล", "เลขานุการนายกองค์การบริหารส่วนตำบล", None),
            (
                "สมาชิกสภาองค์การบริหารส่วนตำบล",
                "ประธานสภาองค์การบริหารส่วนตำบล",
                "รองประธานสภาองค์การบริหารส่วนตำบล",
                "เลขานุการสภาองค์การบริหารส่วนตำบล",
            ),
            "ปลัดองค์การบริหารส่วนตำบล",
            (2, 1, None, seats, 1),
            (f"{SAO_LAW} มาตรา 58/3", f"{SAO_LAW} มาตรา 45", f"{SAO_LAW} มาตรา 48"),
        )
    if office_type == "pattaya":
        return _of_office(
            ("นายกเมืองพัทยา", "รองนายกเมืองพัทยา", "เลขานุการนายกเมืองพัทยา", "ที่ปรึกษานายกเมืองพัทยา"),
            ("สมาชิกสภาเมืองพัทยา", "ประธานสภาเมืองพัทยา", "รองประธานสภาเมืองพัทยา", "เลขานุการสภาเมืองพัทยา"),
            "ปลัดเมืองพัทยา",
            (4, None, None, seats, 2),
            (PATTAYA_LAW, PATTAYA_LAW, PATTAYA_LAW),
        )
    if office_type == "bangkok":
        return _of_office(
            ("ผู้ว่าราชการกรุงเทพมหานคร", "รองผู้ว่าราชการกรุงเทพมหานคร", "เลขานุการผู้ว่าราชการกรุงเทพมหานคร", "ที่ปรึกษาผู้ว่าราชการกรุงเทพมหานคร"),
            ("สมาชิกสภากรุงเทพมหานคร", "ประธานสภากรุงเทพมหานคร", "รองประธานสภากรุงเทพมหานคร", "เลขานุการสภากรุงเทพมหานคร"),
            "ปลัดกรุงเทพมหานคร",
            (4, None, None, seats, 2),
            (BANGKOK_LAW, BANGKOK_LAW, BANGKOK_LAW),
        )
    return ()


def _of_office(
    executive: tuple[str, str, str, str | None],
    council: tuple[str, str, str, str],
    clerk: str,
    quotas: tuple[int | None, int | None, int | None, int | None, int | None],
    laws: tuple[str, str, str],
) -> tuple[Standard, ...]:
    """The shape all offices share; `quotas` are of deputies, secretaries, advisers, councillors and deputy chairs."""
    deputies, secretaries, advisers, seats, deputy_chairs = quotas
    of_deputies, of_seats, of_chairs = laws
    chief, deputy, secretary, adviser = executive
    councillor, chair, deputy_chair, council_secretary = council
    found = [
        Standard(chief, "executive", "chief_executive", 1, of_deputies),
        Standard(deputy, "executive", "deputy", deputies, of_deputies),
        Standard(secretary, "executive", "secretary", secretaries, of_deputies),
        *([Standard(adviser, "executive", "adviser", advisers, of_deputies)] if adviser else []),
        Standard(chair, "council", "council_chair", 1, of_chairs),
        Standard(deputy_chair, "council", "council_deputy_chair", deputy_chairs, of_chairs),
        Standard(council_secretary, "council", "council_secretary", 1, of_chairs),
        Standard(councillor, "council", "councillor", seats, of_seats),
        Standard(clerk, "permanent", "clerk", 1, ""),
        Standard(f"รอง{clerk}", "permanent", "deputy_clerk", None, ""),
    ]
    return tuple(found)


ELECTION_LAW = "พ.ร.บ.การเลือกตั้งสมาชิกสภาท้องถิ่นหรือผู้บริหารท้องถิ่น พ.ศ. 2562 มาตรา 11"
"""When an election must be held: after the end of a term and after any other vacancy."""
DAYS_AFTER_TERM = 45
"""Days within which an election follows the end of a term."""
DAYS_AFTER_VACANCY = 60
"""Days within which an election follows a seat that falls vacant otherwise."""
TERM_YEARS = 4
"""An elected term runs four years from the day of election."""
MOST_CONSECUTIVE = 2
"""Terms an executive may hold in a row."""
_CONSECUTIVE_LAWS = (
    ("นายกองค์การบริหารส่วนจังหวัด", f"{PAO_LAW} มาตรา 35/2"),
    ("นายกองค์การบริหารส่วนตำบล", f"{SAO_LAW} มาตรา 58/2"),
    ("นายกเทศมนตรี", f"{MUNICIPAL_LAW} มาตรา 48 สัตต"),
    ("นายกเมืองพัทยา", PATTAYA_LAW),
    ("ผู้ว่าราชการกรุงเทพ", BANGKOK_LAW),
)


def consecutive_law(position_name: str) -> str:
    """Where the limit of consecutive terms of an executive stands, by the name of the position; all three laws for another name."""
    every = "; ".join(law for _, law in _CONSECUTIVE_LAWS[:3])
    return next((law for beginning, law in _CONSECUTIVE_LAWS if position_name.startswith(beginning)), every)


FORMER_TITLES: Mapping[str, tuple[str, str, str]] = {
    "PAOChairman": ("นายกองค์การบริหารส่วนจังหวัด", "executive", "chief_executive"),
    "Mayor": ("นายกเทศมนตรี", "executive", "chief_executive"),
    "TAOMayor": ("นายกองค์การบริหารส่วนตำบล", "executive", "chief_executive"),
    "BangkokGovernor": ("ผู้ว่าราชการกรุงเทพมหานคร", "executive", "chief_executive"),
    "TAOChairman": ("ประธานกรรมการบริหารองค์การบริหารส่วนตำบล", "executive", "chief_executive"),
    "SanitaryDistrictChairman": ("ประธานกรรมการสุขาภิบาล", "executive", "chief_executive"),
    "TambonCouncilChairman": ("ประธานสภาตำบล", "executive", "chief_executive"),
    "PAOCouncilChairman": ("ประธานสภาองค์การบริหารส่วนจังหวัด", "council", "council_chair"),
    "TAOCouncilChairman": ("ประธานสภาองค์การบริหารส่วนตำบล", "council", "council_chair"),
    "ProvinceCouncilChairman": ("ประธานสภาจังหวัด", "council", "council_chair"),
    "PAOClerk": ("ปลัดองค์การบริหารส่วนจังหวัด", "permanent", "clerk"),
    "TAOClerk": ("ปลัดองค์การบริหารส่วนตำบล", "permanent", "clerk"),
    "MunicipalClerk": ("ปลัดเทศบาล", "permanent", "clerk"),
}
"""Titles of the open history of officials: the name of the position, its body and its rank."""

_RANK_BEGINNINGS: tuple[tuple[str, str, str], ...] = (
    ("รองประธานสภา", "council", "council_deputy_chair"),
    ("ประธานสภา", "council", "council_chair"),
    ("เลขานุการสภา", "council", "council_secretary"),
    ("สมาชิกสภา", "council", "councillor"),
    ("ส.อบจ", "council", "councillor"),
    ("ส.อบต", "council", "councillor"),
    ("ส.ท.", "council", "councillor"),
    ("สท.", "council", "councillor"),
    ("รองนายก", "executive", "deputy"),
    ("รองผู้ว่าราชการ", "executive", "deputy"),
    ("เลขานุการนายก", "executive", "secretary"),
    ("เลขานุการผู้ว่า", "executive", "secretary"),
    ("ที่ปรึกษา", "executive", "adviser"),
    ("นายก", "executive", "chief_executive"),
    ("ผู้ว่าราชการกรุงเทพ", "executive", "chief_executive"),
    ("ประธานกรรมการบริหาร", "executive", "chief_executive"),
    ("ประธานกรรมการสุขาภิบาล", "executive", "chief_executive"),
    ("รองปลัด", "permanent", "deputy_clerk"),
    ("ปลัด", "permanent", "clerk"),
    ("ผู้อำนวยการกอง", "permanent", "division_head"),
    ("ผู้อำนวยการสำนัก", "permanent", "division_head"),
    ("หัวหน้าสำนัก", "permanent", "division_head"),
    ("หัวหน้าส่วน", "permanent", "division_head"),
)
"""How the names of positions begin, the longer first where one begins with another: body and rank."""


def place_of(name: str) -> tuple[str, str]:
    """Body and rank of a position by its name, with the office's name behind it or not; two empty texts when nothing says it."""
    for title, body, rank in FORMER_TITLES.values():
        if name == title:
            return body, rank
    return next(((body, rank) for beginning, body, rank in _RANK_BEGINNINGS if name.startswith(beginning)), ("", ""))
