"""The command line `thongthin-server`, a contract that scripts rely on.

Global options stand anywhere on the line: --home, --database, --json. Exit: 0 done, 1 an error in one sentence on stderr, 2 usage,
3 done but something is listed that needs a person.
"""

import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer

from records.catalogue import BY_TYPE
from records.errors import AppError
from records.words import Language, Words, say
from server_stub.audit import verify as verify_chain
from server_stub.auth import Auth
from server_stub.block_closing import close_of_device
from server_stub.enrolment_bundle import BLOCK, write_enrolment
from server_stub.file_damage import damaged as damaged_files
from server_stub.files import FileLimits
from server_stub.recovery_commands import register as register_recovery
from server_stub.registry_history import RegistryHistory, history_as_json, history_as_words
from server_stub.registry_import import Imported, RegistryImport, read_plan
from server_stub.registry_list import TYPES, read_list
from server_stub.registry_older import read_events, read_older
from server_stub.serving import files_folder, now
from server_stub.serving import serve as serve_until_stopped
from server_stub.storage.base import Storage
from server_stub.storage.directory import StoredGrant
from server_stub.stream_commands import register as register_streams
from server_stub.sync import SyncService
from server_stub.workplace import Database, database_of, home_folder, new_file, open_storage

LISTED = 3
"""Exit code: finished, but something is listed that needs a person."""
_ANYWHERE = {"--home": True, "--database": True, "--json": False}
"""Options that may stand anywhere, and whether each takes a value."""

app = typer.Typer(
    help="Thongthin central server. --home DIR, --database URL and --json may stand anywhere.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


@dataclass(frozen=True)
class Workplace:
    """What the global options say."""

    database: Database
    as_json: bool
    language: Language

    def open(self, *, must_exist: bool = True) -> Storage:
        """The store. Raises what opening it raises."""
        return open_storage(self.database, must_exist=must_exist)

    def tell(self, value: Any, text: Words | str) -> None:
        """Prints what was done: for a program as JSON, for a person as text."""
        if self.as_json:
            sys.stdout.write(msgspec.json.format(msgspec.json.encode(value), indent=2).decode() + "\n")
        else:
            typer.echo(say(text, self.language) if isinstance(text, Words) else text)


def _language() -> Language:
    named = next((os.environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)), "")
    return Language.THAI if named.startswith("th") else Language.ENGLISH


