"""What must hold of the records that an app's core wrote, whichever language it is written in."""

from pathlib import Path

import msgspec

from edgebert.bench.protocol import Failure, Latency, Memory, Record
from edgebert.bench.records import RecordFile
from edgebert.bench.results import failures_of, results_of


def names_of_fields(struct: type[msgspec.Struct]) -> set[str]:
    """Return the names of a struct's fields, and of the structs within."""
    schemas = msgspec.json.schema_components([struct])[1].values()
    return {name for schema in schemas for name in schema.get("properties", {})}


def check_kinds(records: Path, target: str, digest: str) -> None:
    """They are those of edgebert benchmark: all kinds, of this target and this bundle."""
    found = [msgspec.json.decode(line, type=Record) for line in records.read_bytes().splitlines()]
    kinds = [type(record) for record in found]
    assert (kinds.count(Latency), kinds.count(Memory), kinds.count(Failure)) == (16, 1, 1)
    for record in found:
        assert (record.origin.target, record.origin.bundle) == (target, digest)
        assert record.origin.machine.cpu.features == {"asimddp": True}


def check_sums(records: Path, target: str, digest: str) -> None:
    """Edgebert sums them up as it does its own."""
    measured = RecordFile(records).records(target, digest)
    variants = list(dict.fromkeys(r.variant for r in measured if isinstance(r, Latency)))
    results = results_of(measured, variants)
    assert len(results) == 8
    for result in results:
        assert (result.repeats, result.model.n, result.app.n) == (2, 8, 8)
        assert 0 < result.model.low <= result.model.median <= result.model.high
        assert (result.of_fp32 is None) == (result.variant.mode == "fp32")
    assert [failure.reason for failure in failures_of(measured, "run")] == ['a "reason"']


def check_fields(records: Path) -> None:
    """Every field is written, and none that edgebert does not know."""
    for line in records.read_bytes().splitlines():
        record = msgspec.json.decode(line, type=Record)
        assert msgspec.json.decode(line) == msgspec.json.decode(msgspec.json.encode(record))
