"""Laws of the tree that no linter knows: sizes, names, docstrings, locks, and where Thai text may stand."""

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("records", "desktop", "server_stub", "demo", "tools", "benchmarks", "tests")
MODULES = sorted(path.relative_to(ROOT) for package in PACKAGES for path in (ROOT / package).rglob("*.py"))

LONGER: dict[str, str] = {}
"""Files that may be longer than the law says, each with its reason."""

EMPTY_NAMES = {"util", "utils", "helper", "helpers", "common", "misc", "manager"}

THAI = re.compile("[\u0e00-\u0e7f]")
SPEAKING = ("desktop", "server_stub", "records")
"""Packages whose texts people read: each must be a pair of Thai and English."""
THAI_TABLES = ("records/thai/", "records/law/", "records/catalogue/")
"""Where Thai is data, not speech: months, name prefixes, words of the statutes, labels beside their fields."""
THAI_DATA = {
    "records/kinds/choices.py": "the words a person may type for yes and no",
    "server_stub/registry_list.py": "the headings of DLA's files and the words before a place",
    "desktop/imports/recipes.py": "headings of the sheets that offices have",
    "desktop/imports/rows.py": "the letters of Thai, in a pattern",
    "desktop/services/places.py": "the words before a subdistrict, a district and a province",
    "desktop/ui/widgets/portrait.py": "the first and last Thai letter",
    "records/positions.py": "names of positions as the law writes them, compared with what a person typed",
    "desktop/ui/office_name.py": "what stands before a district and a province in the name of an office",
    "desktop/ui/widgets/thai_words.py": "a text to see whether Qt breaks between Thai words",
    "desktop/reports/pdf/wrapping.py": "the marks that cannot begin a line",
    "desktop/imports/sheet_words.py": "words by which sheets are understood",
    "desktop/ui/widgets/shortcuts.py": "the keys of the Thai layout",
    "desktop/ui/widgets/thai_wrap.py": "the first and last Thai character",
}
"""Single files where Thai is data, each with its reason."""

LOCK_LINE = re.compile(r"[A-Za-z0-9._-]+==[^ /@]+( ; [^/@]+)? \\|    --hash=sha256:[0-9a-f]{64}( \\)?")


def parsed(path: Path) -> ast.Module:
    """The syntax tree of a module."""
    return ast.parse((ROOT / path).read_text(encoding="utf-8"), str(path))


def bare_thai(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Finds (line, text) of string literals with Thai in them that are neither docstrings nor inside a call of `Words`."""
    spoken: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            spoken.add(id(node.value))
        elif isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] == "Words":
            spoken.update(id(part) for part in ast.walk(node))
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and THAI.search(node.value) and id(node) not in spoken:
            yield node.lineno, node.value


def test_the_tree_was_found() -> None:
    assert {Path("records/words.py"), Path("tests/test_tree.py")} <= set(MODULES)


def test_no_file_is_longer_than_a_person_reads() -> None:
    lengths = {path.as_posix(): len((ROOT / path).read_text(encoding="utf-8").splitlines()) for path in MODULES}
    too_long = {path: lines for path, lines in lengths.items() if lines > (600 if path.startswith("tests/") else 400)}
    assert set(too_long) == set(LONGER), too_long


def test_no_file_or_folder_has_a_name_that_says_nothing() -> None:
    assert [path for path in MODULES if EMPTY_NAMES & {path.stem, *path.parent.parts}] == []


def test_every_module_opens_with_a_docstring() -> None:
    assert [path for path in MODULES if not ast.get_docstring(parsed(path))] == []


def test_every_folder_with_modules_is_a_package() -> None:
    folders = {path.parent for path in MODULES if path.parts[0] in PACKAGES}
    assert [folder for folder in folders if not (ROOT / folder / "__init__.py").exists()] == []


def test_nothing_is_left_for_later() -> None:
    later = re.compile("TO" + "DO|FIX" + "ME")
    assert [path for path in MODULES if later.search((ROOT / path).read_text(encoding="utf-8"))] == []


def test_the_readme_names_the_two_commands() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert "make run" in readme
    assert "make test" in readme


@pytest.mark.parametrize("name", ["run.txt", "dev.txt"])
def test_a_lock_holds_versions_and_hashes_and_no_address(name: str) -> None:
    lines = (ROOT / "requirements" / name).read_text(encoding="utf-8").splitlines()
    assert len(lines) > 100
    assert [line for line in lines if not LOCK_LINE.fullmatch(line)] == []


def test_what_users_get_is_what_was_tested() -> None:
    run, dev = (set(re.findall("^[^ ]+==[^ ]+", (ROOT / "requirements" / name).read_text(), re.M)) for name in ("run.txt", "dev.txt"))
    assert run < dev


def test_the_locks_hold_every_library_that_pyproject_declares() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    for name, declared in {"run.txt": project["dependencies"], "dev.txt": project["optional-dependencies"]["dev"]}.items():
        wanted = {canonicalize_name(Requirement(line).name) for line in declared}
        locked = set(re.findall("^([^ ]+)==", (ROOT / "requirements" / name).read_text(), re.M))
        assert wanted - locked == set(), "make lock writes the locks again"


def test_a_bare_thai_text_is_found() -> None:
    source = '"""เอกสาร"""\nlabel = Words("ชื่อ", "Name")\nx = words.Words(th=f"{n} คน", en="")\nbare = "ชื่อ"\nalso = f"{n} คน"\n'
    assert [line for line, _ in bare_thai(ast.parse(source))] == [4, 5]


def test_a_file_excused_from_speaking_both_languages_still_needs_it() -> None:
    assert [path for path in THAI_DATA if not list(bare_thai(parsed(Path(path))))] == []


def test_thai_text_is_said_in_both_languages() -> None:
    speaking = [path for path in MODULES if path.parts[0] in SPEAKING and not path.as_posix().startswith(THAI_TABLES)]
    found = {path.as_posix(): list(bare_thai(parsed(path))) for path in speaking if path.as_posix() not in THAI_DATA}
    assert {path: texts for path, texts in found.items() if texts} == {}
