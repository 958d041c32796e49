"""What a file of benchmark records says, for people: groups, a choice, and pages that show them.

`reading` takes records from files, `comparisons` keeps unlike ones apart, `choice` says which
artifact to ship, `report` puts these together; `page`, `markdown` and `sheet` write it down.
"""

from edgebert.report.report import Report, make_report

__all__ = ["Report", "make_report"]
