"""A real artifact on emulated ARM processors: what it executes, and what it answers."""

import json
from dataclasses import replace
from pathlib import Path

from agree import GUEST
from committed import find_growth
from count import Case, count_case
from counting import build_plugin, count, request_for
from emulation import PROCESSORS, emulator, run
from random_models import GROUPS

import edgebert
from edgebert.exporter.lowering.litert import HALF_PRECISION
from edgebert.exporter.lowering.tflite_file import add_metadata, pack_model, read_model


def test_no_more_instructions_than_committed(bundle, model, tmp_path):
    case = Case(model.name, "cortex-a76", "litert", "static")
    [record] = count_case(case, bundle, build_plugin(tmp_path), bundle.manifest.buckets)
    assert find_growth(record) is None
    # The linears' products, 16 an instruction: all matrices are in groups but that of the
    # attention's output; what does not fill a tile of the kernels comes on top.
    # Behind the last attention only the first token is read.
    projections, rest = 3 / GROUPS, 1 + 8 / GROUPS
    rows = record.tokens * (model.layers - 1) + 1
    products = model.width**2 * (record.tokens * model.layers * projections + rows * rest)
    assert products <= 16 * record.sdot <= 1.1 * products
    assert record.smmla == 0


def test_the_oldest_processor_answers_as_this_machine(bundle, tmp_path):
    """A Cortex-A53 has no dot products, so other kernels run there."""
    texts = ["wake me at seven", "how tall is the tower?", "x"]
    request = {"bundle": str(bundle.root), "engine": "litert", "mode": "static", "texts": texts}
    asked = tmp_path / "asked.json"
    asked.write_text(json.dumps(request))
    with emulator(PROCESSORS["cortex-a53"]) as emulated:
        done = run(emulated.command(GUEST, str(asked)))
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["problem"] is None
    here = edgebert.load(bundle.root, engine="litert", mode="static")
    assert found["answers"] == [[here(text).labels[0].label, []] for text in texts]


def test_fp16_is_used_where_the_processor_has_it(bundle, tmp_path):
    """A .tflite that allows it has no product of floats left on a Cortex-A76, whose kernels it is
    that compute in fp16; a Cortex-A53 cannot, and computes as before."""
    request = request_for(bundle, "litert", "static", bundle.manifest.buckets)
    model = read_model(Path(request.path).read_bytes())
    add_metadata(model, *HALF_PRECISION)
    allowed = tmp_path / "model.tflite"
    allowed.write_bytes(pack_model(model))
    plugin = build_plugin(tmp_path)
    [bucket] = bundle.manifest.buckets
    for processor, has_it in (("cortex-a76", True), ("cortex-a53", False)):
        with emulator(PROCESSORS[processor]) as emulated:
            before = count(emulated, plugin, request)[1][bucket]
            after = count(emulated, plugin, replace(request, path=str(allowed)))[1][bucket]
        assert before.fmla > 0
        assert (after.fmla == 0) == has_it
        assert (after.instructions < 0.95 * before.instructions) == has_it
