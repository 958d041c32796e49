"""Every site of every task's graph has a layer and a kind."""

import pytest
from fixtures_checkpoints import CLASSES, class_name, write_checkpoint

from edgebert.exporter.checkpoint import load_checkpoint
from edgebert.exporter.graph import DeploymentGraph
from edgebert.exporter.quantization.plan import EMBEDDING_SITE
from edgebert.exporter.sensitivity.parts import (
    KINDS,
    kind_of,
    kinds_of,
    layer_of,
    layers_of,
    single_sites,
)


@pytest.mark.parametrize(("task", "family"), CLASSES)
def test_the_parts_of_a_model(tmp_path, task, family):
    write_checkpoint(tmp_path, class_name(task, family))
    sites = (EMBEDDING_SITE, *DeploymentGraph(load_checkpoint(str(tmp_path), task)).sites())
    kinds = [part.kind for part in kinds_of(sites)]
    head = any(site.startswith("head.") for site in sites)
    assert kinds == list(KINDS if head else KINDS[:-1])
    layers = ["embeddings", "layers.0", "layers.1", *(["head"] if head else [])]
    assert [part.layer for part in layers_of(sites)] == layers
    assert [(part.name, part.sites) for part in single_sites(sites)] == [(s, (s,)) for s in sites]
    for parts in (layers_of(sites), kinds_of(sites)):
        assert sorted(site for part in parts for site in part.sites) == sorted(sites)


@pytest.mark.parametrize(
    ("site", "layer", "kind"),
    [
        ("embeddings.words", "embeddings", "embedding"),
        ("layers.0.attention.qkv.0", "layers.0", "qkv"),
        ("layers.11.attention.key.3", "layers.11", "qkv"),
        ("layers.2.attention.output.1", "layers.2", "attention output"),
        ("layers.2.ffn.up.0", "layers.2", "ffn in"),
        ("layers.2.ffn.down.0", "layers.2", "ffn out"),
        ("head.dense", "head", "head"),
    ],
)
def test_where_a_site_is(site, layer, kind):
    assert (layer_of(site), kind_of(site)) == (layer, kind)


def test_an_unknown_site_has_no_kind():
    with pytest.raises(ValueError, match=r"layers\.0\.ffn\.gate\.0"):
        kind_of("layers.0.ffn.gate.0")
