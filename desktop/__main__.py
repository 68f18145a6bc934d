"""`thongthin`: the window without a command, else the command."""

import os
import sys

from desktop import cli


def main() -> None:
    """Runs the program and ends the process with its exit code."""
    sys.exit(cli.run(sys.argv[1:], environ=os.environ, stdin=sys.stdin.buffer, stdout=sys.stdout, stderr=sys.stderr))


if __name__ == "__main__":
    main()
