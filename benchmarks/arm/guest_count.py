"""Runs on the emulated processor: inferences of one artifact, with a mark after each.

Its argument is a JSON of `counting.Request`. It prints the engine's version.
"""

import ctypes
import json
import sys
from pathlib import Path

import numpy as np

from edgebert.engines import ArtifactSpec, Session, engine_named

MARK = 0x7E57  # plugin.c has the same
# Any ids but those of special tokens, and no padding.
FIRST_ID = 2000


def main() -> None:
    """Open the artifact; for each bucket two marks that only marking lies between, then runs."""
    request = json.loads(sys.argv[1])
    engine = engine_named(request["engine"])
    spec = ArtifactSpec(
        Path(request["path"]),
        tuple(request["inputs"]),
        tuple(request["outputs"]),
        tuple(request["buckets"]),
    )
    session = (
        _open_foreign(spec) if request["is_foreign"] else engine.open(spec, request["threads"])
    )
    mark = ctypes.CDLL(None).syscall
    mark(MARK, 0)
    for tokens in request["tokens"]:
        arrays = {
            "input_ids": np.arange(FIRST_ID, FIRST_ID + tokens, dtype=np.int32)[None],
            "attention_mask": np.ones((1, tokens), dtype=np.int32),
            "token_type_ids": np.zeros((1, tokens), dtype=np.int32),
        }
        inputs = {name: arrays[name] for name in spec.inputs}
        mark(MARK, tokens)
        mark(MARK, tokens)
        for _ in range(request["inferences"]):
            session.run(inputs)
            mark(MARK, tokens)
    print(engine.version())


def _open_foreign(spec: ArtifactSpec) -> Session:
    sys.path.insert(0, str(Path(__file__).parents[1] / "quality"))
    from litert_session import DequantizingSession

    return DequantizingSession(spec.path, max(spec.buckets), spec.outputs)


if __name__ == "__main__":
    main()
