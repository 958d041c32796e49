"""An output channel that dwarfs the others is computed apart, and int8 keeps the rest."""

import numpy as np
import pytest
import torch
from fixtures_checkpoints import write_checkpoint, write_vocabulary
from small_exports import (
    BACKENDS,
    SmallExport,
    deviations,
    feeds,
    program_of,
    run_artifact,
    run_graph,
    some_texts,
    write_texts,
)

import edgebert

CHANNEL = 5
SITE = "layers.0.ffn.down.0"
GROUPS = ("q", "k", "v", "post_attention", "intermediate", "output")


@pytest.fixture(scope="module")
def exports(tmp_path_factory) -> dict[int, SmallExport]:
    """A checkpoint with one channel scaled up, exported with and without the split."""
    folder = tmp_path_factory.mktemp("outliers")
    model = write_checkpoint(
        folder / "checkpoint",
        "SqueezeBertModel",
        num_hidden_layers=1,
        **{f"{name}_groups": 1 for name in GROUPS},
    )
    with torch.no_grad():
        down = model.encoder.layers[0].output.conv1d
        down.weight[CHANNEL] *= 60
        down.bias[CHANNEL] *= 60
        # The channel is large before the LayerNorm and as the others after it, as in BERT.
        model.encoder.layers[0].output.layernorm.weight[CHANNEL] = 0.02
    model.save_pretrained(folder / "checkpoint")
    write_vocabulary(folder / "checkpoint")
    texts = write_texts(folder / "texts.txt")
    made = {}
    for limit in (4, 0):
        bundle = edgebert.export(
            str(folder / "checkpoint"),
            folder / f"limit-{limit}",
            task="feature-extraction",
            pooling="none",
            calibration=str(texts),
            calibration_texts=32,
            buckets=(16,),
            outlier_limit=limit,
        )
        made[limit] = SmallExport(folder / "checkpoint", texts, model, bundle)
    return made


def test_the_table_names_the_channel(exports):
    assert exports[4].table.sites[SITE].output_outliers == [CHANNEL]
    for ranges in exports[0].table.sites.values():
        assert ranges.input_outliers == ranges.output_outliers == []


def test_the_output_range_is_that_of_the_other_channels(exports):
    with_split, without = (exports[limit].table.sites[SITE].output for limit in (4, 0))
    assert with_split.max - with_split.min < (without.max - without.min) / 4


def test_every_engine_comes_closer_to_fp32_with_the_split(exports):
    found = {}
    for limit, export in exports.items():
        inputs = feeds(export.bundle, some_texts(40, start=200), 16)
        exact = run_graph(export.bundle, program_of(export).graph, inputs)
        for backend in BACKENDS:
            answers = run_artifact(export.bundle, backend, "static", inputs)
            found[backend, limit] = np.mean(deviations(answers, exact))
    for backend in BACKENDS:
        assert found[backend, 4] < found[backend, 0] / 2
        assert found[backend, 4] < 0.05
