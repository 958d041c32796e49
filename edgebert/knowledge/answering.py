"""From a question to what is known of it: the nearest passage, or the words in it that answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from edgebert.bundle.manifest import QUESTION_ANSWERING
from edgebert.errors import EdgebertError
from edgebert.knowledge.index import Hit, say_place
from edgebert.knowledge.knowledge import Knowledge
from edgebert.pipeline import Pipeline, load
from edgebert.tasks import Request
from edgebert.tasks.question_answering import ExtractedAnswer


@dataclass(frozen=True)
class Finding:
    """What is known.

    Attributes:
        text: the words that answer, or the whole passage.
        hit: the passage.
        first_line: of the text.
        last_line: of the text.
        score: the reader's of the words, 0 to 1; None of a whole passage.

    """

    text: str
    hit: Hit
    first_line: int
    last_line: int
    score: float | None = None

    @property
    def place(self) -> str:
        """Say where the text stands."""
        return say_place(self.hit.file, self.first_line, self.last_line)

    def to_json(self) -> dict[str, Any]:
        """Convert to what JSON can hold."""
        return {
            "file": self.hit.file,
            "first_line": self.first_line,
            "last_line": self.last_line,
            "similarity": self.hit.similarity,
            "score": self.score,
            "text": self.text,
        }


class Reader:
    """Finds in passages the words that answer a question, by a question-answering bundle."""

    def __init__(self, pipeline: Pipeline) -> None:
        """Take a bundle that is loaded.

        Raises:
            EdgebertError: it is for another task.

        """
        if pipeline.task != QUESTION_ANSWERING:
            raise EdgebertError(
                f"{pipeline.bundle.root}: is for {pipeline.task}, expected a reader: a bundle for "
                f"{QUESTION_ANSWERING}"
            )
        self._pipeline = pipeline

    @classmethod
    def load(
        cls, bundle: str | Path, *, engine: str | None = None, threads: int | None = None
    ) -> Self:
        """Open a bundle.

        Raises:
            EdgebertError: it is for another task; as `edgebert.load`.

        """
        return cls(load(bundle, engine=engine, threads=threads))

    def read(self, question: str, hits: Sequence[Hit]) -> Finding | None:
        """Return the words with the highest score; of equal ones those of the first passage.

        Raises:
            EdgebertError: the bundle answers with numbers that are not finite.

        """
        best: Finding | None = None
        for hit in hits:
            answer = self._pipeline.run(Request(question, hit.passage.text)).answer
            assert isinstance(answer, ExtractedAnswer)
            if answer.text and (best is None or answer.score > (best.score or 0.0)):
                text = hit.passage.text
                first = hit.passage.first_line + text.count("\n", 0, answer.start)
                last = first + answer.text.count("\n")
                best = Finding(answer.text, hit, first, last, answer.score)
        return best


@dataclass(frozen=True)
class Answerer:
    """Answers out of an index, or says that nothing is near enough.

    Attributes:
        knowledge: the index.
        reader: picks the words that answer; without one whole passages answer.
        similarity: least cosine of a passage that answers.
        passages: how many the reader reads.
        score: least score of the reader's words; below it the nearest passage answers.

    """

    knowledge: Knowledge
    reader: Reader | None = None
    similarity: float = 0.4
    passages: int = 3
    score: float = 0.3

    def answer(self, question: str) -> Finding | None:
        """Return what is known of a question, or None where no passage is near enough.

        Raises:
            EdgebertError: a bundle answers with numbers that are not finite.

        """
        found = self.knowledge.search(question, self.passages)
        hits = [hit for hit in found if hit.similarity >= self.similarity]
        if not hits:
            return None
        words = None if self.reader is None else self.reader.read(question, hits)
        if words is not None and words.score is not None and words.score >= self.score:
            return words
        passage = hits[0].passage
        return Finding(passage.text, hits[0], passage.first_line, passage.last_line)
