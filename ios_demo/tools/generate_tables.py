"""Writes edgebert/text/unicode_tables.json into the Swift sources, as a string that core parses.

A resource would have to be found at run time, in another place on every system; a Swift file needs
nothing. A test holds the two equal.
"""

from pathlib import Path

REPOSITORY = Path(__file__).parents[2]
TABLES = REPOSITORY / "edgebert/text/unicode_tables.json"
TARGET = REPOSITORY / "ios_demo/EdgeBertCore/Sources/EdgeBertCore/Text/UnicodeTablesData.swift"


def swift_source() -> str:
    """Return the Swift file that holds the tables."""
    return (
        "// Made by tools/generate_tables.py of edgebert/text/unicode_tables.json: do not edit.\n"
        "// swift-format-ignore-file\n\n"
        f'let unicodeTablesJSON = #"""\n{TABLES.read_text("utf-8").rstrip()}\n"""#\n'
    )


if __name__ == "__main__":
    TARGET.write_text(swift_source(), encoding="utf-8")
