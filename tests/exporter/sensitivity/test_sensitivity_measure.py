"""The damage of every part: against graphs built from plans, and what must hold of all figures."""

from collections import Counter

import pytest
import torch
from fixtures_spoiled import LAYERS, SPOILED_LAYER, SPOILED_SITE
from hypothesis import given, settings
from hypothesis import strategies as st

from edgebert.errors import EdgebertError
from edgebert.exporter.fidelity import Comparison
from edgebert.exporter.graph.heads import Head
from edgebert.exporter.graph.layers import Embeddings, EncoderLayer
from edgebert.exporter.lowering.program import build_program
from edgebert.exporter.quantization.plan import EMBEDDING_SITE
from edgebert.exporter.sensitivity import encode_report, worst_sites
from edgebert.exporter.sensitivity.mixtures import MixedGraph, TextRuns


def parts_of(found):
    return (*found.sites, *found.layers, *found.kinds)


def run(graph, model, encoding):
    with torch.inference_mode():
        return graph(*model.inputs.tensors(encoding))


def compared(model, **options):
    """The comparison of a graph built from a plan with fp32."""
    quantized = build_program(model.graph, model.plan(**options), (16,)).quantized
    comparison = Comparison()
    for text in model.texts:
        pairs = zip(run(model.graph, model, text), run(quantized, model, text), strict=True)
        for expected, got in pairs:
            comparison.update({"logits": expected[0].numpy()}, {"logits": got[0].numpy()})
    return comparison


def test_the_spoiled_site_is_the_worst_in_both_views(found):
    assert worst_sites(found, 1)[0].name == SPOILED_SITE
    assert worst_sites(found, 1, by="relief")[0].name == SPOILED_SITE
    worst = found.sites[0]
    assert worst.share > 0.5
    assert worst.relief > 0.5
    assert found.layers[0].name == f"layers.{SPOILED_LAYER}"
    assert found.kinds[0].name == "ffn out"


def test_every_quantised_site_is_in_one_part_of_each_view(model, found):
    quantised = {*model.plan().quantized_sites(), EMBEDDING_SITE}
    assert found.kept == ("head.classifier",)
    for parts in (found.sites, found.layers, found.kinds):
        assert Counter(site for part in parts for site in part.sites) == dict.fromkeys(quantised, 1)
    assert {part.name for part in found.layers} == {
        "embeddings",
        "head",
        *(f"layers.{number}" for number in range(LAYERS)),
    }


def test_shares_sum_to_one_and_rank(found):
    for parts in (found.sites, found.layers, found.kinds):
        assert sum(part.share for part in parts) == pytest.approx(1)
        shares = [part.share for part in parts]
        assert shares == sorted(shares, reverse=True)
        damages = [part.only.deviation for part in parts]
        assert damages == sorted(damages, reverse=True)
    whole = found.everything.deviation**2
    for part in parts_of(found):
        assert part.relief == pytest.approx(1 - part.without.deviation**2 / whole)


@pytest.mark.parametrize("number", [0, 1, -1])
def test_damage_is_that_of_a_graph_built_from_a_plan(model, found, number):
    site = found.sites[number]
    others = {*model.plan().quantized_sites(), EMBEDDING_SITE} - {site.name}
    for damage, fp32_sites in ((site.only, others), (site.without, {site.name})):
        expected = compared(model, fp32_sites=fp32_sites)
        assert damage.deviation == expected.deviation
        assert damage.snr_db == expected.snr_db
        assert damage.agreement == expected.agreement
        assert damage.worst_cosine == expected.worst_cosine
    assert found.everything.deviation == compared(model).deviation


