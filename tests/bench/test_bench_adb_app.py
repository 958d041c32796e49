"""The Android app as a target, and bundles pushed to it: real adbd, our own `am` and app."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from stand_ins.demo_app import DemoApp, demo_app
from tiny_bundles import tree, write_onnx_bundle

from edgebert.bench.targets import target_for
from edgebert.bench.targets.app_files import BUNDLES, FILES, RESULTS
from edgebert.cli.push import push
from edgebert.errors import CheckFailedError, EdgebertError


@pytest.fixture
def app(handset) -> Iterator[DemoApp]:
    with demo_app(handset) as installed:
        yield installed


def one_line(raised) -> str:
    assert "\n" not in str(raised.value)
    return str(raised.value)


def test_a_pushed_bundle_is_whole_and_travels_once(app, tiny, tmp_path, capsys):
    push(tiny, name="my.bundle-2")
    assert capsys.readouterr().out.startswith(f"my.bundle-2 on adb:{app.phone.serial}: 0.0 MB cop")
    assert tree(app.path(f"{BUNDLES}/my.bundle-2")) == tree(tiny)
    push(tiny, target=f"adb:{app.phone.serial}", name="my.bundle-2")
    assert "is there already" in capsys.readouterr().out
    other = write_onnx_bundle(tmp_path / "other", seed=3)
    push(other, name="my.bundle-2")
    assert tree(app.path(f"{BUNDLES}/my.bundle-2")) == tree(other)
    assert [path.name for path in app.path(FILES).iterdir()] == ["bundles"]


def test_a_signature_travels_even_to_a_bundle_that_is_there(app, tiny, tmp_path):
    root = Path(shutil.copytree(tiny, tmp_path / "signed"))
    push(root)
    (root / "manifest.json.sig").write_text("a signature")
    push(root)
    assert tree(app.path(f"{BUNDLES}/signed")) == tree(root)


def test_a_damaged_bundle_is_not_pushed(app, tiny, tmp_path):
    root = Path(shutil.copytree(tiny, tmp_path / "damaged"))
    (root / "model.static.onnx").write_bytes(b"nothing")
    with pytest.raises(CheckFailedError, match="not the file that was exported"):
        push(root)
    assert list(app.path(FILES).iterdir()) == []


@pytest.mark.parametrize("name", ["", ".", "..", "-x", "a/b", "a b", "$(x)", "x" * 65])
def test_names_that_no_folder_is_to_have(tiny, name):
    with pytest.raises(EdgebertError, match="give another with --name"):
        push(tiny, name=name)


def test_a_push_to_a_full_device_leaves_nothing(app, tiny):
    machine, files = app.phone.machine, app.phone.machine.root / FILES.lstrip("/")
    machine.run(machine.enter("mount", "-t", "tmpfs", "-o", "size=8k", "tmpfs", files))
    try:
        with pytest.raises(EdgebertError, match="its storage is full; make room") as raised:
            push(tiny)
        assert one_line(raised)
        assert tree(app.path(FILES)) == {}
    finally:
        machine.run(machine.enter("umount", files))


def test_without_the_app(bench, handset, tiny):
    for act in (lambda: push(tiny), lambda: bench(target_for("adb", app=True))):
        with pytest.raises(EdgebertError, match="has no folder there; install it") as raised:
            act()
        assert one_line(raised)


def test_the_app_measures_and_the_same_command_goes_on(bench, app):
    """The cable is pulled in the midst of a run; what was measured until then counts."""

    def pull(job):
        if job.task == "memory":
            app.phone.disconnect()

    app.before_a_job = pull
    selection = {"buckets": (8,), "modes": ("static",)}
    with pytest.raises(EdgebertError, match="the connection was lost") as raised:
        bench(target_for("adb", app=True), **selection)
    assert one_line(raised).startswith(f"adb:{app.phone.serial}")
    assert len(bench.lines) == 2
    app.phone.connect()
    app.before_a_job = lambda job: None

    outcome = bench(target_for(f"adb:{app.phone.serial}", app=True), **selection)
    assert outcome.target == f"adb:{app.phone.serial}:app"
    assert outcome.already == 2
    assert outcome.survey.edgebert == "Kotlin core 0.1.0"
    (result,) = outcome.results
    assert (result.repeats, result.model.n) == (2, 8)
    assert [job.task for job in app.jobs] == [
        *("survey", "prove", "latency", "latency", "memory"),
        *("survey", "prove", "memory"),
    ]
    assert {job.bundle for job in app.jobs[1:5]} == {"tiny"}
    assert app.process.wait(5) != 0  # it was ended
    assert not app.path(RESULTS).exists()
    assert tree(app.path(f"{BUNDLES}/tiny")) == tree(bench.bundle.root)


def test_an_artifact_that_answers_wrongly_is_not_timed(bench, app, exchanged):
    outcome = bench(target_for("adb", app=True), buckets=(8,), repeats=1)
    assert {result.variant.mode for result in outcome.results} == {"fp32"}
    (failure,) = outcome.failures
    assert (failure.engine, failure.mode) == ("onnxruntime", "static")
    assert "deviates" in failure.reason


def test_an_app_that_ends_early(bench, app):
    app.before_a_job = lambda job: app.end()
    with pytest.raises(EdgebertError, match=r"ended before its job .* again to go on") as raised:
        bench(target_for("adb", app=True))
    assert one_line(raised)


def test_what_the_app_says_is_told(bench, app):
    def refuse(job):
        raise EdgebertError("bundle x: \x1b[31mnot found")

    app.before_a_job = refuse
    with pytest.raises(EdgebertError, match="the app says: bundle x: ") as raised:
        bench(target_for("adb", app=True))
    assert one_line(raised)


def test_an_app_without_the_activity(bench, app, monkeypatch):
    app.path("/system/bin/am").write_text(
        'echo "Starting: Intent { }"\necho "Error type 3"\necho "Error: Activity class {x} does '
        'not exist."\ncase $1 in start) exit 1;; esac\n'
    )
    with pytest.raises(EdgebertError, match=r"the app does not start .*does not exist") as raised:
        bench(target_for("adb", app=True))
    assert one_line(raised)


def test_the_app_is_behind_adb_and_is_not_installed_from_here(bench, app):
    with pytest.raises(EdgebertError, match="--app is for devices behind adb"):
        target_for("local", app=True)
    with pytest.raises(EdgebertError, match="--install is for the target without --app"):
        target_for("adb", app=True).install([], None)
