"""Knowledge: an index with the bundle that made it, ready for questions."""

from pathlib import Path
from typing import Self

from edgebert.knowledge.contents import Kind
from edgebert.knowledge.embedding import TextEmbedder, load_embedder
from edgebert.knowledge.index import Hit, Index, open_index
from edgebert.pipeline import Pipeline


class Knowledge:
    """Finds the passages that are nearest to a question.

        knowledge = Knowledge.load("notes.index")
        for hit in knowledge.search("how do I descale the coffee machine?"):
            print(f"{hit.similarity:.2f} {hit.place}: {hit.passage.text}")

    Attributes:
        index: what is searched.

    """

    def __init__(self, index: Index, embedder: TextEmbedder) -> None:
        """Put the parts together; `load` is the usual way to one."""
        self.index = index
        self._embedder = embedder

    @property
    def pipeline(self) -> Pipeline:
        """What embeds the questions."""
        return self._embedder.pipeline

    @classmethod
    def load(
        cls,
        path: str | Path,
        embedder: str | Path | Pipeline | None = None,
        *,
        kind: Kind | None = None,
        engine: str | None = None,
        mode: str | None = None,
        threads: int | None = None,
    ) -> Self:
        """Open an index and the bundle that made it.

        Args:
            path: the index's file.
            embedder: the bundle's folder, or one that is loaded; by default where it lay when the
                index was made, seen from the index.
            kind: what the index has to be of.
            engine: as for `edgebert.load`.
            mode: as for `edgebert.load`.
            threads: as for `edgebert.load`.

        Raises:
            EdgebertError: the index or the bundle cannot be used, or is not the one that made it.
            CheckFailedError: one of them is damaged.

        """
        index = open_index(path, kind)
        made_by = index.contents.embedder
        loaded = load_embedder(
            index.path, made_by, embedder, engine=engine, mode=mode, threads=threads
        )
        return cls(index, loaded)

    def search(self, text: str, limit: int = 5) -> list[Hit]:
        """Return the passages nearest to a text, the nearest first.

        A text that is longer than the bundle's longest input is cut to it.

        Raises:
            EdgebertError: the bundle answers with numbers that are not finite.

        """
        return self.index.nearest(self._embedder(text), limit)
