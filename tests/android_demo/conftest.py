"""Real bundles for the Kotlin tests, one run of those tests, and one build of the Android app."""

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import msgspec
import pytest

TESTS = Path(__file__).parents[1]
sys.path[:0] = [str(TESTS / name) for name in ("android_demo", "bundle", "engines", "tasks")]

from android_runtime import AndroidRuntime  # noqa: E402
from app_plans import app_plans  # noqa: E402
from recordings import record  # noqa: E402
from task_bundles import tiny_bundle  # noqa: E402
from tiny_bundles import write_onnx_bundle  # noqa: E402

from edgebert.bench.app_worker import job_of  # noqa: E402
from edgebert.tasks import Request  # noqa: E402

TOOLS = TESTS.parent / "android_demo" / "tools"
TOOL_MISSING = 77
TEXTS = ("turn on the light", "What is ÜBER\u0301, 😀 the weather?", "", "play " * 60)
QUESTIONS = (
    ("what is on?", "the light is on in the weather, it is lightest"),
    ("what is playing?", "turn on the light. " * 20),
    ("what is on?", ""),
)
MASKED = ("turn on the [MASK]", "[MASK] the weather, [MASK]?")
CHOICES = ("is it playing?", "")
SUMMARY = re.compile(r"^(\d+) passed, (\d+) failed, (\d+) skipped$", re.MULTILINE)


@dataclass(frozen=True)
class KotlinRun:
    """What a run of the Kotlin tests printed, and where they left their files."""

    status: int
    output: str
    fixtures: Path

    @property
    def counts(self) -> tuple[int, int, int]:
        """How many passed, failed and were skipped."""
        found = SUMMARY.search(self.output)
        assert found, self.output
        passed, failed, skipped = map(int, found.groups())
        return passed, failed, skipped


@dataclass(frozen=True)
class Apk:
    """The app's package, and what its tools printed of it."""

    path: Path
    output: str


@pytest.fixture(scope="session")
def recordings(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of recordings, as recordings.py describes them."""
    folder = tmp_path_factory.mktemp("recordings")
    record(write_onnx_bundle(tmp_path_factory.mktemp("bundles") / "tiny"), folder / "tiny")
    texts = [Request(text) for text in TEXTS]
    pairs = [Request(text, "is it playing?") for text in TEXTS]
    asked = {
        "classifier": ("text-classification", texts + pairs),
        "answerer": ("question-answering", [Request(*pair) for pair in QUESTIONS]),
        "embedder": ("feature-extraction", texts),
        "commander": ("intent-and-slots", texts),
        "filler": ("fill-mask", [Request(text) for text in MASKED]),
        "chooser": ("multiple-choice", [Request(text, choices=CHOICES) for text in TEXTS]),
    }
    for name, (task, requests) in asked.items():
        record(tiny_bundle(task, tmp_path_factory).root, folder / name, requests)
    (folder / "jobs").mkdir()
    for plan in app_plans(folder):
        job = msgspec.json.encode(job_of(plan))
        (folder / "jobs" / f"{plan.stage}.json").write_bytes(job)
    return folder


@pytest.fixture(scope="session")
def build(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that the tests of the modules and the app's package are built in."""
    return tmp_path_factory.mktemp("android")


@pytest.fixture(scope="session")
def kotlin_run(recordings: Path, build: Path) -> KotlinRun:
    """Compile core and screens with their tests and run them, once a session."""
    found = run_tool("check_jvm.sh", build, {"EDGEBERT_FIXTURES": str(recordings)})
    return KotlinRun(found.returncode, found.stdout, recordings)


@pytest.fixture(scope="session")
def apk(build: Path) -> Apk:
    """Build the app's package, once a session."""
    found = run_tool("build_apk.sh", build, {})
    assert found.returncode == 0, found.stdout
    return Apk(build / "app.apk", found.stdout)


@pytest.fixture(scope="session")
def android_runtime(build: Path) -> AndroidRuntime:
    """ExecuTorch's Android library, made to run on this machine."""
    found = run_tool("build_host_runner.sh", build, {})
    assert found.returncode == 0, found.stdout
    return AndroidRuntime(Path(found.stdout.splitlines()[-1]))


def run_tool(name: str, build: Path, variables: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Run one of android_demo's tools; skip if what it needs is missing.

    Fail then where EDGEBERT_REQUIRE_KOTLIN (for what needs a compiler alone) or
    EDGEBERT_REQUIRE_ANDROID (for what needs Android's tools too) is set.
    """
    found = subprocess.run(
        [TOOLS / name, build],
        env={**os.environ, **variables},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
    )
    if found.returncode == TOOL_MISSING:
        reason = f"THE ANDROID DEMO IS NOT TESTED HERE: {found.stdout.strip()}"
        needed = "KOTLIN" if name == "check_jvm.sh" else "ANDROID"
        if os.environ.get(f"EDGEBERT_REQUIRE_{needed}"):
            pytest.fail(reason)
        pytest.skip(reason)
    return found
