"""Whose artifacts are compared: edgebert's, other tools', and tools that cannot be installed here.

All of them are `peer_tools.Peer`: a name, the tool with its settings, and what writes an artifact.
"""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path

import msgspec
from export_squeezebert import TEXTS
from peer_tools import PEERS as QUANTISING
from peer_tools import Peer, executorch_peers, litert_peers, onnxruntime_peers
from peer_tools.source import Source
from records import OWN
from unavailable import make_nothing

import edgebert
from edgebert.bundle import Bundle, open_bundle
from edgebert.bundle.manifest import BACKENDS, MODES, Backend, Mode
from edgebert.bundle.manifest import Artifact as OwnArtifact
from edgebert.errors import EdgebertError
from edgebert.progress import silent

TASK = "text-classification"
TOKENS = (16, 128)
"""Lengths that are measured; an artifact that takes any length is made for the longest."""

# What these find are other ranges for the same graph: they execute what MinMax does.
SAME_AS_MINMAX = ("onnxruntime-static-entropy", "onnxruntime-static-percentile")
FP16 = "static, fp16 between"
BUNDLES = "bundles"


def make_own(source: Source, path: Path, *, backend: Backend, mode: Mode, fp16: bool) -> None:
    """Link from a bundle that has the artifact, or else export one."""
    bundles = source.folder / BUNDLES
    for bundle in (open_bundle(place) for place in sorted(bundles.glob("[!.]*/"))):
        wanted = find_artifact(bundle, backend, mode, fp16)
        if wanted is not None:
            break
    else:
        bundle = _export(source, bundles, backend, mode, fp16)
        wanted = find_artifact(bundle, backend, mode, fp16)
        if wanted is None:
            raise EdgebertError("fp16: refused, since it was measured to cost something")
    os.link(bundle.verified(wanted.path), path)


def find_artifact(bundle: Bundle, backend: Backend, mode: Mode, fp16: bool) -> OwnArtifact | None:
    """Return a bundle's artifact; with fp16 if processors may compute so what is not int8 of it."""
    for artifact in bundle.manifest.artifacts:
        has_fp16 = artifact.fp16 is not msgspec.UNSET
        if (artifact.backend, artifact.mode, has_fp16) == (backend, mode, fp16):
            return artifact
    return None


def _export(source: Source, bundles: Path, backend: Backend, mode: Mode, fp16: bool) -> Bundle:
    # Ranges are the same for all, and finding them takes long.
    tables = sorted(bundles.glob("[!.]*/calibration.json"))
    return edgebert.export(
        str(source.checkpoint),
        bundles / f"{backend}-{mode}{'-fp16' if fp16 else ''}",
        task=TASK,
        **({"table": str(tables[0])} if tables else {"calibration": str(TEXTS)}),
        backends=(backend,),
        modes=(mode,),
        buckets=TOKENS,
        fp16=fp16,
        max_drop=100,  # a gate would hide what is to be shown
        progress=silent,
    )


def link_fp32_litert(source: Source, path: Path) -> None:
    """Take what litert-torch converts the module to, before it is quantised."""
    os.link(litert_peers.convert(source, bounded_mask=False), path)


def link_fp32_onnx(source: Source, path: Path) -> None:
    """Take what torch exports the module to, before it is quantised."""
    os.link(onnxruntime_peers.export(source), path)


_OWN = (
    *(
        Peer(
            f"{OWN}-{backend}-{mode}",
            OWN,
            mode,
            backend,
            partial(make_own, backend=backend, mode=mode, fp16=False),
            padded=False,
        )
        for backend in BACKENDS
        for mode in MODES
    ),
    Peer(
        f"{OWN}-litert-static-fp16",
        OWN,
        FP16,
        "litert",
        partial(make_own, backend="litert", mode="static", fp16=True),
        padded=False,
    ),
)
_FP32 = (
    Peer("litert-torch-fp32", "litert-torch", "fp32", "litert", link_fp32_litert, padded=True),
    Peer("torch-onnx-fp32", "torch.onnx.export", "fp32", "onnx", link_fp32_onnx, padded=False),
    Peer(
        "xnnpack-fp32",
        "XnnpackPartitioner",
        "fp32",
        "executorch",
        executorch_peers.make_fp32,
        padded=False,
    ),
)
_UNAVAILABLE = (
    Peer(
        "optimum-onnx",
        "optimum-onnx 0.1.0",
        "static",
        "onnx",
        partial(make_nothing, requirement="optimum-onnx==0.1.0"),
        padded=False,
    ),
    Peer(
        "onnx2tf",
        "onnx2tf 1.29.24",
        "static",
        "litert",
        partial(make_nothing, requirement="onnx2tf==1.29.24"),
        padded=True,
    ),
)

SUBJECTS: tuple[Peer, ...] = (
    *_OWN,
    *_FP32,
    *(peer for peer in QUANTISING if peer.name not in SAME_AS_MINMAX),
    *_UNAVAILABLE,
)
BY_NAME = {subject.name: subject for subject in SUBJECTS}
