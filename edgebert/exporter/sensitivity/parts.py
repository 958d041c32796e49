"""Where in the model a site is, and the parts of a model that are measured together."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from edgebert.exporter.quantization.plan import EMBEDDING_SITE

Kind = Literal["embedding", "qkv", "attention output", "ffn in", "ffn out", "head"]

KINDS: tuple[Kind, ...] = ("embedding", "qkv", "attention output", "ffn in", "ffn out", "head")

_KIND_OF_MODULE: dict[str, Kind] = {
    "attention.qkv": "qkv",
    "attention.query": "qkv",  # three linears where their groups do not allow one
    "attention.key": "qkv",
    "attention.value": "qkv",
    "attention.output": "attention output",
    "ffn.up": "ffn in",
    "ffn.down": "ffn out",
}


@dataclass(frozen=True)
class Part:
    """Sites whose damage is measured together: one of them, those of a layer, or those of a kind.

    Attributes:
        name: the site, the layer or the kind.
        sites: what belongs to it, in execution order.
        layer: ``embeddings``, ``layers.N`` or ``head``; None for a kind.
        kind: None for a layer.
    """

    name: str
    sites: tuple[str, ...]
    layer: str | None
    kind: Kind | None


def layer_of(site: str) -> str:
    """Return where a site is: ``embeddings``, ``layers.N`` or ``head``."""
    first, second, *_ = site.split(".")
    return f"{first}.{second}" if first == "layers" else first


def kind_of(site: str) -> Kind:
    """Return what a site does, whatever its layer and group.

    Raises:
        ValueError: the deployment graph has no site of that name.
    """
    if site == EMBEDDING_SITE:
        return "embedding"
    layer = layer_of(site)
    if layer == "head":
        return "head"
    module = ".".join(site.removeprefix(f"{layer}.").split(".")[:2])
    if module not in _KIND_OF_MODULE:
        raise ValueError(f"site {site}: its kind is unknown")
    return _KIND_OF_MODULE[module]


def single_sites(sites: Iterable[str]) -> tuple[Part, ...]:
    """Return every site as a part of its own."""
    return tuple(Part(site, (site,), layer_of(site), kind_of(site)) for site in sites)


def layers_of(sites: Iterable[str]) -> tuple[Part, ...]:
    """Return a part a layer, in the order of the sites."""
    by_layer: dict[str, list[str]] = {}
    for site in sites:
        by_layer.setdefault(layer_of(site), []).append(site)
    return tuple(Part(layer, tuple(found), layer, None) for layer, found in by_layer.items())


def kinds_of(sites: Iterable[str]) -> tuple[Part, ...]:
    """Return a part a kind, in the order of the sites."""
    by_kind: dict[Kind, list[str]] = {}
    for site in sites:
        by_kind.setdefault(kind_of(site), []).append(site)
    return tuple(Part(kind, tuple(found), None, kind) for kind, found in by_kind.items())
