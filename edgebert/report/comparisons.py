"""Which records may be compared: those of one bundle on one device under the same conditions."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from edgebert.bench.facts import ArtifactFacts
from edgebert.bench.protocol import Failure, Latency, Memory, Origin, Record, Sample
from edgebert.bench.records import traits_of


@dataclass
class Group:
    """Records that are alike, and what they have in common.

    Attributes:
        origin: of the first record.
        records: in the order of the files.
        engines: version by engine.
        samples: text by bucket.
        runs: the benchmark runs they come from.
    """

    origin: Origin
    records: list[Record] = field(default_factory=list)
    engines: dict[str, str] = field(default_factory=dict)
    samples: dict[int, Sample] = field(default_factory=dict)
    runs: dict[str, None] = field(default_factory=dict)

    @property
    def latencies(self) -> list[Latency]:
        """The records that hold times."""
        return [record for record in self.records if isinstance(record, Latency)]

    @property
    def failures(self) -> list[Failure]:
        """The records of what was not measured."""
        return [record for record in self.records if isinstance(record, Failure)]

    @property
    def facts(self) -> dict[tuple[str, str], ArtifactFacts]:
        """What the records say of the artifacts, by engine and mode."""
        return {
            (record.variant.engine, record.variant.mode): record.facts
            for record in reversed(self.latencies)
            if record.facts is not None
        }

    def difference(self, record: Record) -> tuple[str, object, object] | None:
        """Return in what a record is unlike these: (what, here, there), or None."""
        origin, here = record.origin, self.origin
        pairs: list[tuple[str, object, object]] = [
            ("device", here.target, origin.target),
            ("bundle", here.bundle, origin.bundle),
        ]
        mine, its = traits_of(here), traits_of(origin)
        pairs += [(name, mine[name], its[name]) for name in mine]
        engine = engine_of(record)
        version = origin.engine_version
        pairs.append((engine, self.engines.get(engine, version), version))
        if isinstance(record, Latency):
            sample = record.sample
            known = self.samples.get(record.variant.bucket, sample)
            pairs.append((f"text of {record.variant.bucket} tokens", known, sample))
        return next((pair for pair in pairs if pair[1] != pair[2]), None)

    def add(self, record: Record) -> None:
        """Take a record that is alike."""
        self.records.append(record)
        self.engines.setdefault(engine_of(record), record.origin.engine_version)
        self.runs[record.origin.run] = None
        if isinstance(record, Latency):
            self.samples.setdefault(record.variant.bucket, record.sample)


def group_alike(records: Sequence[Record]) -> list[Group]:
    """Part records so that those of a group may be compared.

    The rule is that of `edgebert benchmark`, which refuses to measure on into a file that holds
    anything unlike: device, bundle, versions of edgebert and of the engine, machine, method; and
    the text that a bucket is measured with.

    Returns:
        Groups by their first record; no record is lost.
    """
    groups: list[Group] = []
    for record in records:
        alike = [group for group in groups if group.difference(record) is None]
        # A record of memory names no text: it belongs to the times of its own run.
        own = [group for group in alike if record.origin.run in group.runs]
        group = next(iter(own or alike), None)
        if group is None:
            group = Group(record.origin)
            groups.append(group)
        group.add(record)
    return groups


def engine_of(record: Record) -> str:
    """Return the engine that a record is of."""
    return record.variant.engine if isinstance(record, Latency | Memory) else record.engine
