"""Which variants of a bundle are measured."""

from collections.abc import Collection
from dataclasses import dataclass

from edgebert.bench.protocol import Variant
from edgebert.bundle import Bundle
from edgebert.bundle.manifest import MODES
from edgebert.bundle.validation import check_known
from edgebert.engines import ENGINES, engine_named
from edgebert.errors import EdgebertError


@dataclass(frozen=True)
class Selection:
    """What was asked for.

    Attributes:
        engines: their names; empty takes all that a device has and the bundle has artifacts for.
        modes: empty takes all that the bundle has.
        buckets: empty takes all that the bundle has.
        threads: counts; None among them leaves the number to the engine.
    """

    engines: tuple[str, ...] = ()
    modes: tuple[str, ...] = ()
    buckets: tuple[int, ...] = ()
    threads: tuple[int | None, ...] = (None,)

    def check(self, bundle: Bundle) -> None:
        """Check what can be checked without a device; buckets are checked with their texts.

        Raises:
            EdgebertError: an engine or a mode that does not exist or has no artifact, or a number
                of threads below 1.

        """
        for mode in self.modes:
            check_known("mode", mode, MODES)
        for name in self.engines:
            bundle.artifact(engine_named(name).backend)
        found = {artifact.mode for artifact in bundle.manifest.artifacts}
        for mode in self.modes:
            if mode not in found:
                raise EdgebertError(
                    f"{bundle.root}: has no artifact in mode {mode}, found {', '.join(found)}"
                )
        for count in self.threads:
            if count is not None and count < 1:
                raise EdgebertError(f"threads: found {count}, expected 1 or more")

    def all_buckets(self, bundle: Bundle) -> tuple[int, ...]:
        """Return the buckets that are measured."""
        return tuple(dict.fromkeys(self.buckets)) or bundle.manifest.buckets

    def variants(self, bundle: Bundle, installed: Collection[str]) -> list[Variant]:
        """Return the variants to measure on a device.

        Args:
            bundle: the bundle.
            installed: the names of the device's engines.

        Raises:
            EdgebertError: the device lacks an engine that was asked for, or every one.

        """
        for name in self.engines:
            if name not in installed:
                found = ", ".join(installed) or "none"
                raise EdgebertError(f"engine {name}: is not installed on the device, found {found}")
        engines = [ENGINES[n] for n in self.engines or installed if n in ENGINES]
        variants = [
            Variant(engine.name, artifact.mode, bucket, threads)
            for engine in engines
            for artifact in bundle.manifest.artifacts
            if artifact.backend == engine.backend
            and (not self.modes or artifact.mode in self.modes)
            for bucket in self.all_buckets(bundle)
            for threads in dict.fromkeys(self.threads)
        ]
        if not variants:
            backends = dict.fromkeys(artifact.backend for artifact in bundle.manifest.artifacts)
            raise EdgebertError(
                f"{bundle.root}: has artifacts for {', '.join(backends)}, and the device has "
                f"{', '.join(installed) or 'no engine'}; nothing can be measured"
            )
        return variants
