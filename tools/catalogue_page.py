"""Writes docs/catalogue.md from the catalogue: `python -m tools.catalogue_page`. A test says when the page is not current."""

import ast
import inspect
import sys
from pathlib import Path

from records.areas import AREAS
from records.catalogue import ALL, AREA_TYPES, BY_TYPE
from records.fields import FieldSpec
from records.kinds import Choice, Reference
from records.record import RecordType
from records.words import Words

PAGE = Path(__file__).parent.parent / "docs" / "catalogue.md"

HEAD = """# Catalogue of record types

Written by `python -m tools.catalogue_page` from `records/catalogue`; do not edit by hand. How to add a type: [adding-a-record-type.md](adding-a-record-type.md).

{count} types, {fields} fields. A mark after a field's name: **\\*** must be filled to submit (a draft may always lack it), **†** personal data
(PDPA), **⚙** written by the program. *Moves with* names the group of fields that a merge treats as one. Money is in satang, days are ISO, a fiscal
year is its พ.ศ. number; none of the optional fields is ever null or empty on the wire, it is absent.
"""


def page() -> str:
    """The whole page."""
    parts = [HEAD.format(count=len(ALL), fields=sum(len(spec.fields) for spec in BY_TYPE.values()))]
    for area, names in AREA_TYPES.items():
        if names:
            parts.append(f"## {_both(AREAS[area])} (`{area}`)\n")
            parts += [_type(BY_TYPE[name]) for name in names]
    return "\n".join(parts)


def _type(spec: RecordType) -> str:
    documented = docstrings(spec.cls)
    lines = [
        f"### `{spec.type}`: {_both(spec.label)}\n",
        f"{inspect.getdoc(spec.cls)}\n",
        f"Stream `{spec.home}`; title {_names(spec.title)}; natural key {_names(spec.key) if spec.key else 'none'}.\n",
        "| field | label | kind | moves with | meaning |",
        "|---|---|---|---|---|",
        *(_row(field, documented[field.name]) for field in spec.fields),
        "",
    ]
    lines += [_options(field) for field in spec.fields if isinstance(field.kind, Choice) and len(field.kind.options) > 0]
    if spec.workflow:
        lines.append(f"\nSteps of `{spec.workflow.field}`:\n")
        for step in spec.workflow.transitions:
            roles = ", ".join(sorted(step.roles)) or "anyone who may write"
            lines.append(f"- {step.source or '(new)'} → {step.target}: {_both(step.label)} ({roles})")
    return "\n".join(lines) + "\n"


def _row(field: FieldSpec, meaning: str) -> str:
    marks = "".join(mark for mark, is_so in (("\\*", field.required), ("†", field.personal), ("⚙", field.kept_by_program)) if is_so)
    kind = f"{field.kind.name} → {field.kind.to}" if isinstance(field.kind, Reference) else field.kind.name
    return f"| `{field.name}` {marks} | {_both(field.label)} | {kind} | {field.together} | {meaning.replace('|', '/')} |"


def _options(field: FieldSpec) -> str:
    options = field.kind.options if isinstance(field.kind, Choice) else ()
    return f"- `{field.name}`: " + "; ".join(f"`{option.value}` {_both(option.label)}" for option in options)


def _both(words: Words) -> str:
    return words.th if words.th == words.en else f"{words.th} / {words.en}"


def _names(names: tuple[str, ...]) -> str:
    return " + ".join(f"`{name}`" for name in names)


def docstrings(cls: type) -> dict[str, str]:
    """The docstring under each field of a record class, on one line, by field name; a field without one is left out."""
    body = ast.parse(inspect.getsource(cls)).body[0]
    found: dict[str, str] = {}
    if isinstance(body, ast.ClassDef):
        for field, after in zip(body.body, body.body[1:], strict=False):
            if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name) and isinstance(after, ast.Expr):
                text = ast.literal_eval(after.value) if isinstance(after.value, ast.Constant) else ""
                if isinstance(text, str) and text:
                    found[field.target.id] = " ".join(text.split())
    return found


def main() -> int:
    """Writes the page."""
    PAGE.write_text(page(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