@app.callback()
def options(
    context: typer.Context,
    home: Annotated[Path | None, typer.Option(help="Data folder; else THONGTHIN_HOME, else the system's.")] = None,
    database: Annotated[
        str | None, typer.Option(help="postgresql://user@host/name, sqlite:///path or a path; else a file in the data folder.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Thongthin central server. --home DIR, --database URL and --json may stand anywhere."""
    context.obj = Workplace(database_of(database, home_folder(home)), as_json, _language())


@app.command()
def init(context: typer.Context) -> None:
    """Make the database; one that is there stays as it is."""
    place: Workplace = context.obj
    storage = place.open(must_exist=False)
    device = Auth(storage, now, os.urandom).ensure_server()
    storage.close()
    words = Words(f"ฐานข้อมูลพร้อมใช้: {place.database}", f"The database is ready: {place.database}")
    place.tell({"database": str(place.database), "server_device": device}, words)


@app.command()
def serve(
    context: typer.Context,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="0 takes a free port and prints it.")] = 8765,
    workers: Annotated[int, typer.Option(min=1, max=64, help="Processes.")] = 1,
    tls_cert: Annotated[Path | None, typer.Option(exists=True, dir_okay=False, help="Certificate chain, PEM.")] = None,
    tls_key: Annotated[Path | None, typer.Option(exists=True, dir_okay=False, help="Private key, PEM.")] = None,
    moved_to: Annotated[str, typer.Option(metavar="URL", help="Send every client to the server that took this one's place.")] = "",
    files: Annotated[Path | None, typer.Option(file_okay=False, help="Folder of attached files; else beside the database.")] = None,
    largest_file: Annotated[int, typer.Option(min=1, max=10_000, help="Megabytes of one attached file.")] = 100,
    files_quota: Annotated[int, typer.Option(min=1, max=1_000_000, help="Gigabytes of all attached files of one stream.")] = 50,
) -> None:
    """Serve until told to stop; prints "ready" and the address."""
    if tls_key is not None and tls_cert is None:
        raise typer.BadParameter("--tls-key needs --tls-cert.")
    if moved_to and not moved_to.startswith(("https://", "http://127.0.0.1", "http://localhost")):
        raise typer.BadParameter("--moved-to is an https address: clients follow to no other.")
    place: Workplace = context.obj
    storage = place.open(must_exist=False)
    Auth(storage, now, os.urandom).ensure_server()
    storage.close()
    limits = FileLimits(largest_file << 20, files_quota << 30)
    serve_until_stopped(
        place.database,
        host=host,
        port=port,
        workers=workers,
        tls_cert=tls_cert,
        tls_key=tls_key,
        files=files,
        file_limits=limits,
        moved_to=moved_to,
    )


@app.command("import-registry")
def import_registry(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="CSV list of DLA.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Print the plan as JSON, change nothing.")] = False,
    accept: Annotated[Path | None, typer.Option(help="Do what this plan says.")] = None,
) -> None:
    """Fill the registry from DLA's list, or compare a later list with it."""
    if dry_run and accept is not None:
        raise typer.BadParameter("--dry-run and --accept exclude each other.")
    place: Workplace = context.obj
    listed = read_list(file)
    plan = read_plan(accept) if accept is not None else None
    storage = place.open(must_exist=False)
    device = Auth(storage, now, os.urandom).ensure_server()
    registry = RegistryImport(storage, BY_TYPE, now, os.urandom, device=device)
    if dry_run:
        sys.stdout.write(msgspec.json.format(msgspec.json.encode(registry.plan(listed)), indent=2).decode() + "\n")
        return
    done = registry.run(listed) if plan is None else registry.accept(listed, plan)
    storage.close()
    place.tell(_import_as_json(done), _import_as_words(done))
    if done.left is not None or done.faults:
        raise typer.Exit(LISTED)


def _import_as_json(done: Imported) -> dict[str, Any]:
    left = done.left
    names = ("new", "gone", "renamed", "upgraded", "changed")
    return {
        "offices": sum(done.by_type.values()),
        "by_type": done.by_type,
        "created": done.created,
        "updated": done.updated,
        "unchanged": done.unchanged,
        "left": {name: len(getattr(left, name)) if left else 0 for name in names},
        "faults": done.faults,
    }


def _import_as_words(done: Imported) -> Words:
    total = sum(done.by_type.values())
    lines = [
        Words(
            f"ทะเบียน อปท. มี {total:,} แห่ง เพิ่ม {done.created:,} แก้ไข {done.updated:,} คงเดิม {done.unchanged:,}",
            f"The registry has {total:,} offices: {done.created:,} added, {done.updated:,} changed, {done.unchanged:,} as before",
        ),
        *(Words(f"  {TYPES[name].th} {count:,}", f"  {TYPES[name].en} {count:,}") for name, count in done.by_type.items()),
        *(Words(f"อ่านไม่ได้ บรรทัด {fault}", f"Not read, line {fault}") for fault in done.faults),
    ]
    if done.left is not None:
        lines.append(
            Words(
                f"เหลือ {done.left.open_points:,} รายการให้คนตรวจ: ดูด้วย --dry-run แล้วสั่งด้วย --accept แผน",
                f"{done.left.open_points:,} points are left for a person: see them with --dry-run, then --accept PLAN",
            )
        )
    return Words("\n".join(line.th for line in lines), "\n".join(line.en for line in lines))


