"""`make run`: starts a central server with sample offices and opens the desktop; with no display, plays the day and says what it did.

    .venv/bin/python -m demo [--headless] [--seed N]

Everything lives in build/run and is made anew each time. Ends with 0 only if all of it worked.
"""

import argparse
import os
import shutil
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from demo.day import Day, DayFailed
from demo.line import Line
from demo.sample import sample_offices
from demo.server import CentralServer

FOLDER = Path("build/run")


def _say(step: str, result: str) -> None:
    print(f"  ✓ {step} — {result}", flush=True)


def _has_display() -> bool:
    return sys.platform in ("win32", "darwin") or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def main() -> int:
    """Plays the day; then shows it in a window, or as a picture and an Excel book."""
    parser = argparse.ArgumentParser(prog="make run", description="A day in an office.")
    parser.add_argument("--headless", action="store_true", help="play the day without a window")
    parser.add_argument("--seed", type=int, default=2569, help="another seed, other offices")
    arguments = parser.parse_args()
    if isinstance(sys.stdout.encoding, str) and sys.stdout.encoding.lower().replace("-", "") != "utf8":
        os.environ["PYTHONIOENCODING"] = "utf-8"
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    first, second = sample_offices(arguments.seed, 2, datetime.now(UTC))
    print(f"ท้องถิ่น · หนึ่งวันใน{first.name} {first.place}", flush=True)
    started = time.monotonic()
    with CentralServer(FOLDER / "server") as server, Line() as line:
        day = Day(FOLDER.resolve(), server, line, (first, second), _say)
        try:
            day.play()
        except (DayFailed, RuntimeError) as error:
            print(f"  ✗ {error}", file=sys.stderr)
            return 1
        print(f"ครบทั้งวันใน {time.monotonic() - started:.0f} วินาที", flush=True)
        return _show(day, headless=arguments.headless or not _has_display())


def _show(day: Day, *, headless: bool) -> int:
    print(f"สมุดงาน Excel: {day.stage.book}")
    print(f"เอกสาร PDF: {', '.join(str(path) for path in day.stage.papers)}")
    desk = day.stage.desks.a
    if not headless:
        return desk.run_module("desktop", "--home", str(desk.home))
    pictures = {"project": FOLDER.resolve() / "desktop.png", "sync": FOLDER.resolve() / "sync.png"}
    for place, picture in pictures.items():
        code = desk.run_module("tools.portrait", str(desk.home), str(picture), place, QT_QPA_PLATFORM="offscreen")
        if code or not picture.exists():
            print("  ✗ the window could not be drawn", file=sys.stderr)
            return 1
    print(f"ภาพหน้าจอ: {', '.join(str(path) for path in pictures.values())}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
