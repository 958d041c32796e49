"""What can go wrong when an artifact is opened: damaged, foreign or missing files and runtimes."""

import logging
import os
import subprocess
import sys
from types import ModuleType

import numpy as np
import pytest
from tiny_artifacts import OUTPUTS, random_inputs, reference, spec

from edgebert.engines import ENGINES, available, engine_for, engine_named, executorch_runtimes
from edgebert.engines.captured_stderr import captured_stderr
from edgebert.engines.onnxruntime import EXACT_INT8_OPTION
from edgebert.errors import EdgebertError

MODULES = {
    "executorch": ["executorch.runtime", "executorch_numpy_runtime"],
    "litert": ["ai_edge_litert.interpreter", "tflite_runtime.interpreter"],
    "onnxruntime": ["onnxruntime"],
}
EXTRAS = {"executorch": "executorch", "litert": "litert", "onnxruntime": "onnx"}


def test_every_backend_has_its_engine():
    assert {name: engine.backend for name, engine in ENGINES.items()} == {
        "executorch": "executorch",
        "litert": "litert",
        "onnxruntime": "onnx",
    }
    for engine in ENGINES.values():
        assert engine_for(engine.backend) is engine
        assert engine_named(engine.name) is engine


def test_unknown_names_list_the_known_ones():
    with pytest.raises(EdgebertError, match="expected one of executorch, litert, onnxruntime"):
        engine_named("tensorrt")
    with pytest.raises(EdgebertError, match="expected one of executorch, litert, onnx"):
        engine_for("coreml")


def test_installed_engines_are_available():
    assert [engine.name for engine in available()] == list(ENGINES)
    for engine in available():
        assert engine.version()[0].isdigit()


def test_an_absent_runtime_is_named_with_its_extra(monkeypatch, engine, open_artifact, artifact):
    for module in MODULES[engine.name]:
        monkeypatch.setitem(sys.modules, module, None)
    executorch_runtimes.runtime.cache_clear()
    assert engine.version() is None
    assert engine not in available()
    with pytest.raises(EdgebertError) as caught:
        open_artifact(artifact)
    assert f"pip install 'edgebert[{EXTRAS[engine.name]}]'" in str(caught.value)
    executorch_runtimes.runtime.cache_clear()


def test_a_runtime_that_does_not_load_is_reported(monkeypatch, tmp_path):
    (tmp_path / "onnxruntime").mkdir()
    (tmp_path / "onnxruntime" / "__init__.py").write_text("raise ImportError('no libgomp.so')")
    (tmp_path / "model.onnx").write_bytes(b"")
    monkeypatch.delitem(sys.modules, "onnxruntime", raising=False)
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(EdgebertError, match=r"does not load \(no libgomp.so\); reinstall"):
        ENGINES["onnxruntime"].open(spec(tmp_path / "model.onnx"))


def test_a_missing_file(open_artifact, tmp_path):
    with pytest.raises(EdgebertError, match="no such file"):
        open_artifact(tmp_path / "absent")


