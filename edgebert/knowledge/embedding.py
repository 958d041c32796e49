"""The bundle that makes vectors of texts, and how an index knows it again."""

import os
from pathlib import Path

from edgebert.bundle import Bundle, open_bundle
from edgebert.bundle.manifest import FEATURE_EXTRACTION
from edgebert.engines.session import Float32Array
from edgebert.errors import EdgebertError
from edgebert.knowledge.contents import Embedder
from edgebert.pipeline import Pipeline, load
from edgebert.tasks import Request
from edgebert.tasks.feature_extraction import Embedding

DIGEST_SHOWN = 12  # characters of a digest that tell two bundles apart


class TextEmbedder:
    """Makes vectors of texts by a bundle.

    Attributes:
        pipeline: what runs the bundle.
        longest: tokens of the longest text that is not cut, special tokens included.

    """

    def __init__(self, pipeline: Pipeline) -> None:
        """Take a bundle that is loaded.

        Raises:
            EdgebertError: it is for another task, or gives a vector a token.

        """
        manifest = pipeline.bundle.manifest
        if manifest.task != FEATURE_EXTRACTION or manifest.pooling == "none":
            found = manifest.task if manifest.task != FEATURE_EXTRACTION else "a vector a token"
            raise EdgebertError(
                f"{pipeline.bundle.root}: is for {found}, expected a bundle that gives a vector a "
                "text, such as export/minilm-embeddings.toml makes"
            )
        self.pipeline = pipeline
        self.longest = max(manifest.buckets)

    def __call__(self, text: str) -> Float32Array:
        """Return the vector of a text, float32 [channels]; its length is the bundle's choice."""
        answer = self.pipeline.run(Request(text)).answer
        assert isinstance(answer, Embedding)
        return answer.embedding


def describe_embedder(bundle: Bundle, index: Path) -> Embedder:
    """Describe a bundle for the index that it makes.

    Raises:
        EdgebertError: its manifest cannot be read.

    """
    place = os.path.relpath(bundle.root.resolve(), index.resolve().parent)
    return Embedder(bundle.manifest.source.name, bundle.digest, Path(place).as_posix())


def load_embedder(
    index: Path,
    made_by: Embedder,
    bundle: str | Path | Pipeline | None = None,
    *,
    engine: str | None = None,
    mode: str | None = None,
    threads: int | None = None,
) -> TextEmbedder:
    """Load the bundle that made an index.

    Args:
        index: the index's file.
        made_by: what it says of the bundle.
        bundle: the bundle's folder, or one that is loaded; by default where it lay when the index
            was made, seen from the index.
        engine: as for `edgebert.load`.
        mode: as for `edgebert.load`.
        threads: as for `edgebert.load`.

    Raises:
        EdgebertError: it is not there, or is another bundle; as `edgebert.load`.

    """
    if isinstance(bundle, Pipeline):
        _check(index, made_by, bundle.bundle)
        return TextEmbedder(bundle)
    root = Path(bundle) if bundle is not None else index.resolve().parent / made_by.path
    if bundle is None and not root.is_dir():
        raise EdgebertError(
            f"index {index}: the bundle that made it, {made_by.name}, is not at "
            f"{os.path.normpath(root)} any more; say with --embedder where it is"
        )
    opened = open_bundle(root)
    _check(index, made_by, opened)
    return TextEmbedder(load(opened, engine=engine, mode=mode, threads=threads))


def _check(index: Path, made_by: Embedder, bundle: Bundle) -> None:
    digest = bundle.digest
    if digest != made_by.digest:
        raise EdgebertError(
            f"index {index}: made by the bundle {made_by.name} "
            f"({made_by.digest[:DIGEST_SHOWN]}), found {bundle.manifest.source.name} "
            f"({digest[:DIGEST_SHOWN]}) at {bundle.root}; vectors of two bundles cannot be "
            "compared: name the one that made it with --embedder, or make the index again"
        )
