"""The directions of imports: the real tree keeps them, and each contract of pyproject.toml catches the import it is there for."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("records", "desktop", "server_stub", "demo")
LINT = "import sys; from importlinter.cli import lint_imports_command; sys.exit(lint_imports_command(['--no-cache', '--no-logo']))"

PLANTED = [
    ("records.planted", "desktop.storage"),
    ("records.planted", "server_stub"),
    ("records.planted", "sqlite3"),
    ("records.planted", "pathlib"),
    ("records.planted", "PySide6"),
    ("desktop.storage.planted", "desktop.sync"),
    ("desktop.storage.planted", "PySide6"),
    ("desktop.sync.planted", "desktop.services"),
    ("desktop.sync.planted", "desktop.ui"),
    ("desktop.sync.planted", "PySide6"),
    ("desktop.sync.planted", "requests"),
    ("desktop.sync.planted", "sqlcipher3"),
    ("desktop.reports.planted", "desktop.imports"),
    ("desktop.services.planted", "desktop.ui"),
    ("desktop.services.planted", "sqlite_utils"),
    ("desktop.services.planted", "openpyxl"),
    ("desktop.services.planted", "rustpy_xlsxwriter"),
    ("desktop.services.planted", "python_calamine"),
    ("desktop.services.planted", "keyring"),
    ("desktop.services.planted", "fastapi"),
    ("desktop.ui.planted", "desktop.app"),
    ("desktop.ui.planted", "requests"),
    ("desktop.planted", "server_stub"),
    ("desktop.planted", "demo"),
    ("server_stub.planted", "desktop"),
    ("server_stub.planted", "sqlite3"),
    ("server_stub.planted", "psycopg"),
    ("server_stub.storage.planted", "sqlite_utils"),
    ("demo.planted", "server_stub"),
    ("demo.planted", "PySide6"),
]
"""(module, what it may not import), one for each thing the contracts forbid."""

ALLOWED = [
    ("desktop.ui.owner", "PySide6"),
    ("desktop.sync.transport", "requests"),
    ("desktop.storage.owner", "sqlite3"),
    ("desktop.storage.owner", "sqlcipher3"),
    ("desktop.storage.owner", "sqlite_utils"),
    ("server_stub.storage.owner", "sqlite3"),
    ("server_stub.storage.owner", "psycopg"),
    ("desktop.credentials", "keyring"),
    ("desktop.reports.owner", "openpyxl"),
    ("desktop.reports.owner", "rustpy_xlsxwriter"),
    ("desktop.imports.owner", "python_calamine"),
    ("desktop.app", "desktop.ui"),
    ("desktop.services.owner", "desktop.sync"),
    ("desktop.sync.owner", "desktop.storage"),
    ("demo.owner", "desktop.app"),
    ("server_stub.owner", "fastapi"),
]
"""(module, what it may import): each library has its one owner."""


def lint(folder: Path) -> tuple[int, str]:
    """Runs the contracts on the packages in the folder: exit status, report."""
    done = subprocess.run([sys.executable, "-c", LINT], cwd=folder, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def plant(folder: Path, imports: list[tuple[str, str]]) -> None:
    """Lays out empty packages under the project's own contracts, with modules that import what is listed."""
    shutil.copy(ROOT / "pyproject.toml", folder)
    for init in (path for package in PACKAGES for path in (ROOT / package).rglob("__init__.py")):
        copy = folder / init.relative_to(ROOT)
        copy.parent.mkdir(parents=True)
        copy.touch()
    for name in ("desktop.app", *(module for module, _ in imports)):
        (folder / f"{name.replace('.', '/')}.py").touch()
    for module, imported in imports:
        with (folder / f"{module.replace('.', '/')}.py").open("a", encoding="utf-8") as file:
            file.write(f"import {imported}\n")


@pytest.fixture(scope="module")
def report_on_planted(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What the contracts say of a tree with every wrong import in it."""
    folder = tmp_path_factory.mktemp("planted")
    plant(folder, PLANTED)
    status, report = lint(folder)
    assert status == 1, report
    return report


def test_the_tree_keeps_its_directions() -> None:
    status, report = lint(ROOT)
    assert status == 0, report


@pytest.mark.parametrize(("module", "imported"), PLANTED)
def test_a_wrong_import_is_caught(module: str, imported: str, report_on_planted: str) -> None:
    assert f"{module} -> {imported} (l." in report_on_planted


def test_every_contract_has_an_import_that_breaks_it(report_on_planted: str) -> None:
    assert " 0 kept, " in report_on_planted, report_on_planted


def test_each_library_has_an_owner_that_may_import_it(tmp_path: Path) -> None:
    plant(tmp_path, ALLOWED)
    status, report = lint(tmp_path)
    assert status == 0, report
