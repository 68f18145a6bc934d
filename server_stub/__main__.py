"""`thongthin-server`, also as `python -m server_stub`."""

import sys

from server_stub.cli import run


def main() -> None:
    """Runs the command line of this process."""
    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
