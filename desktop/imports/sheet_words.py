"""The words sheets are written with, as data: how headings say a year and baht, how a row of totals begins."""

YEAR_WORDS = ("ปีงบประมาณ", "ปี", "พศ", "fiscalyear", "year")
"""Stand before the number of a year in a heading; in plain form (no spaces, no dots)."""
UNITS = ("บาท", "baht", "thb")
"""Stand at the end of a heading of money."""
TOTALS = ("รวม", "ยอดรวม", "รวมทั้งสิ้น", "รวมทั้งหมด", "รวมเงิน", "รวมจำนวนเงิน", "total", "grand total")
"""Begin a row of totals whose names are empty, or are all that its name says: a project may well be called รวมพลังชุมชน."""
