"""The documents say what is: links lead somewhere, commands exist, texts quoted from the program are its texts."""

import ast
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
import typer

from desktop.cli import make_app
from records.words import Language
from server_stub.cli import app as server_app

ROOT = Path(__file__).resolve().parents[1]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
NAMES = [str(path.relative_to(ROOT)) for path in DOCUMENTS]
GUIDES = ("docs/user-guide.th.md", "docs/user-guide.en.md")
WITH_COMMANDS = (
    "README.md",
    "CONTRIBUTING.md",
    "CHANGELOG.md",
    "docs/command-line.md",
    "docs/postgresql.md",
    "docs/reliability.md",
    "docs/sync-design.md",
    *GUIDES,
)

LINK = re.compile(r"!?\[[^\]]*\]\(([^)#\s]*)(?:#[^)\s]*)?\)")
CODE = re.compile(r"`([^`\n]+)`")
FENCED = re.compile(r"^```\n(.*?)^```", re.M | re.S)
ITALIC = re.compile(r"(?<![*\w])\*([^*\n]+)\*(?!\*)")
MESSAGE_TABLES = ("| แถบล่าง |", "| ข้อความ |", "| bottom line |", "| message |")
"""How the tables of a guide begin whose first column quotes the program: two in each language."""
CLOCK = re.compile(r"\d\d:\d\d( น\.)?")
OWN_PATH = re.compile(r"\b(?:records|desktop|server_stub|demo|tools|benchmarks|tests|docs)/[\w/.-]*\w\.(?:py|md|sql|png)\b")
MACHINE_PATH = re.compile(r"(?<![\w.])/(?:work|home|root|tmp|usr|mnt|opt)/\w|[A-Z]:\\")
ANYWHERE = {"--home": True, "--json": False, "--language": True, "--stream": True, "--database": True, "--help": False}
"""Options that stand anywhere on a line of either program, and whether each takes a value."""


def text_of(name: str) -> str:
    """A document."""
    return (ROOT / name).read_text(encoding="utf-8")


def commands_in(name: str) -> Iterator[str]:
    """The lines of `thongthin` and `thongthin-server` that a document names."""
    text = text_of(name)
    lines = [line.strip() for block in FENCED.findall(text) for line in block.splitlines()]
    lines += CODE.findall(FENCED.sub("", text))
    if name == "docs/command-line.md":
        lines += [
            f"thongthin {code}" for row in re.findall(r"^\| (`.*?) \|", text, re.M) for code in CODE.findall(row) if code[0].islower()
        ]
    return (line for line in lines if re.match(r"thongthin(-server)? \S", line))


def fault_of(line: str) -> str:
    """What is wrong with a line of one of the programs; empty when it has such a command with such options."""
    program, *words = re.sub(r"[\[\]]", "", re.split(r"\s[#>]", line)[0]).split()
    here: object = typer.main.get_command(server_app if program == "thongthin-server" else make_app(Language.ENGLISH))
    named: list[str] = []
    left = iter(words)
    for word in left:
        if word.startswith("--"):
            named.append(word)
            if ANYWHERE.get(word):
                next(left, None)
        elif commands := commands_of(here):
            if word not in commands:
                return f"no command {word}"
            here = commands[word]
    if commands_of(here):
        return "a group without its command"
    known = {option for parameter in getattr(here, "params", ()) for option in parameter.opts}
    unknown = [word for word in named if word not in ANYWHERE and word not in known]
    return f"no option {unknown}" if unknown else ""


def commands_of(command: object) -> Mapping[str, object]:
    """The commands of a group by name; of a command, none."""
    found: Mapping[str, object] = getattr(command, "commands", {})
    return found


def spoken(language: int) -> str:
    """Every text of the program in Thai (0) or English (1), one a line."""
    found: list[str] = []
    for package in ("records", "desktop"):
        for path in (ROOT / package).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] == "Words" and len(node.args) == 2:
                    parts = (part.value for part in ast.walk(node.args[language]) if isinstance(part, ast.Constant))
                    whole = "".join(str(part) for part in parts).replace("\n", " ")
                    # A guide quotes what is said of many: `{count} [record|records]`.
                    found.append(re.sub(r"\[[^|\]]*\|([^\]]*)\]", r"\1", whole))
    return "\n".join(found)


def quoted(name: str) -> Iterator[str]:
    """What a guide quotes from the program: words in italics, and the first column of its tables of messages."""
    text = text_of(name)
    yield from (match for match in ITALIC.findall(FENCED.sub("", text)))
    tables = [table for table in re.findall(r"(?:^\|.*\n)+", text, re.M) if table.startswith(MESSAGE_TABLES)]
    assert len(tables) == len(MESSAGE_TABLES) // len(GUIDES)
    for table in tables:
        yield from re.findall(r"^\| ([^|]+) \|", table, re.M)[1:]


