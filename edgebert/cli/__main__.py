"""`python -m edgebert.cli` is the `edgebert` command."""

from edgebert.cli.app import main

main()
