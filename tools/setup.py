"""Makes this folder ready to run: `.venv`, the locked packages, the system libraries, the two commands. Standard library only.

    python3 tools/setup.py      (what `make setup` calls; every other target calls it first)

Safe to repeat: with nothing to do it looks at one stamp, `.venv/.setup-done`, and uses no network. Safe to interrupt: a `.venv` that was
left half made is made anew. A `.venv` that is a link to a shared environment is filled but never removed. On Debian, missing system
libraries are installed when the user is root; otherwise the one command to type is printed. It may import nothing of the project.
"""

import fcntl
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
LOCK = ROOT / "requirements" / "dev.txt"
DONE = VENV / ".setup-done"
"""Holds the fingerprint of what was installed; absent until all of it was."""
STARTED = VENV / ".setup-started"
"""Present only while packages are being installed: found at the start, it means that the last run was cut off."""

CLIENT = [
    "libegl1",
    "libgl1",
    "libx11-6",
    "libxkbcommon0",
    "libdbus-1-3",
    "libfontconfig1",
    "libfreetype6",
    "libglib2.0-0",
    "libbrotli1",
    "libthai0",
]
"""Debian packages without which Qt cannot be imported or breaks Thai lines wrongly."""
WINDOW = [
    "libx11-xcb1",
    "libxcb-cursor0",
    "libxcb-icccm4",
    "libxcb-image0",
    "libxcb-keysyms1",
    "libxcb-randr0",
    "libxcb-render-util0",
    "libxcb-shape0",
    "libxcb-sync1",
    "libxcb-xfixes0",
    "libxcb-xkb1",
    "libxkbcommon-x11-0",
    "xvfb",
    "xauth",
]
"""Debian packages for a real window, or for one that the tests open on a screen of their own."""

LAUNCHER = '''#!/bin/sh
''\'exec' "{python}" "$0" "$@"
' \'''
"""Starts {module} from the folder this `.venv` belongs to; written by tools/setup.py."""

import sys
from pathlib import Path

roots = [path.parent.parent.parent for path in (Path(__file__).absolute(), Path(__file__).resolve())]
sys.path[0] = str(next((root for root in roots if (root / "records").is_dir()), roots[-1]))

from {module} import {function}

sys.exit({function}())
'''


class SetupError(Exception):
    """Setting up cannot go on; the text says what to do."""


def run(*command: str, **environment: str) -> bool:
    """Runs a command with its errors shown and nothing else; True when it succeeded."""
    env = {**os.environ, **environment}
    return subprocess.run(command, check=False, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, env=env).returncode == 0


def fingerprint() -> str:
    """What must be in place, as one hash: the locked packages and the list of system packages."""
    return hashlib.sha256(LOCK.read_bytes() + repr((CLIENT, WINDOW)).encode()).hexdigest()


def missing_system_packages(wanted: list[str]) -> list[str]:
    """Those of the Debian packages that are neither installed nor provided by one that is; empty where there is no dpkg."""
    if not shutil.which("dpkg-query"):
        return []
    query = ["dpkg-query", "-W", "-f", "${db:Status-Status} ${Package} ${Provides}\n"]
    lines = subprocess.run(query, check=True, capture_output=True, text=True).stdout.splitlines()
    installed = {word.strip(",") for line in lines if line.startswith("installed ") for word in line.split()[1:]}
    return [package for package in wanted if package not in installed]


def install_system_packages() -> None:
    """Installs what Debian must give, or prints the command. Raises SetupError when the program could not start without it."""
    needed = [*CLIENT, *([] if importlib.util.find_spec("ensurepip") else ["python3-venv"])]
    missing = missing_system_packages([*needed, *WINDOW])
    if not missing:
        return
    install = ["apt-get", "install", "-y", "--no-install-recommends", *missing]
    if os.geteuid() == 0 and shutil.which("apt-get"):
        print(f"Installing {len(missing)} system packages: {' '.join(missing)}", flush=True)
        patiently = ["-qq", "-o", "DPkg::Lock::Timeout=300", "-o", "Acquire::Retries=3"]
        run("apt-get", *patiently, "update")
        run("apt-get", *patiently, *install[1:], DEBIAN_FRONTEND="noninteractive", DEBCONF_NOWARNINGS="yes")
        missing = missing_system_packages(missing)
    if missing:
        print(f"These system packages are missing; this one command installs them:\n\n    sudo {' '.join(install)}\n", flush=True)
    if set(missing) & set(needed):
        raise SetupError("Nothing else was changed. Install the system packages, then give the same command again.")
    if missing:
        print("Going on without them: everything works except opening a window.", flush=True)


