"""What people hand in as files: any bytes are read, or refused in one line."""

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from edgebert.assistant.config import read_config
from edgebert.bench.fleet import read_fleet
from edgebert.errors import EdgebertError
from edgebert.exporter.calibration.table_file import read_table
from edgebert.exporter.calibration.texts import read_texts
from edgebert.exporter.recipe import read_recipe
from edgebert.records import read_csv, read_jsonl, read_lines
from edgebert.text import load_vocabulary
from edgebert.training.recipe import read_recipe as read_training_recipe

READERS: dict[str, Callable[[Path], object]] = {
    "recipe.toml": read_recipe,
}
