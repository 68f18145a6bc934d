"""The tree of the budget ordinance that plans and budgets share: ด้าน, แผนงาน, งบ, and where money comes from.

Source: the budgets of 76 provincial organisations. What sheets write varies, so options carry their other spellings.
"""

from records.kinds import Option
from records.words import Words


def _programme(value: str, name: str, english: str, *also: str) -> Option:
    """One แผนงาน; sheets write it with and without the word แผนงาน."""
    return Option(value, Words(f"แผนงาน{name}", english), also=(name, *also, *(f"แผนงาน{other}" for other in also)))


PROGRAMMES = (
    _programme("general_administration", "บริหารงานทั่วไป", "General administration"),
    _programme("internal_peace", "การรักษาความสงบภายใน", "Internal peace and order", "รักษาความสงบภายใน", "การรักษาความสงบ"),
    _programme("education", "การศึกษา", "Education"),
    _programme("public_health", "สาธารณสุข", "Public health"),
    _programme("social_work", "สังคมสงเคราะห์", "Social work"),
    _programme("housing_community", "เคหะและชุมชน", "Housing and community", "เคหะชุมชน"),
    _programme("strong_community", "สร้างความเข้มแข็งของชุมชน", "Strengthening communities", "สร้างความเข้มแข็งชุมชน", "การสร้างความเข้มแข็งของชุมชน"),
    _programme(
        "religion_culture", "การศาสนา วัฒนธรรม และนันทนาการ", "Religion, culture and recreation", "การศาสนา", "ศาสนาวัฒนธรรมและนันทนาการ"
    ),
    _programme("industry_works", "อุตสาหกรรมและการโยธา", "Industry and public works"),
    _programme("agriculture", "การเกษตร", "Agriculture"),
    _programme("commerce", "การพาณิชย์", "Commerce", "การพานิชย์"),
    _programme("central_fund", "งบกลาง", "Central fund"),
)
"""The twelve แผนงาน of every budget ordinance and plan."""

SIDES = (
    Option("general", Words("ด้านบริหารทั่วไป", "General administration")),
    Option("social", Words("ด้านบริการชุมชนและสังคม", "Community and social services")),
    Option("economic", Words("ด้านการเศรษฐกิจ", "Economy")),
    Option("other", Words("ด้านการดำเนินงานอื่น", "Other operations"), also=("ด้านการดำเนินงานอื่น ๆ", "ด้านการดำเนินงานอื่นๆ")),
)
"""The four ด้าน above the แผนงาน."""

SIDE_OF = {
    "general_administration": "general",
    "internal_peace": "general",
    "education": "social",
    "public_health": "social",
    "social_work": "social",
    "housing_community": "social",
    "strong_community": "social",
    "religion_culture": "social",
    "industry_works": "economic",
    "agriculture": "economic",
    "commerce": "economic",
    "central_fund": "other",
}
"""The ด้าน of each แผนงาน: a line that names no side belongs to that of its programme."""

BUDGET_GROUPS = (
    Option("central", Words("งบกลาง", "Central fund")),
    Option("personnel", Words("งบบุคลากร", "Personnel")),
    Option("operations", Words("งบดำเนินงาน", "Operations")),
    Option("investment", Words("งบลงทุน", "Investment")),
    Option("subsidy", Words("งบเงินอุดหนุน", "Subsidies")),
    Option("other", Words("งบรายจ่ายอื่น", "Other expenditure")),
)
"""The six งบ of an ordinance."""

REVENUE_CATEGORIES = (
    Option("taxes", Words("หมวดภาษีอากร", "Taxes and duties"), also=("ภาษีอากร",)),
    Option("fees", Words("หมวดค่าธรรมเนียม ค่าปรับ และใบอนุญาต", "Fees, fines and licences"), also=("ค่าธรรมเนียม ค่าปรับและใบอนุญาต",)),
    Option("property", Words("หมวดรายได้จากทรัพย์สิน", "Income from property"), also=("รายได้จากทรัพย์สิน",)),
    Option(
        "utilities",
        Words("หมวดรายได้จากสาธารณูปโภคและกิจการพาณิชย์", "Utilities and commercial undertakings"),
        also=("สาธารณูปโภคและกิจการพาณิชย์", "รายได้จากสาธารณูปโภคและการพาณิชย์", "รายได้จากสาธารณูปโภคและกิจการพาณิชย์"),
    ),
    Option("miscellaneous", Words("หมวดรายได้เบ็ดเตล็ด", "Miscellaneous income"), also=("เบ็ดเตล็ด", "รายได้เบ็ดเตล็ด")),
    Option("capital", Words("หมวดรายได้จากทุน", "Capital income"), also=("รายได้จากทุน",)),
    Option("shared_taxes", Words("หมวดภาษีจัดสรร", "Shared taxes"), also=("ภาษีจัดสรร",)),
    Option("general_grant", Words("หมวดเงินอุดหนุนทั่วไป", "General grants"), also=("เงินอุดหนุนทั่วไป", "เงินอุดหนุน")),
    Option("specific_grant", Words("หมวดเงินอุดหนุนเฉพาะกิจ", "Specific grants"), also=("เงินอุดหนุนเฉพาะกิจ",)),
    Option("enterprise", Words("รายได้งบเฉพาะการ", "Income of the office's enterprises"), also=("งบเฉพาะการ",)),
)
"""หมวดรายได้: the first six are collected by the office, then shared taxes, then grants of the state, then its enterprises (งบเฉพาะการ)."""

REVENUE_SOURCES = (
    Option("own", Words("รายได้จัดเก็บเอง", "Collected by the office")),
    Option("shared", Words("รายได้จากภาษีที่รัฐบาลจัดเก็บแล้วจัดสรรให้", "Taxes collected and shared by the state")),
    Option("grants", Words("รายได้ที่รัฐบาลอุดหนุนให้", "Grants of the state")),
    Option("enterprise", Words("รายได้งบเฉพาะการ", "Income of the office's enterprises")),
)
"""Where revenue comes from, above its categories."""

SOURCE_OF = {
    "taxes": "own",
    "fees": "own",
    "property": "own",
    "utilities": "own",
    "miscellaneous": "own",
    "capital": "own",
    "shared_taxes": "shared",
    "general_grant": "grants",
    "specific_grant": "grants",
    "enterprise": "enterprise",
}
"""The source of each category of revenue."""
