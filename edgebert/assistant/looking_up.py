"""Answers out of what was read, for what the assistant has no handler for."""

import re

from edgebert.assistant.cleaning import without_controls
from edgebert.assistant.config import LookUpRules
from edgebert.knowledge import Answerer, Finding, Knowledge, Reader

UNKNOWN = "I don't know: nothing that I have read comes near enough to that."
OFFER = "answer questions out of what I have read"

_HEADING = re.compile(r"#{1,6}\s+")


def make_answerer(knowledge: Knowledge, reader: Reader | None, rules: LookUpRules) -> Answerer:
    """Make what answers by the thresholds of the configuration."""
    return Answerer(
        knowledge,
        reader,
        similarity=rules.similarity,
        passages=rules.passages,
        score=rules.score,
    )


def say_finding(finding: Finding) -> str:
    """Say what was found and where it stands; a passage keeps its lines, without the marks."""
    lines = [without_controls(line) for line in finding.text.split("\n")]
    said = [_HEADING.sub("", line, count=1) for line in lines if line]
    place = f"({without_controls(finding.place)})"
    if finding.score is not None:
        return f"{' '.join(said)} {place}"
    return "\n".join([*said, place])


def is_question(phrase: str, rules: LookUpRules) -> bool:
    """Tell by its first words whether something is asked, not ordered."""
    return any(f"{phrase} ".startswith(f"{words} ") for words in rules.questions)
