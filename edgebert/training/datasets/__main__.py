"""`python -m edgebert.training.datasets SOURCE OUTPUT`."""

import argparse
import sys
from pathlib import Path

from edgebert.errors import EdgebertError
from edgebert.training import datasets
from edgebert.training.datasets.prepare import prepare


def main() -> None:
    """Write the files, and print how many rows each has."""
    parser = argparse.ArgumentParser(
        prog="python -m edgebert.training.datasets",
        description=datasets.__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("source", type=Path, metavar="SOURCE", help="the sets as published")
    parser.add_argument("output", type=Path, metavar="OUTPUT", help="where the files go")
    arguments = parser.parse_args()
    try:
        counts = prepare(arguments.source, arguments.output)
    except EdgebertError as error:
        print(f"error: {error}", file=sys.stderr)
        sys.exit(error.exit_status)
    for file, rows in counts.items():
        print(f"{rows:9,}  {arguments.output / file}")


if __name__ == "__main__":
    main()