@app.command("import-events")
def import_events(
    context: typer.Context,
    events: Annotated[Path, typer.Argument(help="CSV of events: create, statuschange, rename, mergedwith, abolished, areachange.")],
    older: Annotated[Path, typer.Option(help="CSV of the older registry that the events speak of.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what it would do, change nothing.")] = False,
) -> None:
    """Add what became of each office, its former codes and what its entry lacks; exit 3 when offices cannot be matched for certain."""
    place: Workplace = context.obj
    offices, rows = read_older(older), read_events(events)
    storage = place.open(must_exist=False)
    device = Auth(storage, now, os.urandom).ensure_server()
    history = RegistryHistory(storage, BY_TYPE, now, os.urandom, device=device)
    found = history.plan(offices, rows) if dry_run else history.run(offices, rows)
    storage.close()
    place.tell(history_as_json(found, is_dry_run=dry_run), history_as_words(found, is_dry_run=dry_run))
    if found.unmatched:
        raise typer.Exit(LISTED)


@app.command("add-account")
def add_account(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="a-z, 0-9, dot, dash, underscore.")],
    role: Annotated[str, typer.Option(help="clerk, head, office-admin, district, province, dla, auditor or reader.")],
    stream: Annotated[list[str], typer.Option(help="STREAM:read|write[:area,area]; may be given several times.")],
    full_name: Annotated[str, typer.Option(help="As colleagues know the person.")] = "",
) -> None:
    """Add an account, or give one that is there this role and these grants."""
    place: Workplace = context.obj
    storage = place.open(must_exist=False)
    auth = Auth(storage, now, os.urandom)
    auth.ensure_server()
    grants = auth.add_account(name, role, stream, full_name)
    storage.close()
    told = {"name": name, "role": role, "streams": [_grant(grant) for grant in grants]}
    listed = ", ".join(f"{grant.stream} ({grant.access})" for grant in grants)
    place.tell(told, Words(f"บัญชี {name} พร้อมใช้: {listed}", f"Account {name} is ready: {listed}"))


def _grant(grant: StoredGrant) -> dict[str, Any]:
    return {"stream": grant.stream, "access": grant.access, "areas": list(grant.areas)}


@app.command("enrolment-code")
def enrolment_code(context: typer.Context, name: Annotated[str, typer.Argument(help="Account name.")]) -> None:
    """Print a code that lets the account enrol one device within 7 days."""
    place: Workplace = context.obj
    storage = place.open()
    code = Auth(storage, now, os.urandom).new_code(name)
    storage.close()
    place.tell({"code": code}, code)


@app.command("enrolment-bundle")
def enrolment_bundle(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="Account name.")],
    to: Annotated[Path, typer.Option(metavar="FILE", dir_okay=False, help="The bundle to write, such as desk.ttb.")],
    server: Annotated[str, typer.Option(metavar="URL", help="The server's address, for the day there is a line.")] = "",
    device_name: Annotated[str, typer.Option(help="What the computer is called; else as the account.")] = "",
    block: Annotated[int, typer.Option(min=0, max=1000, help="Receipt numbers to give along.")] = BLOCK,
) -> None:
    """Write all that a computer without a line needs to begin, and print the code that opens it."""
    place: Workplace = context.obj
    storage = place.open()
    auth = Auth(storage, now, os.urandom)
    auth.ensure_server()
    service = SyncService(storage, BY_TYPE, now, os.urandom)
    with new_file(to) as out:
        made = write_enrolment(out, name, auth, service, storage, now, os.urandom, device_name=device_name, server=server, block=block)
    storage.close()
    told = {"code": made.code, "device": made.device, "file": str(to), "records": made.records, "numbers": made.numbers}
    words = Words(
        f"แฟ้มลงทะเบียน {to}: {made.records:,} รายการ เลขใบเสร็จ {made.numbers:,} เลข รหัส (แสดงครั้งเดียว ส่งแยกจากแฟ้ม):\n{made.code}",
        f"Enrolment bundle {to}: {made.records:,} records, {made.numbers:,} receipt numbers. Its code (shown once; send it apart from the file):\n{made.code}",
    )
    place.tell(told, words)


