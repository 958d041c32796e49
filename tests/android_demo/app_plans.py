"""What `edgebert benchmark --app` has the app do, of the recorded bundle `embedder`."""

from pathlib import Path

from edgebert.bench.protocol import SCHEMA, Method, Plan, Variant
from edgebert.bundle.hashing import sha256_of

TARGET = "adb:phone:app"


def app_plans(recordings: Path) -> list[Plan]:
    """One plan of each stage for the app, of the bundle `embedder`."""
    variants = tuple(Variant("onnxruntime", mode, 16, None) for mode in ("dynamic", "fp32"))
    digest = sha256_of(recordings / "embedder" / "manifest.json")
    method = Method(iterations=4, warm_ups=0, turn=2, settle_ms=0.0)
    return [
        Plan(SCHEMA, "survey", "run", TARGET),
        *(
            Plan(
                SCHEMA,
                stage,
                "run",
                TARGET,
                bundle="embedder",
                digest=digest,
                repeat=2,
                method=method,
                variants=variants[:1] if stage == "memory" else variants,
            )
            for stage in ("proof", "latency", "memory")
        ),
    ]
