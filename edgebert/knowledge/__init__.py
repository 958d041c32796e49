"""Offline knowledge: an index of texts by sentence embeddings, and answers out of it.

    from edgebert.knowledge import Knowledge, build_index

    build_index("notes", "notes.index", "bundles/minilm")
    knowledge = Knowledge.load("notes.index")
    for hit in knowledge.search("how do I descale the coffee machine?"):
        print(f"{hit.similarity:.2f} {hit.place}")

It needs numpy, the bundle and one engine.
"""

from edgebert.knowledge.answering import Answerer, Finding, Reader
from edgebert.knowledge.building import BuildReport, FileReport, build_index
from edgebert.knowledge.contents import Passage
from edgebert.knowledge.index import Hit, Index, open_index
from edgebert.knowledge.knowledge import Knowledge
from edgebert.knowledge.passages import Cutting, Piece, cut_passages
from edgebert.knowledge.sources import Skipped

__all__ = [
    "Answerer",
    "BuildReport",
    "Cutting",
    "FileReport",
    "Finding",
    "Hit",
    "Index",
    "Knowledge",
    "Passage",
    "Piece",
    "Reader",
    "Skipped",
    "build_index",
    "cut_passages",
    "open_index",
]
