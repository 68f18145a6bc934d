"""`thongthin-server`, also as `python -m server_stub`."""

import os
import sys

from server_stub.cli import run
from server_stub.storage.address import without_password


def main() -> None:
    """Runs the command line of this process."""
    hide_password()
    sys.exit(run(sys.argv[1:]))


def hide_password() -> None:
    """Starts the process anew without the password of `--database postgresql://...` on its line, which every user of the machine can list.

    libpq finds it in PGPASSWORD, which only the same user can read. On Windows no other user sees the line.
    """
    line, found = [], None
    for word in sys.orig_argv:
        option, equals, url = word.partition("=") if word.startswith("--database=") else ("", "", word)
        shown, password = without_password(url)
        line.append(option + equals + shown)
        found = password or found
    if found is not None and os.name == "posix":
        os.environ["PGPASSWORD"] = found
        os.execv(sys.executable, [sys.executable, *line[1:]])  # noqa: S606  # the same program on the same line


if __name__ == "__main__":
    main()
