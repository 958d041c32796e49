"""Reads and writes the calibration table's file: deterministic JSON, and errors with a place."""

import json
from pathlib import Path

import msgspec
import numpy as np

from edgebert.errors import EdgebertError
from edgebert.exporter.calibration.table import FORMAT, CalibrationTable, Range, SiteRanges

# A table of a thousand sites has about 300 KB.
_MAX_BYTES = 64_000_000


def encode_table(table: CalibrationTable) -> bytes:
    """Return the table's file: UTF-8 JSON, indented by 2, sites in execution order.

    Equal tables give equal bytes, and decoding them gives an equal table.
    """
    content = msgspec.to_builtins(table)
    content["sites"] = {name: _site(ranges) for name, ranges in table.sites.items()}
    return json.dumps(content, indent=2, ensure_ascii=False).encode() + b"\n"


def decode_table(data: bytes, source: str | Path) -> CalibrationTable:
    """Return the table in `data`; `source` names it in errors.

    Raises:
        EdgebertError: one line with the place of the first thing that is wrong.

    """
    content = _parse(data, source)
    if not isinstance(content, dict):
        raise EdgebertError(f"{source}: expected a JSON object, a calibration table")
    version = content.get("format")
    if isinstance(version, int) and version > FORMAT:
        raise EdgebertError(
            f"{source}: calibration table format {version} is newer than this edgebert reads "
            f"({FORMAT}); update edgebert or calibrate again"
        )
    # Sites one by one: msgspec's errors do not name a dict's key.
    sites = content.get("sites")
    if isinstance(sites, dict):
        content["sites"] = {name: _convert_site(site, name, source) for name, site in sites.items()}
    try:
        return msgspec.convert(content, CalibrationTable)
    except msgspec.ValidationError as error:
        raise _wrong(source, error, "$") from None


def read_table(path: str | Path) -> CalibrationTable:
    """Read a calibration table.

    Raises:
        EdgebertError: the file cannot be read, or as `decode_table`.

    """
    path = Path(path)
    try:
        if path.stat().st_size > _MAX_BYTES:
            raise EdgebertError(f"{path}: over {_MAX_BYTES // 1_000_000} MB, no calibration table")
        data = path.read_bytes()
    except FileNotFoundError:
        raise EdgebertError(f"{path}: no such file, expected a calibration table (JSON)") from None
    except OSError as error:
        raise EdgebertError(f"{path}: cannot be read ({error.strerror or error})") from None
    return decode_table(data, path)


def _site(ranges: SiteRanges) -> dict[str, object]:
    return {
        "input": _range(ranges.input),
        "output": _range(ranges.output),
        "input_outliers": ranges.input_outliers,
        "output_outliers": ranges.output_outliers,
    }


def _range(values: Range) -> dict[str, float]:
    # str of a float32 has the fewest digits that give this float32 back.
    return {
        "min": float(str(np.float32(values.min))),
        "max": float(str(np.float32(values.max))),
    }


def _parse(data: bytes, source: str | Path) -> object:
    def unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
        content = dict(pairs)
        if len(content) < len(pairs):
            names = [name for name, _ in pairs]
            twice = next(name for name in names if names.count(name) > 1)
            raise EdgebertError(f"{source}: the name {twice!r} appears twice in one object")
        return content

    def refuse(constant: str) -> object:
        raise EdgebertError(f"{source}: holds {constant}, expected finite numbers")

    try:
        return json.loads(data, object_pairs_hook=unique, parse_constant=refuse)
    except json.JSONDecodeError as error:
        raise EdgebertError(
            f"{source}: line {error.lineno} column {error.colno} is not JSON ({error.msg}), "
            "expected a calibration table"
        ) from None
    except (UnicodeDecodeError, RecursionError, ValueError) as error:
        raise EdgebertError(f"{source}: is not JSON in UTF-8 ({error})") from None


def _convert_site(site: object, name: str, source: str | Path) -> SiteRanges:
    try:
        return msgspec.convert(site, SiteRanges)
    except msgspec.ValidationError as error:
        raise _wrong(source, error, f"$.sites[{name!r}]") from None


def _wrong(source: str | Path, error: msgspec.ValidationError, root: str) -> EdgebertError:
    message, _, place = " ".join(str(error).split()).partition(" - at `$")
    place = root + place.removesuffix("`")
    return EdgebertError(f"{source}: {place}: {message[:1].lower()}{message[1:]}")
