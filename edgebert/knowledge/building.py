"""Makes an index: reads, cuts, embeds what is new, and writes all of it or nothing."""

import contextlib
import glob
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np

from edgebert.bundle.lock import exclusive
from edgebert.engines.session import Float32Array
from edgebert.errors import EdgebertError
from edgebert.knowledge.contents import FORMAT, Contents, Embedder, Kind, Stored, encode_index
from edgebert.knowledge.drafts import Draft, draft_folder, draft_phrases
from edgebert.knowledge.embedding import TextEmbedder, describe_embedder
from edgebert.knowledge.passages import Cutting
from edgebert.knowledge.phrases import is_phrase_list
from edgebert.knowledge.remembered import Remembered, Row, read_there, read_unfinished
from edgebert.knowledge.sources import Skipped
from edgebert.knowledge.vectors import quantize
from edgebert.pipeline import Pipeline, load
from edgebert.progress import Progress, silent
from edgebert.whole_file import write_whole

USUAL_TOKENS = 64  # of a passage: a paragraph; a longer one is about several things
OVERLAP_SHARE = 4
SAVE_SECONDS = 60.0

State = Literal["new", "changed", "as before"]


@dataclass(frozen=True)
class FileReport:
    """What became of a file.

    Attributes:
        path: below the folder.
        state: beside the index that was there.
        passages: how many it has.

    """

    path: str
    state: State
    passages: int


@dataclass(frozen=True)
class BuildReport:
    """What an index was made of.

    Attributes:
        files: those that are in it.
        gone: paths of files that were in the index before.
        skipped: what was left out.
        kind: whether they are passages or phrases.
        passages: how many there are.
        embedded: how many of them the model had to run for.

    """

    files: tuple[FileReport, ...]
    gone: tuple[str, ...]
    skipped: tuple[Skipped, ...]
    kind: Kind
    passages: int
    embedded: int


def build_index(
    source: str | Path,
    output: str | Path,
    embedder: str | Path | Pipeline,
    *,
    passage_tokens: int | None = None,
    overlap: int | None = None,
    progress: Progress = silent,
    save_seconds: float = SAVE_SECONDS,
) -> BuildReport:
    """Make an index of a folder's text and Markdown files or of phrases, or bring one up to date.

    Files whose hash is in the index already are not read again by the model. What a run has
    embedded is put aside from time to time, and the next run after one that was killed goes on
    from there. The index itself is the old one until the new one is whole.

    Args:
        source: the folder; or a .tsv or .csv of phrases in two languages, which its header names,
            to be found by those in the first.
        output: the index's file.
        embedder: a feature-extraction bundle's folder, or one that is loaded.
        passage_tokens: most tokens of a passage; by default 64 or the bundle's longest input,
            whichever is less.
        overlap: most tokens that neighbours share; by default a fourth of a passage.
        progress: called with phases and passages.
        save_seconds: between the times when work is put aside.

    Raises:
        EdgebertError: no text, no such bundle, a length that it cannot take, or a place that
            cannot be written to, holds something else or is being written by another process.

    """
    source, output = Path(source), Path(output)
    pipeline = embedder if isinstance(embedder, Pipeline) else load(embedder)
    embed = TextEmbedder(pipeline)
    made_by = describe_embedder(pipeline.bundle, output)
    is_list = source.is_file() and is_phrase_list(source)
    if is_list and (passage_tokens, overlap) != (None, None):
        raise EdgebertError(f"{source}: phrases are not cut; leave out passage tokens and overlap")
    cutting = _cutting(embed.longest, passage_tokens, overlap)
    unfinished = output.with_name(f".{output.name}.unfinished")
    with _alone_at(output, unfinished):
        there = read_there(output)
        earlier = [stored for stored in (there, read_unfinished(unfinished)) if stored]
        known = Remembered(earlier, made_by.digest, cutting)
        tokenizer = pipeline.bundle.tokenizer
        if is_list:
            draft = draft_phrases(source, tokenizer, embed.longest)
        else:
            draft = draft_folder(source, tokenizer, cutting, known, progress)
        work = _Embedding(draft, made_by, known, embed)
        work.run(progress, lambda done: write_whole(unfinished, done), save_seconds)
        write_whole(output, encode_index(work.stored()))
        unfinished.unlink(missing_ok=True)
    return _report(draft, there, work.embedded)


