"""A small model's artifact, and whether an ARM processor can be emulated to run it."""

import os
import shutil

import pytest
from counting import COMPILER
from emulation import find_problem
from random_models import MODELS, RandomModel, export_random
from stand_ins.machine import REQUIRED

from edgebert.bundle import Bundle

TOKENS = 16


@pytest.fixture(scope="session")
def model() -> RandomModel:
    return MODELS["6x384"]


@pytest.fixture(scope="session")
def bundle(tmp_path_factory, model) -> Bundle:
    """The model's static .tflite, with one bucket of 16 tokens."""
    problem = find_problem()
    if problem is None and shutil.which(COMPILER) is None:
        problem = f"{COMPILER} is missing"
    if problem:
        reason = f"NO EMULATED ARM: its instructions are NOT counted here: {problem}"
        if os.environ.get(REQUIRED):
            pytest.fail(reason)
        pytest.skip(reason)
    folder = tmp_path_factory.mktemp("bundles") / model.name
    return export_random(model, folder, backends=("litert",), modes=("static",), buckets=(TOKENS,))
