"""`thongthin`: the window without a command, else the command."""

import io
import os
import sys

from desktop import collecting


def main() -> None:
    """Runs the program and ends the process with its exit code."""
    collecting.hold()
    from desktop import cli

    # A windowed program on Windows has no standard streams at all.
    stdin = sys.stdin.buffer if sys.stdin else io.BytesIO()
    sys.exit(cli.run(sys.argv[1:], environ=os.environ, stdin=stdin, stdout=sys.stdout or io.StringIO(), stderr=sys.stderr or io.StringIO()))


if __name__ == "__main__":
    main()