def test_the_documents_were_found() -> None:
    assert {"README.md", "docs/protocol.md", *GUIDES} <= set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_every_link_and_picture_leads_to_a_file(name: str) -> None:
    targets = [target for target in LINK.findall(text_of(name)) if target and "://" not in target]
    assert [target for target in targets if not ((ROOT / name).parent / target).exists()] == []


@pytest.mark.parametrize("name", WITH_COMMANDS)
def test_every_command_named_exists_with_its_options(name: str) -> None:
    assert [(line, fault) for line in commands_in(name) if (fault := fault_of(line))] == []


def test_a_command_that_does_not_exist_is_found() -> None:
    assert fault_of("thongthin parcel export") == "no command parcel"
    assert fault_of("thongthin sync --quickly") == "no option ['--quickly']"
    assert fault_of("thongthin-server --home DIR add-account a --role clerk --stream central:read") == ""
    assert len(list(commands_in("docs/command-line.md"))) > 15


def test_every_command_has_its_line() -> None:
    def names(command: object, before: str) -> Iterator[str]:
        for name, one in commands_of(command).items():
            yield from names(one, f"{before} {name}") if commands_of(one) else [f"{before} {name}"]

    contract = "\n".join(commands_in("docs/command-line.md"))
    assert [one for one in names(typer.main.get_command(make_app(Language.ENGLISH)), "thongthin") if one not in contract] == []
    for guide in GUIDES:
        told = "\n".join(commands_in(guide))
        assert [one for one in names(typer.main.get_command(server_app), "thongthin-server") if one not in told] == []


@pytest.mark.parametrize("name", NAMES)
def test_every_make_target_named_exists(name: str) -> None:
    targets = set(re.findall(r"^([a-z]+):", text_of("Makefile"), re.M))
    spans = [
        *CODE.findall(FENCED.sub("", text_of(name))),
        *(line for block in FENCED.findall(text_of(name)) for line in block.splitlines()),
    ]
    named = {word for span in spans for words in re.findall(r"^make ([a-z ]+)", span.split("#")[0]) for word in words.split()}
    assert named - targets == set()


@pytest.mark.parametrize("name", NAMES)
def test_every_file_of_the_tree_named_exists(name: str) -> None:
    assert [path for path in OWN_PATH.findall(text_of(name)) if "NNNN" not in path and not (ROOT / path).exists()] == []


@pytest.mark.parametrize("name", NAMES)
def test_no_document_names_a_place_on_somebodys_computer(name: str) -> None:
    assert MACHINE_PATH.findall(text_of(name)) == []


def test_every_test_named_exists() -> None:
    written = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("*.py"))
    named = re.findall(r"\btest_\w+\b(?!\.py|/|\*)", "\n".join(map(text_of, NAMES)))
    assert named
    assert [one for one in named if f"def {one}(" not in written] == []


@pytest.mark.parametrize(("name", "language"), [(GUIDES[0], 0), (GUIDES[1], 1)])
def test_what_a_guide_quotes_is_what_the_program_says(name: str, language: int) -> None:
    said = spoken(language)
    wrong = []
    for words in quoted(name):
        for part in words.split(" · ") if words not in said else []:
            pattern = ".*".join(re.escape(piece.strip()) for piece in CLOCK.sub("…", part).split("…"))
            if not re.search(pattern, said):
                wrong.append(part)
    assert wrong == []


@pytest.mark.parametrize("name", GUIDES)
def test_no_quotation_is_broken_over_two_lines_where_nobody_checks_it(name: str) -> None:
    lines = CODE.sub("", FENCED.sub("", text_of(name))).replace("**", "").splitlines()
    assert [line for line in lines if line.count("*") % 2] == []


def test_both_guides_have_the_same_parts() -> None:
    thai, english = ([line[:4] for line in text_of(name).splitlines() if line.startswith(("## ", "![", "| "))] for name in GUIDES)
    assert [line for line in thai if line.startswith("#")] == [line for line in english if line.startswith("#")]
    assert len(thai) == len(english)


def test_decisions_are_numbered_without_a_gap() -> None:
    numbers = sorted(int(path.name[:4]) for path in (ROOT / "docs" / "decisions").glob("*.md"))
    assert numbers == list(range(1, len(numbers) + 1))
    for path in (ROOT / "docs" / "decisions").glob("*.md"):
        assert re.match(rf"# 0*{int(path.name[:4])}\b", path.read_text(encoding="utf-8")), path.name


def test_every_document_the_code_refers_to_is_there() -> None:
    there = {path.name for path in DOCUMENTS}
    code = [
        path
        for package in ("records", "desktop", "server_stub", "demo", "tools", "benchmarks", "tests")
        for path in (ROOT / package).rglob("*.py")
    ]
    named = {(str(path), name) for path in code for name in re.findall(r"\b[\w-]+\.md\b", path.read_text(encoding="utf-8"))}
    assert [one for one in named if one[1] not in there and one[0] != __file__] == []