class _Embedding:
    """Vectors, file by file."""

    def __init__(
        self,
        draft: Draft,
        made_by: Embedder,
        known: Remembered,
        embed: Callable[[str], Float32Array],
    ) -> None:
        self.embedded = 0
        self._draft = draft
        self._made_by = made_by
        self._known = known
        self._embed = embed
        self._rows: list[Row] = []
        self._files = 0

    def run(
        self, progress: Progress, put_aside: Callable[[bytes], None], save_seconds: float
    ) -> None:
        """Embed all passages; put aside what is done when it is time, and before ^C ends it."""
        saved_at, saved = time.monotonic(), 0
        try:
            for _, passages in self._draft.files:
                for passage in passages:
                    progress("embedding", len(self._rows), len(self._draft))
                    self._rows.append(self._row(passage.embedded))
                self._files += 1
                is_time = time.monotonic() - saved_at >= save_seconds
                if is_time and self.embedded > saved:
                    put_aside(encode_index(self.stored()))
                    saved_at, saved = time.monotonic(), self.embedded
        except KeyboardInterrupt:
            if self.embedded > saved:
                put_aside(encode_index(self.stored()))
            raise

    def stored(self) -> Stored:
        """Return the index of the files that are done."""
        files = self._draft.files[: self._files]
        passages = tuple(passage for _, found in files for passage in found)
        rows = self._rows[: len(passages)]
        channels = len(self._rows[0][0])
        cutting = self._draft.cutting
        contents = Contents(
            format=FORMAT,
            kind=self._draft.kind,
            embedder=self._made_by,
            channels=channels,
            passage_tokens=cutting.tokens if cutting else 0,
            overlap=cutting.overlap if cutting else 0,
            languages=self._draft.languages,
            files=tuple(file for file, _ in files),
            passages=passages,
        )
        vectors = np.array([row[0] for row in rows], np.int8).reshape(len(rows), channels)
        return Stored(contents, vectors, np.array([row[1] for row in rows], np.float32))

    def _row(self, text: str) -> Row:
        row = self._known.row(text)
        if row is None:
            vectors, scales = quantize(self._embed(text)[None])
            row = (vectors[0], float(scales[0]))
            self._known.keep(text, row)
            self.embedded += 1
        return row


def _cutting(longest: int, tokens: int | None, overlap: int | None) -> Cutting:
    if tokens is None:
        tokens = min(longest, USUAL_TOKENS)
    if tokens > longest:
        raise EdgebertError(
            f"passage tokens: found {tokens}, the bundle's longest input is {longest}; "
            "take fewer, or export it with a larger --bucket"
        )
    return Cutting(tokens, tokens // OVERLAP_SHARE if overlap is None else overlap)


@contextlib.contextmanager
def _alone_at(output: Path, unfinished: Path) -> Iterator[None]:
    """Keep other processes away, and remove what one that was killed was about to write."""
    if output.is_dir():
        raise EdgebertError(f"index {output}: is a folder; expected the name of a file")
    lock = output.with_name(f".{output.name}.lock")
    with contextlib.ExitStack() as stack:
        try:
            stack.enter_context(exclusive(lock, f"index {output}"))
        except OSError as error:
            raise EdgebertError(
                f"index {output}: cannot be written there ({error.strerror})"
            ) from error
        for name in (output.name, unfinished.name):
            for partial in output.parent.glob(f".{glob.escape(name)}.*.partial"):
                partial.unlink(missing_ok=True)
        yield


def _report(draft: Draft, there: Stored | None, embedded: int) -> BuildReport:
    before = {file.path: file.sha256 for file in there.contents.files} if there else {}
    files = []
    for file, _ in draft.files:
        state: State = "new"
        if file.path in before:
            state = "as before" if before[file.path] == file.sha256 else "changed"
        files.append(FileReport(file.path, state, file.passages))
    kept = {file.path for file in files}
    gone = tuple(path for path in before if path not in kept)
    return BuildReport(tuple(files), gone, draft.skipped, draft.kind, len(draft), embedded)