@app.command("list-devices")
def list_devices(context: typer.Context) -> None:
    """List the enrolled devices and who works on them."""
    place: Workplace = context.obj
    storage = place.open()
    devices = Auth(storage, now, os.urandom).devices()
    storage.close()
    told = [
        {
            "id": device.id,
            "name": device.name,
            "os": device.os,
            "app_version": device.app_version,
            "accounts": list(accounts),
            "enrolled_at": device.enrolled_at,
            "revoked_at": device.revoked_at,
        }
        for device, accounts in devices
    ]
    revoked = say(Words("ยกเลิกแล้ว", "revoked"), place.language)
    lines = [
        f"{d.id}  {d.name}  {', '.join(who)}  {d.enrolled_at}" + (f"  {revoked} {d.revoked_at}" if d.revoked_at else "")
        for d, who in devices
    ]
    place.tell(told, "\n".join(lines) if lines else Words("ยังไม่มีเครื่องที่ลงทะเบียน", "No device is enrolled yet"))


@app.command("revoke-device")
def revoke_device(context: typer.Context, device_id: Annotated[str, typer.Argument(metavar="ID", help="See list-devices.")]) -> None:
    """Shut a device out from its next call on."""
    place: Workplace = context.obj
    storage = place.open()
    device = Auth(storage, now, os.urandom).revoke(device_id)
    closed = close_of_device(storage, BY_TYPE, device.id, clock=now, entropy=os.urandom)
    storage.close()
    told = {"id": device.id, "name": device.name, "revoked_at": device.revoked_at, "closed_blocks": closed}
    words = Words(
        f"ยกเลิกสิทธิเครื่อง {device.name} แล้ว ปิดช่วงเลข {closed} ช่วง", f"Device {device.name} is revoked; {closed} blocks of numbers closed"
    )
    place.tell(told, words)


@app.command()
def verify(
    context: typer.Context,
    files: Annotated[Path | None, typer.Option(file_okay=False, help="Folder of attached files; else beside the database.")] = None,
) -> None:
    """Compute the audit chain and the hashes of documents again; exit 3 when something does not fit."""
    place: Workplace = context.obj
    storage = place.open()
    found = verify_chain(storage)
    storage.close()
    count, damaged = damaged_files(files_folder(place.database, str(files or "")))
    damage = [{"stream": part.stream, "seq": part.seq, "what": part.what} for part in found.damage]
    lines = [f"{part.stream} {part.seq}: {part.what}" for part in found.damage] + [f"{file.stream} {file.sha256}" for file in damaged]
    head = Words(
        f"ตรวจ {found.streams:,} ชุดข้อมูล {found.revisions:,} รายการ พบที่ผิด {len(damage):,} และเอกสาร {count:,} แฟ้ม พบที่เสีย {len(damaged):,}",
        f"{found.streams:,} streams and {found.revisions:,} writes checked, {len(damage):,} do not fit; "
        f"{count:,} documents checked, {len(damaged):,} were damaged and set aside",
    )
    told = {
        "ok": not damage and not damaged, "streams": found.streams, "revisions": found.revisions, "damage": damage, "files": count,
        "damaged_files": [{"stream": file.stream, "sha256": file.sha256} for file in damaged],
    }  # fmt: skip
    place.tell(told, "\n".join([say(head, place.language), *lines]))
    if damage or damaged:
        raise typer.Exit(LISTED)


register_recovery(app)
register_streams(app)


def options_first(arguments: Sequence[str]) -> list[str]:
    """The line with the options that may stand anywhere put before the command, where the parser wants them."""
    first: list[str] = []
    rest: list[str] = []
    words = iter(arguments)
    for word in words:
        name, has_value, _ = word.partition("=")
        if word == "--":
            rest += [word, *words]
        elif name not in _ANYWHERE or (has_value and not _ANYWHERE[name]):
            rest.append(word)
        else:
            first.append(word)
            if _ANYWHERE[name] and not has_value:
                first += [value for value in [next(words, None)] if value is not None]
    return first + rest


def run(arguments: Sequence[str]) -> int:
    """Runs one command line and returns the exit code."""
    try:
        app(options_first(arguments), prog_name="thongthin-server")
    except AppError as error:
        typer.echo(error.sentence(_language()).replace("\n", " "), err=True)
        return 1
    except SystemExit as done:
        return done.code if isinstance(done.code, int) else 0
    return 0
