"""Reading text files of any size: lines, and records with named fields, one at a time."""

from edgebert.records.lines import read_lines
from edgebert.records.records import Record, read_csv, read_jsonl

__all__ = ["Record", "read_csv", "read_jsonl", "read_lines"]
