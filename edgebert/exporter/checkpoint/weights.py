"""Reading a checkpoint's tensors from safetensors or .bin files, and their hash.

Neither format can run code here: safetensors holds tensors only, and a .bin file (a pickle) is
read by torch's restricted unpickler, which refuses everything that is not a tensor.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

from edgebert.errors import EdgebertError
from edgebert.exporter.checkpoint.json_files import read_json_object
from edgebert.exporter.checkpoint.messages import one_line

_FILES = (
    "model.safetensors",
    "model.safetensors.index.json",
    "pytorch_model.bin",
    "pytorch_model.bin.index.json",
)
_OTHER_FILES = ("*.safetensors", "*.bin", "*.h5", "*.msgpack", "*.ckpt*", "*.onnx", "*.gguf")
_LFS_POINTER = b"version https://git-lfs"


@dataclass(frozen=True)
class Weights:
    """The tensors of a checkpoint.

    Attributes:
        path: The file they come from (the index file of a sharded checkpoint), for messages.
        tensors: The tensors by the name they are stored under, in their stored dtypes.

    """

    path: Path
    tensors: Mapping[str, Tensor]


def read_weights(folder: Path) -> Weights:
    """Read all tensors of a checkpoint folder; safetensors is preferred to .bin.

    Raises:
        EdgebertError: there are no weights, a file is damaged or is no weights file, a shard is
            missing, or a .bin file holds more than tensors.

    """
    for name in _FILES:
        path = folder / name
        if path.is_file():
            files = _shards(path) if path.suffix == ".json" else [path]
            tensors: dict[str, Tensor] = {}
            for file in files:
                tensors.update(_read_file(file))
            return Weights(path, tensors)
    found = sorted({file.name for pattern in _OTHER_FILES for file in folder.glob(pattern)})
    raise EdgebertError(
        f"{folder}: no weights, found {', '.join(found) if found else 'no file of weights'}; "
        "expected model.safetensors or pytorch_model.bin as transformers' save_pretrained writes"
    )


def weights_sha256(tensors: Mapping[str, Tensor]) -> str:
    """Return the hexadecimal SHA-256 over name, dtype, shape and bytes of the sorted tensors.

    What a .bin file keeps and safetensors leaves out does not count: integer buffers such as
    position ids, and a masked-LM decoder that only repeats the tensor it is tied to. So both
    files of one model have the same hash.
    """
    digest = hashlib.sha256()
    for name in sorted(tensors):
        tensor = tensors[name]
        if not tensor.is_floating_point() or _repeats_tied(name, tensors):
            continue
        dtype = str(tensor.dtype).removeprefix("torch.")
        digest.update(f"{name} {dtype} {tuple(tensor.shape)}\n".encode())
        digest.update(tensor.contiguous().reshape(-1).view(torch.uint8).numpy().data)
    return digest.hexdigest()


def _repeats_tied(name: str, tensors: Mapping[str, Tensor]) -> bool:
    """Say whether a tensor of the masked-LM decoder equals the one it is tied to."""
    if name == "cls.predictions.decoder.bias":
        sources = ["cls.predictions.bias"]
    elif name == "cls.predictions.decoder.weight":
        sources = [key for key in tensors if key.endswith("embeddings.word_embeddings.weight")]
    else:
        return False
    return any(key in tensors and same_tensor(tensors[key], tensors[name]) for key in sources)


def same_tensor(a: Tensor, b: Tensor) -> bool:
    """Say whether two tensors have the same dtype, shape and values."""
    return a.dtype == b.dtype and torch.equal(a, b)


def _shards(index: Path) -> list[Path]:
    """Return the files that an index file of a sharded checkpoint names."""
    weight_map = read_json_object(index).get("weight_map")
    if not isinstance(weight_map, dict) or not weight_map:
        raise EdgebertError(f"{index}: has no weight_map that names the shards")
    names = sorted({str(name) for name in weight_map.values()})
    for name in names:
        if Path(name).name != name:
            raise EdgebertError(f"{index}: names the shard {name!r} outside the checkpoint folder")
        if not (index.parent / name).is_file():
            raise EdgebertError(f"{index}: the shard {name} is missing; download it too")
    return [index.parent / name for name in names]


def _read_file(path: Path) -> dict[str, Tensor]:
    try:
        with path.open("rb") as file:
            head = file.read(len(_LFS_POINTER))
    except OSError as error:
        raise EdgebertError(f"{path}: cannot be read ({error.strerror})") from error
    if head == _LFS_POINTER:
        raise EdgebertError(
            f"{path}: is a Git LFS pointer instead of weights; fetch them with `git lfs pull`"
        )
    return _read_safetensors(path) if path.suffix == ".safetensors" else _read_bin(path)


def _read_safetensors(path: Path) -> dict[str, Tensor]:
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    try:
        return load_file(path)
    except (SafetensorError, OSError) as error:
        raise EdgebertError(
            f"{path}: is damaged or not safetensors ({one_line(error)}); get the file again"
        ) from error


def _read_bin(path: Path) -> dict[str, Tensor]:
    try:
        value = torch.load(path, map_location="cpu", weights_only=True)
    except Exception as error:  # whatever a damaged or hostile pickle makes torch raise
        blocked = re.search(r"GLOBAL ([\w.]+)", str(error))
        if blocked:
            raise EdgebertError(
                f"{path}: loading it would run code ({blocked[1]}), expected tensors only; "
                "have its author save the state_dict or safetensors"
            ) from error
        raise EdgebertError(
            f"{path}: is damaged or not a file of tensors that torch.save wrote; get it again"
        ) from error
    if not isinstance(value, dict) or not all(
        isinstance(name, str) and isinstance(tensor, Tensor) for name, tensor in value.items()
    ):
        raise EdgebertError(
            f"{path}: holds more than a state_dict, expected a dictionary of tensors by name"
        )
    return dict(value)
