"""The command line: `edgebert export | run | evaluate | inspect | check | doctor`, one file a verb.

What a verb needs beyond typer is imported when it runs: `edgebert --help` starts fast on a board,
and only `edgebert export` ever imports the workstation side.
"""

from edgebert.cli.app import app, main

__all__ = ["app", "main"]