@pytest.mark.parametrize("content", ["empty", "foreign", "half", "header"])
def test_a_damaged_file_is_one_line(open_artifact, artifact, tmp_path, content, capfd):
    intact = artifact.read_bytes()
    path = tmp_path / artifact.name
    path.write_bytes(
        {
            "empty": b"",
            "foreign": b"PK\x03\x04" * 500,
            "half": intact[: len(intact) // 2],
            "header": intact[:20],
        }[content]
    )
    with pytest.raises(EdgebertError) as caught:
        open_artifact(path)
    message = str(caught.value)
    assert message.startswith(f"{path}: ")
    assert "cannot load it (" in message
    assert "\n" not in message
    assert capfd.readouterr().err == ""


def test_executorch_says_what_its_log_says(artifacts, tmp_path):
    path = tmp_path / "foreign.pte"
    path.write_bytes(b"x" * 500)
    with pytest.raises(EdgebertError, match="Program identifier 'xxxx' != expected 'ET12'"):
        ENGINES["executorch"].open(spec(path))


def test_a_bucket_that_the_file_lacks(engine, open_artifact, artifact):
    if engine.name != "litert":
        pytest.skip("one graph for all lengths")
    with pytest.raises(EdgebertError, match=r"has no .* bucket_32, found bucket_16, bucket_8"):
        open_artifact(artifact, buckets=(8, 32))


def test_outputs_that_the_file_lacks(engine, open_artifact, artifact):
    with pytest.raises(EdgebertError, match="belongs to another bundle"):
        open_artifact(artifact, outputs=(*OUTPUTS, "pooled")).run(random_inputs(0, 8, 4))


def test_onnxruntime_always_takes_the_exact_int8_kernels(artifacts):
    session = ENGINES["onnxruntime"].open(spec(artifacts["onnxruntime"]), threads=1)
    options = session._session.get_session_options()
    assert options.get_session_config_entry(EXACT_INT8_OPTION) == "1"
    assert options.intra_op_num_threads == 1


def test_executorch_sets_its_thread_pool(artifacts):
    from executorch.extension.pybindings import portable_lib

    artifact = spec(artifacts["executorch"])
    sessions = {n: ENGINES["executorch"].open(artifact, threads=n) for n in (1, 3, 2)}
    for threads in (3, 1, 2, 1):
        sessions[threads].run(random_inputs(0, 8, 4))
        assert portable_lib._threadpool_get_thread_count() == threads


def test_executorch_refuses_a_file_that_was_replaced_under_it(artifacts, tmp_path):
    path = tmp_path / "tiny.pte"
    path.write_bytes(artifacts["executorch"].read_bytes())
    engine = ENGINES["executorch"]
    session = engine.open(spec(path), threads=1)
    session.run(random_inputs(0, 8, 4))
    other = tmp_path / "other.pte"
    other.write_bytes(path.read_bytes())
    other.rename(path)
    engine.open(spec(path), threads=2).run(random_inputs(0, 8, 4))
    with pytest.raises(EdgebertError, match="was replaced while it was open"):
        session.run(random_inputs(0, 8, 4))


@pytest.fixture
def numpy_runtime(monkeypatch):
    """Stand in for executorch-numpy-runtime: its documented interface on ExecuTorch's runtime."""
    native = executorch_runtimes.NativeRuntime()

    class Program:
        def __init__(self, program):
            self.method_names = sorted(program.method_names)
            self._program = program

        def load_method(self, name):
            return native.load_method(self._program, name)

    class Runtime:
        @classmethod
        def get(cls):
            return cls()

        def load_program(self, source):
            assert isinstance(source, str | bytes)
            return Program(native.load_program(source))

    module = ModuleType("executorch_numpy_runtime")
    module.Runtime = Runtime
    module.__spec__ = sys.__spec__
    monkeypatch.setitem(sys.modules, module.__name__, module)
    monkeypatch.setattr(executorch_runtimes, "has_native", lambda: False)
    executorch_runtimes.runtime.cache_clear()
    yield
    executorch_runtimes.runtime.cache_clear()


@pytest.mark.usefixtures("numpy_runtime")
def test_the_numpy_runtime_takes_executorchs_place(artifacts, weights):
    engine, artifact = ENGINES["executorch"], spec(artifacts["executorch"])
    assert "executorch-numpy-runtime" in engine.version()
    inputs = random_inputs(0, 16, 11)
    outputs = engine.open(artifact).run(inputs)
    np.testing.assert_allclose(outputs["hidden"], reference(weights, inputs)["hidden"], atol=1e-5)
    with pytest.raises(EdgebertError, match="threads: found 1, but executorch-numpy-runtime"):
        engine.open(artifact, threads=1)


def test_importing_the_engines_imports_no_runtime():
    program = (
        "import sys, edgebert.engines, edgebert.engines.inputs, edgebert.bundle\n"
        "edgebert.engines.available()\n"
        "heavy = {'torch', 'executorch.runtime', 'ai_edge_litert.interpreter', 'onnxruntime'}\n"
        "sys.exit(', '.join(heavy & set(sys.modules)) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


def test_captured_stderr_keeps_native_lines_and_restores_the_descriptor(capfd):
    with captured_stderr() as text:
        os.write(2, b"from a library\n")
        print("from Python", file=sys.stderr)
    os.write(2, b"afterwards\n")
    assert "from a library" in text.lines
    assert capfd.readouterr().err == "afterwards\n"


def test_captured_stderr_is_out_of_the_way_of_a_logger_set_up_inside(capsys):
    with captured_stderr() as text:
        handler = logging.StreamHandler()  # torch sets one up while it is imported
        handler.emit(logging.makeLogRecord({"msg": "inside"}))
    handler.emit(logging.makeLogRecord({"msg": "afterwards"}))
    assert text.lines == ["inside"]
    assert capsys.readouterr().err == "afterwards\n"


def test_captured_stderr_restores_the_descriptor_after_an_error(capfd):
    def interrupted():
        with captured_stderr():
            os.write(2, b"lost\n")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    os.write(2, b"afterwards\n")
    assert capfd.readouterr().err == "afterwards\n"


def test_works_without_a_standard_error():
    program = (
        "import os; os.close(2)\n"
        "from edgebert.engines.captured_stderr import captured_stderr\n"
        "with captured_stderr() as text: print('ran')\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, "ran\n")
