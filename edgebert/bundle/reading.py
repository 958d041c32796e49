"""Opening a bundle: nothing in it is trusted before it is checked."""

import errno
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import msgspec

from edgebert.bundle.digest import check_digest, digest_of
from edgebert.bundle.hashing import remembered_sha256
from edgebert.bundle.manifest import MANIFEST_NAME, MODES, Artifact, Manifest, SelfTest
from edgebert.bundle.regular_file import check_regular, read_regular
from edgebert.bundle.signature import check_signature
from edgebert.bundle.validation import DECODE_ERRORS, check_inside, decode_manifest
from edgebert.engines.session import ArtifactSpec, Engine, Session
from edgebert.errors import CheckFailedError, EdgebertError
from edgebert.text import WordPieceTokenizer, load_vocabulary

MOST_BYTES = 64 * 2**20  # of a manifest; a hundred thousand labels take a few of these


@dataclass(frozen=True)
class Bundle:
    """An opened bundle.

    Attributes:
        root: its folder.
        manifest: what the folder holds.

    """

    root: Path
    manifest: Manifest

    @cached_property
    def tokenizer(self) -> WordPieceTokenizer:
        """The tokenizer, made from the verified vocabulary at the first use.

        Raises:
            CheckFailedError: the vocabulary is not the exported one.
            EdgebertError: it lacks a special token.

        """
        vocabulary = load_vocabulary(self.verified(self.manifest.vocabulary))
        return WordPieceTokenizer(vocabulary, self.manifest.tokenizer)

    @cached_property
    def digest(self) -> str:
        """The bundle's digest in hexadecimal, without ``sha256:``, from the file as it lies there.

        Raises:
            EdgebertError: the manifest cannot be read any more.

        """
        return digest_of(read_manifest(self.root)).removeprefix("sha256:")

    def artifact(self, backend: str, mode: str | None = None) -> Artifact:
        """Find an artifact.

        Args:
            backend: what it was lowered for.
            mode: its precision; None takes the first there is of static, dynamic and fp32.

        Raises:
            EdgebertError: the bundle has none; the message lists those it has.

        """
        modes = MODES if mode is None else (mode,)
        for wanted in modes:
            for artifact in self.manifest.artifacts:
                if (artifact.backend, artifact.mode) == (backend, wanted):
                    return artifact
        found = ", ".join(f"{a.backend} {a.mode}" for a in self.manifest.artifacts)
        expected = backend if mode is None else f"{backend} {mode}"
        option = "" if mode is None else f" --mode {mode}"
        raise EdgebertError(
            f"{self.root}: has no artifact for {expected}, found {found}; choose one of these "
            f"or export with --backend {backend}{option}"
        )

    def path(self, name: str) -> Path:
        """Return where a file of the bundle lies, by its path in the manifest."""
        return self.root / name

    def verified(self, name: str) -> Path:
        """Return where a file lies, after comparing its content with the manifest.

        A file is hashed once a process, and again if it looks changed.

        Args:
            name: its path in the manifest.

        Raises:
            CheckFailedError: it is missing, or its size or SHA-256 is another.
            EdgebertError: the manifest has no such file, or it cannot be read.

        """
        record = self.manifest.files.get(name)
        if record is None:
            raise EdgebertError(f"{self.root}: {name} is none of the files in {MANIFEST_NAME}")
        path = self.path(name)
        try:
            status = path.stat()
            check_regular(status, path)
            if status.st_size != record.size:
                raise _mismatch(path, f"has {status.st_size} bytes, expected {record.size}")
            found = remembered_sha256(path)
        except OSError as error:
            if error.errno == errno.ENOENT:
                raise _mismatch(path, "is missing") from error
            raise EdgebertError(f"{path}: cannot be read ({error.strerror})") from error
        if found != record.sha256:
            raise _mismatch(path, f"has SHA-256 {found[:12]}, expected {record.sha256[:12]}")
        return path

    def self_test(self) -> SelfTest:
        """Read the self-test's vectors.

        Raises:
            CheckFailedError: the file is not the exported one.
            EdgebertError: it is not a self-test of this format.

        """
        path = self.verified(self.manifest.self_test)
        try:
            found = msgspec.json.decode(path.read_bytes(), type=SelfTest)
            for number, vector in enumerate(found.vectors):
                if vector.bucket not in self.manifest.buckets:
                    raise msgspec.ValidationError(
                        f"vector {number} is for a bucket of {vector.bucket}, which there is not"
                    )
                if not all(0 <= id < 2**31 for id in (*vector.input_ids, *vector.token_type_ids)):
                    raise msgspec.ValidationError(f"vector {number} has ids that are none")
        except DECODE_ERRORS as error:
            raise EdgebertError(
                f"{path}: {error}; expected the vectors of a self-test: export the bundle again"
            ) from error
        return found

    def open_session(
        self, engine: Engine, mode: str | None = None, threads: int | None = None
    ) -> Session:
        """Open an artifact on an engine, its hash verified first.

        Args:
            engine: what is to run it.
            mode: its precision, as for `artifact`.
            threads: for the engine; None leaves the number to it.

        Raises:
            CheckFailedError: the artifact is not the exported one.
            EdgebertError: there is no such artifact, the engine is not installed or cannot load it.

        """
        spec = ArtifactSpec(
            path=self.verified(self.artifact(engine.backend, mode).path),
            inputs=self.manifest.inputs,
            outputs=tuple(output.name for output in self.manifest.outputs),
            buckets=self.manifest.buckets,
        )
        return engine.open(spec, threads)


def open_bundle(
    path: str | Path, *, signed_by: str | Path | None = None, digest: str | None = None
) -> Bundle:
    """Open a bundle's folder: read and check its manifest, but none of its other files yet.

    Args:
        path: the folder.
        signed_by: the file of a public key whose owner must have signed the bundle.
        digest: the only one that the bundle may have, as in ``sha256:2c26…``.

    Raises:
        CheckFailedError: it is not signed by that key, was changed since, or has another digest.
        EdgebertError: there is no such folder or no manifest in it; the manifest is not valid JSON,
            was made by a newer edgebert, holds something else than expected, or names a file
            outside of the folder.

    """
    root = Path(path)
    source = root / MANIFEST_NAME
    content = read_manifest(root)
    # Before anything else looks into it.
    if digest is not None:
        check_digest(root, content, digest)
    if signed_by is not None:
        check_signature(root, content, Path(signed_by))
    manifest = decode_manifest(content, str(source))
    check_inside(root, manifest, str(source))
    return Bundle(root, manifest)


def read_manifest(root: Path) -> bytes:
    """Read the manifest of a bundle's folder as it lies there; nothing of it is checked.

    Raises:
        EdgebertError: there is no such folder or no manifest in it, or it cannot be read.

    """
    try:
        return read_regular(root / MANIFEST_NAME, MOST_BYTES)
    except FileNotFoundError as error:
        problem = f"has no {MANIFEST_NAME}" if root.is_dir() else "no such folder"
        raise _no_bundle(root, problem) from error
    except NotADirectoryError as error:
        raise _no_bundle(root, "is not a folder") from error
    except OSError as error:
        raise _no_bundle(root, f"{MANIFEST_NAME} cannot be read ({error.strerror})") from error


def _no_bundle(root: Path, problem: str) -> EdgebertError:
    return EdgebertError(f"bundle {root}: {problem}; expected a folder that edgebert export wrote")


def _mismatch(path: Path, finding: str) -> CheckFailedError:
    return CheckFailedError(
        f"{path}: {finding}; it is not the file that was exported: copy or export the bundle again"
    )
