"""An index before it has vectors: the passages of a folder's files, or a list of phrases."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from edgebert.errors import EdgebertError
from edgebert.knowledge.contents import IndexedFile, Kind, Passage
from edgebert.knowledge.passages import Cutting, cut_passages
from edgebert.knowledge.phrases import read_phrases
from edgebert.knowledge.remembered import Remembered
from edgebert.knowledge.sources import Skipped, Source, read_sources
from edgebert.progress import Progress
from edgebert.text import WordPieceTokenizer


@dataclass(frozen=True)
class Draft:
    """What is to be indexed.

    Attributes:
        kind: passages or phrases.
        cutting: how long passages are; None of phrases.
        languages: of phrases, otherwise none.
        files: each with its passages.
        skipped: what is left out.

    """

    kind: Kind
    cutting: Cutting | None
    languages: tuple[str, ...]
    files: tuple[tuple[IndexedFile, tuple[Passage, ...]], ...]
    skipped: tuple[Skipped, ...]

    def __len__(self) -> int:
        """Return the number of passages."""
        return sum(file.passages for file, _ in self.files)


def draft_folder(
    folder: Path,
    tokenizer: WordPieceTokenizer,
    cutting: Cutting,
    known: Remembered,
    progress: Progress,
) -> Draft:
    """Read and cut the text files below a folder.

    Raises:
        EdgebertError: no such folder, or no text in it.

    """
    files: list[tuple[IndexedFile, tuple[Passage, ...]]] = []
    skipped: list[Skipped] = []
    for found in read_sources(folder):
        progress("reading", len(files), 0)
        if isinstance(found, Skipped):
            skipped.append(found)
            continue
        passages = known.passages(found.sha256, found.is_markdown)
        if passages is None:
            passages = tuple(_passages(found, tokenizer, cutting))
        files.append((IndexedFile(found.path, found.sha256, len(passages)), passages))
    if not any(passages for _, passages in files):
        left_out = f"; left out: {skipped[0].path} ({skipped[0].why})" if skipped else ""
        raise EdgebertError(f"{folder}: found no text in .md or .txt files{left_out}")
    return Draft("passages", cutting, (), tuple(files), tuple(skipped))


def draft_phrases(path: Path, tokenizer: WordPieceTokenizer, longest: int) -> Draft:
    """Read a list of phrases.

    Args:
        path: a .tsv or .csv.
        tokenizer: counts the tokens.
        longest: tokens of the longest phrase, special tokens included.

    Raises:
        EdgebertError: the list cannot be read, or a phrase is longer.

    """
    found = read_phrases(path)
    for phrase in found.phrases:
        if len(tokenizer.encode(phrase.text, max_length=longest + 1)) > longest:
            raise EdgebertError(
                f"{path}: the phrase in line {phrase.first_line} has more than {longest} tokens, "
                "the bundle's longest input; shorten it"
            )
    passages = tuple(
        Passage(phrase.text, phrase.first_line, phrase.last_line, translation=phrase.translation)
        for phrase in found.phrases
    )
    file = IndexedFile(path.name, found.sha256, len(passages))
    return Draft("phrases", None, found.languages, ((file, passages),), ())


def _passages(source: Source, tokenizer: WordPieceTokenizer, cutting: Cutting) -> Iterator[Passage]:
    for piece in cut_passages(source.text, tokenizer, cutting, markdown=source.is_markdown):
        yield Passage(
            source.text[piece.start : piece.stop],
            piece.first_line,
            piece.last_line,
            piece.headings,
        )
