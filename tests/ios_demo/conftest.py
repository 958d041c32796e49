"""Real bundles for the tests of the Swift packages, and one run of those tests."""

import os
import re
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]
NAMES = ("ios_demo", "android_demo", "bundle", "engines", "tasks")
sys.path[:0] = [str(TESTS / name) for name in NAMES]

from recordings import record  # noqa: E402
from swift_tools import TOOL_MISSING, TOOLS, run  # noqa: E402
from task_bundles import tiny_bundle  # noqa: E402
from tiny_bundles import write_onnx_bundle  # noqa: E402

from edgebert.tasks import Request  # noqa: E402

TEXTS = ("turn on the light", "What is ÜBER\u0301, 😀 the weather?", "", "play " * 60)
QUESTIONS = (
    ("what is on?", "the light is on in the weather, it is lightest"),
    ("what is playing?", "turn on the light. " * 20),
    ("what is on?", ""),
)
MASKED = ("turn on the [MASK]", "[MASK] the weather, [MASK]?")
CHOICES = ("is it playing?", "light")
SUMMARY = re.compile(
    r"Executed (\d+) tests?, with (?:(\d+) tests? skipped and )?(\d+) failures? \(\d+ unexpected\)"
)


@dataclass(frozen=True)
class SwiftRun:
    """What a run of the Swift tests printed, and where they left their files."""

    status: int
    output: str
    fixtures: Path
    build: Path

    @property
    def counts(self) -> tuple[int, int, int]:
        """How many were executed, failed and were skipped; the last line sums all suites up."""
        found = SUMMARY.findall(self.output)
        assert found, self.output
        executed, skipped, failed = found[-1]
        return int(executed), int(failed), int(skipped or 0)


@pytest.fixture(scope="session")
def recordings(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of recordings, as recordings.py describes them."""
    folder = tmp_path_factory.mktemp("recordings")
    texts = [Request(text) for text in TEXTS]
    pairs = [Request(text, "is it playing?") for text in TEXTS]
    record(write_onnx_bundle(tmp_path_factory.mktemp("bundles") / "tiny"), folder / "tiny")
    asked = {
        "classifier": ("text-classification", texts + pairs),
        "assistant": ("intent-and-slots", texts),
        "answerer": ("question-answering", [Request(*pair) for pair in QUESTIONS]),
        "embedder": ("feature-extraction", texts),
        "filler": ("fill-mask", [Request(text) for text in MASKED]),
        "chooser": ("multiple-choice", [Request(text, choices=CHOICES) for text in TEXTS]),
    }
    for name, (task, requests) in asked.items():
        record(tiny_bundle(task, tmp_path_factory).root, folder / name, requests)
    return folder


@pytest.fixture(scope="session")
def swift(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Swift, in the PATH or fetched; without it, what needs it is skipped or fails."""
    command = [TOOLS / "swift.sh", TESTS.parent, tmp_path_factory.mktemp("version")]
    found = run([*command, "swift", "--version"])
    if found.returncode == TOOL_MISSING:
        reason = f"THE SWIFT CORE IS NOT TESTED HERE: {found.stdout.strip()}"
        if os.environ.get("EDGEBERT_REQUIRE_SWIFT"):
            pytest.fail(reason)
        pytest.skip(reason)


@pytest.fixture(scope="session")
def swift_run(swift: None, recordings: Path, tmp_path_factory: pytest.TempPathFactory) -> SwiftRun:
    """Compile the packages and their tests and run them, once a session."""
    build = tmp_path_factory.mktemp("swift")
    found = run([TOOLS / "check_core.sh", build], EDGEBERT_FIXTURES=str(recordings))
    return SwiftRun(found.returncode, found.stdout, recordings, build)
