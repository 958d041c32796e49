"""A real artifact on emulated ARM processors: what it executes, and what it answers."""

import json

from agree import GUEST
from committed import find_growth
from count import Case, count_case
from counting import build_plugin
from emulation import PROCESSORS, emulator, run
from random_models import GROUPS

import edgebert


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
