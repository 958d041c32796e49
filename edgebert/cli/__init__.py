"""The command line `edgebert VERB ...`: one file a verb, and `app` puts them together.

What a verb needs beyond typer is imported when it runs: `edgebert --help` starts fast on a board,
and only the workstation's verbs ever import the workstation side.
"""

from edgebert.cli.app import app, main

__all__ = ["app", "main"]
