"""Fleets: what their files may say, and devices that fail now and then."""

import threading

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from edgebert.bench.fleet import Fleet, read_fleet, try_again
from edgebert.bench.selection import Selection
from edgebert.bench.targets import LocalTarget
from edgebert.bench.visit import Setup
from edgebert.cli.benchmark_run import run_benchmark
from edgebert.errors import CheckFailedError, EdgebertError


class Flaky(LocalTarget):
    """This machine behind a cable that is loose the first times."""

    def __init__(self, name: str, failures: int) -> None:
        self.name = name
        self.failures = failures

    def worker_command(self) -> list[str]:
        self.failures -= 1
        return ["false"] if self.failures >= 0 else super().worker_command()


def run(bench, fleet, *targets):
    chosen = Selection(engines=("onnxruntime",), modes=("fp32",), buckets=(8,), threads=(1,))
    method = bench.benchmark().method
    return run_benchmark(
        bench.bundle, list(targets), chosen, 1, method, bench.path, Setup(), None, fleet
    )


def test_a_flaky_device_is_tried_again_and_a_dead_one_given_up(bench, capfd):
    fleet = Fleet((), concurrent=1, retries=2, pause_s=0.0)
    report = run(bench, fleet, Flaky("loose", 2), Flaky("dead", 99), LocalTarget())
    found = {a.target: (a.tries, isinstance(a.result, EdgebertError)) for a in report.attempts}
    assert found == {"loose": (3, False), "dead": (3, True), "local": (1, False)}
    assert [str(error) for error in report.errors] == ["dead: the worker ended with status 1"]
    said = capfd.readouterr().err
    assert said.count("loose: loose: the worker ended with status 1; tries again in 0 s") == 2
    assert [len(outcome.results) for outcome in report.outcomes] == [1, 1]


@pytest.mark.parametrize("concurrent", [0, 1, 2])
def test_no_more_devices_work_at_once_than_the_limit(bench, concurrent):
    working, most, lock = set(), [0], threading.Lock()

    class Counted(LocalTarget):
        def __init__(self, name):
            self.name = name

        def worker_command(self):
            with lock:
                working.add(self.name)
                most[0] = max(most[0], len(working))
            return ["sleep", "0.3"]

        def close(self):
            with lock:
                working.discard(self.name)

    fleet = Fleet((), concurrent=concurrent, retries=0)
    report = run(bench, fleet, *(Counted(f"device {n}") for n in range(4)))
    assert len(report.errors) == 4
    assert most[0] == (concurrent or 4)


def test_a_wrong_answer_is_not_asked_for_again():
    def work():
        raise CheckFailedError("wrong")

    result, tries = try_again(work, Fleet((), retries=5), threading.Event(), print)
    assert (str(result), tries) == ("wrong", 1)


def test_stopping_ends_the_pause_before_another_try():
    def work():
        raise EdgebertError("no such device")

    stopped = threading.Event()
    threading.Timer(0.2, stopped.set).start()
    said = []
    result, tries = try_again(work, Fleet((), retries=5, pause_s=3600.0), stopped, said.append)
    assert (str(result), tries) == ("no such device", 1)
    assert said == ["no such device; tries again in 3600 s"]


def test_a_fleets_file(tmp_path):
    path = tmp_path / "fleet.toml"
    path.write_text('targets = ["local", "ssh:pi@one"]\nconcurrent = 4\nretries = 2\n')
    assert read_fleet(path) == Fleet(("local", "ssh:pi@one"), 4, 2, 30.0)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("targets = [", "is no TOML"),
        ("", "missing required field `targets`"),
        ("targets = []", "names no device"),
        ('targets = ["local"]\nspeed = 1', "unknown field `speed`; the fields are targets, "),
        ('targets = ["local"]\nretries = -1', "found retries = -1, expected 0 or more"),
        ('targets = ["local"]\npause_s = inf', "found pause_s = inf"),
        ('targets = ["local"]\nconcurrent = "4"', "Expected `int`, got `str`"),
    ],
)
def test_what_a_fleets_file_may_not_say(tmp_path, content, said):
    path = tmp_path / "fleet.toml"
    path.write_text(content)
    with pytest.raises(EdgebertError) as raised:
        read_fleet(path)
    assert said in str(raised.value)
    assert str(raised.value).startswith(f"--targets {path}: ")
    assert "\n" not in str(raised.value)


def test_a_fleets_file_that_there_is_not(tmp_path):
    with pytest.raises(EdgebertError, match="cannot be read"):
        read_fleet(tmp_path / "nowhere.toml")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.binary(max_size=60))
def test_any_bytes_are_a_fleet_or_one_line(tmp_path, content):
    path = tmp_path / "fleet.toml"
    path.write_bytes(content)
    with pytest.raises(EdgebertError, match=r"--targets"):
        read_fleet(path)
