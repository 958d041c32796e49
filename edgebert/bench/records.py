"""The file of records: JSONL, one measurement a line, appended to and never rewritten."""

import os
import threading
from collections.abc import Sequence
from pathlib import Path

import msgspec

from edgebert.bench.environment import Machine
from edgebert.bench.protocol import SCHEMA, Latency, Memory, Method, Origin, Record, Sample, Survey
from edgebert.errors import EdgebertError


class _Versioned(msgspec.Struct):
    origin: dict[str, object]


class RecordFile:
    """A file of records. Several threads may append to one object."""

    def __init__(self, path: Path) -> None:
        """Take a file; it need not exist yet.

        Raises:
            EdgebertError: it cannot be written, or holds something else than records.

        """
        self.path = path
        self._lock = threading.Lock()
        self._drop_half_a_line()
        self._records = [
            decode_record(path, number, line, "choose another file with --output")
            for number, line in self._lines()
        ]

    def records(self, target: str, bundle: str) -> list[Record]:
        """Return the records of a bundle, by its digest, on a target, in their order."""
        with self._lock:
            return [
                r for r in self._records if (r.origin.target, r.origin.bundle) == (target, bundle)
            ]

    def append(self, record: Record) -> None:
        """Add a record; it is on the disk when this returns.

        Raises:
            EdgebertError: it cannot be written.

        """
        with self._lock:
            try:
                with self.path.open("ab") as file:
                    file.write(msgspec.json.encode(record) + b"\n")
                    file.flush()
                    os.fsync(file.fileno())
            except OSError as error:
                raise self._unwritable(error) from error
            self._records.append(record)

    def _drop_half_a_line(self) -> None:
        """Cut off what an interrupted writer left at the end of the file."""
        if not self.path.parent.is_dir():
            raise EdgebertError(
                f"{self.path}: there is no folder {self.path.parent}; make it first"
            )
        if not self.path.exists():
            return
        try:
            with self.path.open("rb+") as file:
                file.truncate(file.read().rfind(b"\n") + 1)
        except OSError as error:
            raise self._unwritable(error) from error

    def _lines(self) -> list[tuple[int, bytes]]:
        if not self.path.exists():
            return []
        return list(enumerate(self.path.read_bytes().splitlines(), start=1))

    def _unwritable(self, error: OSError) -> EdgebertError:
        return EdgebertError(f"{self.path}: cannot be written ({error.strerror})")


def decode_record(path: Path, number: int, line: bytes, way_out: str) -> Record:
    """Read one line of a file of records.

    Args:
        path: the file, for the message.
        number: the line's, from 1.
        line: what it holds.
        way_out: what the message advises.

    Raises:
        EdgebertError: it is no record, or another version's.

    """
    try:
        schema = msgspec.json.decode(line, type=_Versioned).origin.get("schema")
        if schema == SCHEMA:
            record: Record = msgspec.json.decode(line, type=Record)
            return record
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise EdgebertError(
            f"{path}: line {number} is no record of a benchmark ({error}); {way_out}"
        ) from error
    raise EdgebertError(
        f"{path}: line {number} has schema {schema}, expected {SCHEMA}: it was written by another "
        f"version of edgebert; {way_out}"
    )


def check_alike(
    path: Path,
    records: Sequence[Record],
    survey: Survey,
    method: Method,
    samples: Sequence[Sample] = (),
) -> None:
    """Check that new measurements could be compared with those of one bundle and target.

    Args:
        path: their file, for the message.
        records: the measurements that there are.
        survey: what the device is now.
        method: how it is to be measured now.
        samples: the texts that it is to be measured with now.

    Raises:
        EdgebertError: another version of edgebert or of an engine, another machine behind the name,
            another method or another text.

    """
    texts = {sample.bucket: sample for sample in samples}
    for record in records:
        if not isinstance(record, Latency | Memory):
            continue
        engine = record.variant.engine
        now = survey.engines.get(engine, record.origin.engine_version)
        found = {**traits_of(record.origin), engine: record.origin.engine_version}
        expected = {**_expected_traits(survey, method), engine: now}
        bucket = record.variant.bucket
        if isinstance(record, Latency) and texts.get(bucket, record.sample) != record.sample:
            raise EdgebertError(
                f"{path}: holds measurements of this bundle on {record.origin.target} with another "
                f"text of {bucket} tokens; these cannot be compared: choose another file with "
                "--output"
            )
        for trait, value in found.items():
            if value != expected[trait]:
                raise EdgebertError(
                    f"{path}: holds measurements of this bundle on {record.origin.target} with "
                    f"{trait} {value}, now it is {expected[trait]}; these cannot be compared: "
                    "choose another file with --output"
                )


def traits_of(origin: Origin) -> dict[str, object]:
    """Return by name what must be equal of measurements on one target that are compared."""
    return {"edgebert": origin.edgebert, **_machine(origin.machine), **_method(origin.method)}


def _expected_traits(survey: Survey, method: Method) -> dict[str, object]:
    return {"edgebert": survey.edgebert, **_machine(survey.machine), **_method(method)}


def _machine(machine: Machine) -> dict[str, object]:
    return {
        "CPU": machine.cpu.model,
        "usable cores": machine.cpu.threads,
        "int8 instructions": machine.cpu.features,
        "system": machine.system,
        "Python": machine.python,
    }


def _method(method: Method) -> dict[str, object]:
    return {
        "iterations": method.iterations,
        "warm-ups": method.warm_ups,
        "inferences a turn": method.turn,
        "settling time": method.settle_ms,
    }
