"""registry as-of | counts | figures."""

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from desktop.commands.session import session_of
from desktop.services.registry import OfficeHistory
from records.as_of import TYPE_WORDS, Standing
from records.kinds import Json
from records.thai.codes import place_line
from records.thai.dates import parse_date, show_date
from records.words import Language, Words, say

_GROUP = Words("ทะเบียน อปท. ณ วันใดวันหนึ่ง และข้อมูลพื้นฐานรายปี", "The registry of a day, and base figures by year")
_AS_OF = Words("อปท. หนึ่งแห่ง ณ วันหนึ่ง จากเหตุการณ์ พร้อมลำดับเหตุการณ์", "One office as of a day from its events, with its timeline")
_COUNTS = Words("จำนวน อปท. ตามประเภทและจังหวัด ณ วันหนึ่ง", "Offices by type and province on a day")
_FIGURES = Words("ข้อมูลพื้นฐานของปี เทียบกับปีก่อน", "Base figures of a year, with the change against the year before")
STANDINGS = {
    Standing.THERE: Words("มีอยู่", "There"),
    Standing.NOT_YET: Words("ยังไม่จัดตั้ง", "Not yet established"),
    Standing.GONE: Words("ไม่มีแล้ว", "No more"),
}
_CODE = Words("รหัส {code}", "code {code}")
_DOUBTFUL = Words("ไม่แน่นอน {count} แห่ง", "{count} are not certain")
_WROTE = Words("เขียน {path} จำนวน {rows} รายการ", "Wrote {path}, {rows} records")


def register(app: typer.Typer, language: Language) -> None:
    """Adds these commands."""
    group = typer.Typer(help=say(_GROUP, language), no_args_is_help=False)
    for name, help_words, command in (("as-of", _AS_OF, as_of), ("counts", _COUNTS, counts), ("figures", _FIGURES, figures)):
        group.command(name, help=say(help_words, language))(command)
    app.add_typer(group, name="registry")


def _day(typed: str | None, today: date) -> date:
    return today if typed is None else parse_date(typed, today)


def as_of(
    context: typer.Context,
    office_code: Annotated[str, typer.Argument(metavar="ID|CODE")],
    on: Annotated[str | None, typer.Option("--on", metavar="DATE")] = None,
) -> None:
    """Prints an office as of a day."""
    session = session_of(context)
    with session.office() as office:
        found = office.registry.as_of(office_code, _day(on, office.today))
    session.print(_as_json(found, session.language), _as_lines(found, session.language))


def _as_json(found: OfficeHistory, language: Language) -> dict[str, Json]:
    state = found.state
    return {
        "id": found.office.id,
        "on": state.day.isoformat(),
        "standing": state.standing.value,
        "type": state.type,
        "type_label": say(state.type_words, language),
        "name": state.name,
        "code": state.code,
        "province": state.province,
        "amphoe": state.amphoe,
        "area_km2": state.area_km2,
        "events": {"type": state.type_event, "name": state.name_event, "standing": state.standing_event},
        "notes": [say(note, language) for note in state.notes],
        "timeline": [
            {
                "id": line.id,
                "on": line.day.isoformat() if line.day else None,
                "what": say(line.what, language),
                "gazette": line.gazette,
                "status": line.status,
                "counted": line.is_counted,
            }
            for line in found.timeline
        ],
        "codes": [{"code": code, "from": begin or None, "to": end or None} for code, begin, end in found.codes],
    }


def _as_lines(found: OfficeHistory, language: Language) -> list[str]:
    state = found.state
    head = [say(state.type_words, language), state.name, place_line(state.amphoe, state.province, language)]
    code = say(_CODE, language, code=state.code or "-")
    events = [
        "\t".join((show_date(line.day, language) if line.day else "-", say(line.what, language), line.status, line.gazette)).rstrip()
        for line in found.timeline
    ]
    return [
        f"{show_date(state.day, language)}: {say(STANDINGS[state.standing], language)} {' '.join(head)} {code}",
        *(say(note, language) for note in state.notes),
        *events,
    ]


def counts(
    context: typer.Context,
    on: Annotated[str | None, typer.Option("--on", metavar="DATE")] = None,
    to: Annotated[Path | None, typer.Option("--to", metavar="FILE.xlsx")] = None,
) -> None:
    """Prints how many offices there were."""
    session = session_of(context)
    with session.office() as office:
        found = office.registry.counts(_day(on, office.today))
        rows = office.registry.export_counts(found, to) if to is not None else 0
    shown: dict[str, Json] = {
        "on": found.day.isoformat(),
        "total": found.total.total(),
        "by_type": {kind: found.total[kind] for kind in found.types},
        "doubtful": found.doubtful,
        "provinces": [
            {"code": code, "name": name, "total": found.by_province[code].total(), "by_type": dict(found.by_province[code])}
            for code, name in found.provinces
        ],
    }
    heads = [say(TYPE_WORDS.get(kind, Words(kind, kind)), session.language) for kind in found.types]
    lines = ["\t".join(["", *heads, ""]), *("\t".join(map(str, line)) for line in found.lines(session.language))]
    lines += [session.say(_DOUBTFUL, count=f"{found.doubtful:,}")] if found.doubtful else []
    lines += [session.say(_WROTE, path=to, rows=rows)] if to is not None else []
    session.print(shown, lines)


def figures(
    context: typer.Context,
    year: Annotated[int | None, typer.Option("--year", metavar="YEAR", min=2400, max=2700)] = None,
    to: Annotated[Path | None, typer.Option("--to", metavar="FILE.xlsx")] = None,
) -> None:
    """Prints base figures with their change."""
    session = session_of(context)
    with session.office() as office:
        table = office.figures.table(year, session.stream)
        if to is not None:
            office.figures.export(table, table.lines, to)
    shown: list[Json] = []
    lines: list[str] = []
    for line in table.lines:
        change = line.change(table.year)
        difference, share = (None, None) if change is None else (f"{change[0]:f}", None if change[1] is None else f"{change[1]:f}")
        values: dict[str, Json] = {str(at): f"{value:f}" for at, value in sorted(line.values.items())}
        shown.append(
            {
                "indicator": line.indicator,
                "village": line.village,
                "unit": line.unit,
                "values": values,
                "change": difference,
                "percent": share,
            }
        )
        told = [line.indicator, line.place, line.unit, *(str(values.get(str(at), "")) for at in table.years), difference or "", share or ""]
        lines.append("\t".join(told))
    session.print({"stream": table.stream, "year": table.year, "years": list(table.years), "figures": shown}, lines)