def has_python() -> bool:
    """Tells whether `.venv` holds a working Python that is new enough, with pip."""
    check = "import pip, sys; sys.exit(sys.version_info < (3, 11))"
    try:
        return subprocess.run([PYTHON, "-c", check], check=False, capture_output=True).returncode == 0
    except OSError:
        return False


def make_venv() -> None:
    """Makes `.venv` where there is none, or where the last run left half of one. Raises SetupError when it cannot."""
    if VENV.is_symlink():
        if not has_python():
            raise SetupError(
                f".venv is a link to {os.readlink(VENV)}, where there is no Python 3.11 with pip. Remove the link and try again."
            )
        return
    if has_python() and not STARTED.exists():
        return
    if VENV.exists():
        print("Making .venv anew: the one here is not complete.", flush=True)
        shutil.rmtree(VENV)
    VENV.mkdir()
    STARTED.touch()
    if not run(sys.executable, "-m", "venv", str(VENV)):
        raise SetupError("Python could not make the environment .venv; the reason is above.")


def install_packages() -> None:
    """Installs the locked packages, every file checked against its hash; nothing is built here, so nothing unlocked is fetched."""
    count = sum("==" in line and not line.startswith(" ") for line in LOCK.read_text(encoding="utf-8").splitlines())
    print(f"Installing {count} packages into .venv (a minute or two the first time) ...", flush=True)
    STARTED.touch()
    pip = [str(PYTHON), "-m", "pip", "--disable-pip-version-check", "-qq", "install", "--no-input", "--retries", "5"]
    if not run(*pip, "--require-hashes", "--only-binary", ":all:", "-r", str(LOCK)):
        raise SetupError("The packages could not all be installed; the reason is above. Give the same command again when it is mended.")


def write_launchers() -> None:
    """Writes the commands of pyproject.toml's [project.scripts] into `.venv/bin`, where they are absent or out of date."""
    import tomllib  # not at the top: an older Python must get as far as the sentence in main()

    scripts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["scripts"]
    python = VENV.resolve() / "bin" / "python"
    for name, target in scripts.items():
        module, function = target.split(":")
        text = LAUNCHER.format(python=python, module=module, function=function)
        path = VENV / "bin" / name
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")
            path.chmod(0o755)


def set_up() -> None:
    """Does what is missing and nothing else. Raises SetupError with what to do when it cannot."""
    if not (DONE.exists() and DONE.read_text(encoding="utf-8") == fingerprint() and PYTHON.exists()):
        install_system_packages()
        make_venv()
        install_packages()
        write_launchers()
        DONE.write_text(fingerprint(), encoding="utf-8")
        STARTED.unlink(missing_ok=True)
        print("Ready. `make run` starts the program, `make test` runs the tests.", flush=True)
    write_launchers()


def main() -> int:
    """Sets up, one process at a time; gives the exit status."""
    if sys.version_info < (3, 11):  # noqa: UP036  the sentence is for whoever starts it with an older one
        print("Thongthin needs Python 3.11 or newer: make PYTHON=python3.11 ...", file=sys.stderr)
        return 1
    folder = os.open(ROOT, os.O_RDONLY)
    fcntl.flock(folder, fcntl.LOCK_EX)
    try:
        set_up()
    except SetupError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Stopped. The same command goes on from here.", file=sys.stderr)
        return 130
    finally:
        os.close(folder)
    return 0


if __name__ == "__main__":
    sys.exit(main())
