"""The command line: a contract that other programs script (docs/command-line.md).

    thongthin [command | FILE.ttb] [--home DIR] [--json] [--language th|en] [--stream STREAM]      global options stand anywhere

Exit codes: 0 done; 1 an error, one sentence on stderr; 2 wrong usage; 3 finished, but something is refused, paused or left out.
"""

from collections.abc import Mapping, Sequence
from contextlib import ExitStack, redirect_stdout, suppress
from pathlib import Path
from typing import BinaryIO, TextIO

import typer

from desktop import app as parts
from desktop import paths
from desktop.commands import (
    budget,
    bundle,
    conflicts,
    duplicates,
    files,
    mend,
    people,
    plans,
    receipts,
    records,
    registry,
    requests,
    safety,
    sheets,
    sync,
    years,
)
from desktop.commands.session import Opener, Session, session_of
from records.bundle import SUFFIX
from records.errors import AppError
from records.words import Language, Words, say

ERROR = 1
USAGE = 2
LEFT = 3

_VALUED = ("--home", "--language", "--stream")

_USAGE = Words("คำสั่งไม่ถูกต้อง: {detail} ดูวิธีใช้ด้วย --help", "Wrong usage: {detail} See --help.")
_BUG = Words(
    "โปรแกรมขัดข้องโดยไม่คาดคิด ({kind}) ข้อมูลที่บันทึกแล้วยังอยู่ครบ รายละเอียดอยู่ใน {log} โปรดส่งให้ผู้ดูแลระบบ",
    "The program failed unexpectedly ({kind}); what was saved is safe. Details are in {log}; please send them to your administrator.",
)
_STOPPED = Words("หยุดตามคำสั่ง สิ่งที่บันทึกแล้วยังอยู่ครบ", "Stopped as asked; what was saved is safe.")


class _Usage(Exception):
    """The global options are not as they must be."""


def run(
    arguments: Sequence[str],
    *,
    environ: Mapping[str, str],
    stdin: BinaryIO,
    stdout: TextIO,
    stderr: TextIO,
    open_office: Opener = parts.open_office,
) -> int:
    """Runs one command and returns its exit code. Prints to the given streams alone."""
    for stream in (stdout, stderr):
        # A Thai Windows console knows Windows-874 only: what it cannot show becomes a question mark, never a crash.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    language = Language.THAI
    try:
        rest, options, as_json = _without_global(arguments)
        file = Path(rest.pop()) if len(rest) == 1 and rest[0].lower().endswith(SUFFIX) else None
        language_given = _language(options.get("--language"))
        home = Path(options["--home"]) if "--home" in options else None
        session = Session(home, as_json, options.get("--stream"), language_given, environ, stdin, stdout, stderr, open_office, file)
        language = session.language
        return _invoke(rest, session)
    except (_Usage, typer.exceptions.TyperException) as error:
        # What the parser refuses, and nothing else, is a TyperException.
        detail = error.format_message() if isinstance(error, typer.BadParameter) else str(error)
        stderr.write(say(_USAGE, language, detail=detail) + "\n")
        return USAGE
    except AppError as error:
        stderr.write(error.sentence(language) + "\n")
        return ERROR
    except (KeyboardInterrupt, typer.Abort):
        stderr.write(say(_STOPPED, language) + "\n")
        return ERROR
    except Exception as error:  # noqa: BLE001  # the top of the main thread: a bug is logged (in the session) and said in a sentence
        stderr.write(say(_BUG, language, kind=type(error).__name__, log=f"{paths.LOGS}/{paths.LOG}") + "\n")
        return ERROR


def _invoke(rest: Sequence[str], session: Session) -> int:
    # Click writes help and nothing else by itself; it goes where results go.
    with redirect_stdout(session.stdout):
        outcome = typer.main.get_command(make_app(session.language)).main(
            args=list(rest), prog_name="thongthin", obj=session, standalone_mode=False
        )
    return outcome if isinstance(outcome, int) else 0


def _without_global(arguments: Sequence[str]) -> tuple[list[str], dict[str, str], bool]:
    """The arguments without the global options, those with a value, and whether --json stood among them; nothing is read after `--`."""
    rest: list[str] = []
    options: dict[str, str] = {}
    as_json = False
    left = iter(arguments)
    for argument in left:
        name, has_value, value = argument.partition("=")
        if argument == "--":
            rest += [argument, *left]
        elif argument == "--json":
            as_json = True
        elif name in _VALUED:
            given = value if has_value else next(left, "")
            if not given:
                raise _Usage(f"{name} needs a value.")
            options[name] = given
        else:
            rest.append(argument)
    return rest, options, as_json


def _language(given: str | None) -> Language | None:
    if given is None:
        return None
    if given not in tuple(Language):
        raise _Usage("--language is th or en.")
    return Language(given)


def make_app(language: Language) -> typer.Typer:
    """The commands, their help in one language."""
    app = typer.Typer(
        name="thongthin",
        help=say(_HELP, language),
        no_args_is_help=False,
        add_completion=False,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
    )
    app.callback(invoke_without_command=True)(_window_without_command)
    groups = (
        sync, bundle, files, records, conflicts, duplicates, mend, requests, sheets, plans, registry, years, receipts, budget, safety, people,
    )  # fmt: skip
    for group in groups:
        group.register(app, language)
    return app


_HELP = Words(
    "ท้องถิ่น: โปรแกรมประจำวันของ อปท. เปิดหน้าต่างเมื่อไม่มีคำสั่ง ตัวเลือกที่ใช้ได้ทุกที่: --home โฟลเดอร์ --json --language th|en --stream ชื่อ",
    "Thongthin: the everyday program of a local office. Opens its window without a command. "
    "Options that stand anywhere: --home DIR --json --language th|en --stream STREAM",
)


def _window_without_command(context: typer.Context) -> None:
    if context.invoked_subcommand is None:
        # Commands never load Qt.
        from desktop.ui.start import run as run_window

        session = session_of(context)
        with ExitStack() as stack:
            # A folder that cannot hold a log cannot hold data either: the window says so in its own dialog.
            with suppress(AppError):
                stack.enter_context(parts.logged(session.folder, session.environ))
            code = run_window(session.home, session.language, session.open_office, session.file)
        raise typer.Exit(code)