@settings(max_examples=25, deadline=None)
@given(data=st.data())
@pytest.mark.parametrize("task", ["text-classification", "token-classification", "fill-mask"])
def test_any_mixture_computes_what_its_plan_does(model_for, task, data):
    """Whatever ran before: what is kept of earlier runs and the switches change no bit."""
    model = model_for(task)
    mixed = MixedGraph(model.graph, model.plan())
    runs = TextRuns(mixed, model.inputs.tensors(model.texts[0]))
    everything = frozenset(mixed.sites)
    some = st.sets(st.sampled_from(mixed.sites)).map(frozenset)
    chosen = st.one_of(some, st.just(frozenset()), st.just(everything))
    for mixture in data.draw(st.lists(chosen, min_size=1, max_size=4)):
        plan = model.plan(fp32_sites=everything - mixture)
        built = build_program(model.graph, plan, (16,)).quantized
        expected = run(built, model, model.texts[0])
        for one, other in zip(expected, runs.outputs(mixture), strict=True):
            assert torch.equal(one, other)


def counted(model, **options):
    """Measure, and count how often modules of each class ran."""
    ran = Counter()
    handle = torch.nn.modules.module.register_module_forward_hook(
        lambda module, *_: ran.update(
            kind.__name__ for kind in (Embeddings, EncoderLayer, Head) if isinstance(module, kind)
        )
    )
    try:
        return model.measure(**options), ran
    finally:
        handle.remove()


def test_two_passes_a_part_and_no_layer_before_it(model):
    found, ran = counted(model)
    parts = {frozenset(part.sites) for part in parts_of(found)}
    texts = len(model.texts)
    assert ran["Head"] == texts * (2 + 2 * len(parts))

    def layers_to_run(part):
        first = min(site.split(".")[:2] for site in part)
        if first[0] == "layers":
            return LAYERS - int(first[1])
        return LAYERS if first[0] == "embeddings" else 0

    assert ran["EncoderLayer"] == texts * (2 * LAYERS + sum(2 * layers_to_run(p) for p in parts))
    # Of the embeddings there are two forms, and each runs once.
    assert ran["Embeddings"] == texts * 2


def test_a_plan_without_quantised_sites_does_no_damage(model):
    everything = {*model.graph.sites(), EMBEDDING_SITE}
    for plan in (model.plan("fp32"), model.plan(fp32_sites=everything)):
        found, ran = counted(model, plan=plan)
        assert (found.sites, found.layers, found.kinds) == ((), (), ())
        assert found.everything.deviation == 0
        assert found.everything.agreement == 1
        assert found.everything.snr_db == 200
        assert set(found.kept) == set(model.graph.sites())
        assert ran["Head"] == len(model.texts)  # the fp32 pass alone


def test_sites_left_in_fp32_are_not_measured(model, found):
    rest = model.measure(model.plan(fp32_sites={SPOILED_SITE}))
    assert SPOILED_SITE in rest.kept
    assert SPOILED_SITE not in {part.name for part in rest.sites}
    assert rest.everything == found.sites[0].without
    assert {p.name: p.only for p in rest.sites} == {p.name: p.only for p in found.sites[1:]}


def test_dynamic_mode_needs_no_table(model):
    found = model.measure(model.plan("dynamic"))
    assert found.mode == "dynamic"
    assert found.sites[0].name == SPOILED_SITE  # its weights are what is spoiled


def test_the_same_arguments_give_the_same_report(model, found):
    torch.set_num_threads(2)
    try:
        assert encode_report(model.measure()) == encode_report(found)
        assert torch.get_num_threads() == 2
    finally:
        torch.set_num_threads(1)


def test_the_graph_stays_as_it_was(model):
    before = [run(model.graph, model, text)[0] for text in model.texts]
    model.measure()
    for text, expected in zip(model.texts, before, strict=True):
        assert torch.equal(run(model.graph, model, text)[0], expected)


def test_progress_counts_the_texts(model):
    seen = []
    model.measure(progress=lambda *step: seen.append(step))
    count = len(model.texts)
    assert seen == [("measuring", number, count) for number in range(count + 1)]


def test_no_text_is_an_error(model):
    with pytest.raises(EdgebertError, match="found no text"):
        model.measure(texts=[])


def test_fp32_outputs_that_are_not_finite_are_an_error(model):
    linear = model.graph.sites()["layers.0.ffn.down.0"]
    before = linear.bias.data.clone()
    linear.bias.data[0] = float("inf")
    try:
        with pytest.raises(EdgebertError, match="text 1: the fp32 outputs are not finite"):
            model.measure()
    finally:
        linear.bias.data = before
