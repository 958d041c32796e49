"""What `edgebert report` prints on a terminal: one table a section."""

from edgebert.cli.output import print_line, print_table
from edgebert.report import Report
from edgebert.report.report import Section
from edgebert.report.table import COLUMNS, EXPLANATION, cells_of
from edgebert.report.wording import (
    accuracy_line,
    bundle_of,
    describe_device,
    reasons_of,
    sentence_of,
)


def print_report(report: Report) -> None:
    """Print every section, then what to ship."""
    for section in report.sections:
        _print_section(section)
    if any(section.rows for section in report.sections):
        print_line(EXPLANATION)
    print_line(report.rule)
    for note in report.notes:
        print_line(note)
    print_line("")
    for section in report.sections:
        print_line(sentence_of(section), style="bold")


def _print_section(section: Section) -> None:
    print_line(
        f"{section.number}. {describe_device(section.origin.target, section.origin.machine)}",
        style="bold",
    )
    print_line(bundle_of(section))
    if section.apart is not None:
        print_line(section.apart)
    if section.rows:
        print_table(COLUMNS, map(cells_of, section.rows))
    print_line(accuracy_line(section))
    for line in section.notes:
        print_line(line)
    for line in reasons_of(section.choice):
        print_line(f"Not in the choice: {line}")
    print_line("")
