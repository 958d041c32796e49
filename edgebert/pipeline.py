"""From a bundle to answers: open the right artifact, run texts through it."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self, overload

import numpy as np

from edgebert.bundle import Bundle, open_bundle
from edgebert.bundle.manifest import MODES, Artifact, Backend, Mode
from edgebert.bundle.padded_run import run_padded
from edgebert.bundle.validation import check_known
from edgebert.engines import available, engine_named
from edgebert.engines.inputs import choose_bucket
from edgebert.engines.session import Engine, Session
from edgebert.errors import EdgebertError
from edgebert.tasks import Answer, Outputs, Request, Task, task_for
from edgebert.tasks.zero_shot import DEFAULT_HYPOTHESIS, zero_shot_task
from edgebert.text import Encoding


@dataclass(frozen=True)
class Runtime:
    """What runs a bundle.

    Attributes:
        engine: the engine's name.
        version: the engine's installed version.
        backend: the kind of artifact it runs.
        mode: the artifact's precision mode.
        threads: how many threads it was told to use; None leaves that to the engine.

    """

    engine: str
    version: str
    backend: Backend
    mode: Mode
    threads: int | None

    @classmethod
    def of(cls, engine: Engine, artifact: Artifact, threads: int | None) -> Self:
        """Describe what runs an artifact on an engine that is installed."""
        version = engine.version() or "unknown"
        return cls(engine.name, version, artifact.backend, artifact.mode, threads)


@dataclass(frozen=True)
class Reply:
    """An answer with what the model was given for it.

    Attributes:
        answer: the task's answer.
        tokens: the number of tokens of each run of the model, padding left out.
        buckets: the length that each run was padded to.

    """

    answer: Answer
    tokens: tuple[int, ...]
    buckets: tuple[int, ...]


class Pipeline:
    """A model that answers, all in one: tokenizer, artifact on an engine, task.

    Attributes:
        bundle: what it was loaded from.
        runtime: the engine and the precision mode that run it.

    """

    def __init__(
        self, bundle: Bundle, session: Session, runtime: Runtime, task: Task | None = None
    ) -> None:
        """Put the parts together, by default with the bundle's task; `load` is the usual way."""
        self.bundle = bundle
        self.runtime = runtime
        self._session = session
        self._task = task_for(bundle.manifest, bundle.tokenizer) if task is None else task

    @property
    def task(self) -> str:
        """The name of the task, as transformers has it."""
        return self._task.name

    def zero_shot(
        self,
        labels: Sequence[str],
        *,
        hypothesis: str = DEFAULT_HYPOTHESIS,
        multi_label: bool = False,
    ) -> "Pipeline":
        """Return a pipeline that chooses among any labels, by a model of what follows from what.

            topics = edgebert.load("bundles/nli").zero_shot(["weather", "music"])
            answer = topics("will it rain on Friday?")

        It shares the engine with this one and runs once a label.

        Args:
            labels: to choose from.
            hypothesis: what is asked to follow from a text, with {} where the label goes.
            multi_label: whether each label is judged on its own, so that several may fit.

        Raises:
            EdgebertError: the bundle is no text classifier with a label for entailment, or the
                labels or the hypothesis cannot be used.

        """
        task = zero_shot_task(
            self.bundle.manifest,
            self.bundle.tokenizer,
            labels,
            hypothesis=hypothesis,
            multi_label=multi_label,
        )
        return Pipeline(self.bundle, self._session, self.runtime, task)

    @overload
    def __call__(
        self,
        text: str | None = None,
        *,
        pair: str | None = None,
        question: str | None = None,
        context: str | None = None,
        prompt: str | None = None,
        choices: Sequence[str] = (),
        top_k: int | None = None,
    ) -> Answer: ...

    @overload
    def __call__(
        self, text: list[str] | tuple[str, ...], *, top_k: int | None = None
    ) -> list[Answer]: ...

    def __call__(
        self,
        text: str | list[str] | tuple[str, ...] | None = None,
        *,
        pair: str | None = None,
        question: str | None = None,
        context: str | None = None,
        prompt: str | None = None,
        choices: Sequence[str] = (),
        top_k: int | None = None,
    ) -> Answer | list[Answer]:
        """Answer one text or request, or several texts.

        Args:
            text: a text, or a list of texts.
            pair: the second text, for a model that takes two.
            question: what is asked; together with `context`.
            context: the text that holds the answer.
            prompt: what the choices continue or answer; together with `choices`.
            choices: two or more texts.
            top_k: most candidates in an answer where the task ranks some.

        Returns:
            The task's answer; a list of them for a list of texts.

        Raises:
            EdgebertError: a part is missing or the task has no use for it.

        """
        if text is not None and not isinstance(text, str):
            if not (pair is question is context is prompt is None and not choices):
                raise EdgebertError(
                    "pipeline: found a list of texts with another part, expected a list alone; "
                    "call it once for each pair, question or prompt"
                )
            return [self.run(Request(one, top_k=top_k)).answer for one in text]
        first = _one_of(text=text, question=question, prompt=prompt)
        if first is None:
            raise EdgebertError("pipeline: found no text, expected text, question or prompt")
        second = _one_of(pair=pair, context=context)
        return self.run(Request(first, second, tuple(choices), top_k)).answer

    def run(self, request: Request) -> Reply:
        """Answer one request and say how many tokens it had and which buckets ran.

        Raises:
            EdgebertError: a part is missing, the task has no use for it, or the artifact answers
                with numbers that are not finite.

        """
        encoded = self._task.encode(request)
        buckets = tuple(
            choose_bucket(self.bundle.manifest.buckets, len(encoding))
            for encoding in encoded.encodings
        )
        outputs = [
            self.run_encoding(encoding, bucket)
            for encoding, bucket in zip(encoded.encodings, buckets, strict=True)
        ]
        answer = self._task.decode(encoded, outputs)
        return Reply(answer, tuple(len(encoding) for encoding in encoded.encodings), buckets)

    def run_encoding(self, encoding: Encoding, bucket: int) -> Outputs:
        """Run the model once; drop the batch axis, and padding from per-token outputs.

        Raises:
            EdgebertError: the artifact answers with numbers that are not finite.

        """
        manifest = self.bundle.manifest
        arrays = run_padded(
            self._session,
            encoding,
            bucket,
            pad_id=self.bundle.tokenizer.pad_id,
            inputs=manifest.inputs,
            outputs=manifest.outputs,
        )
        for name, array in arrays.items():
            if not np.isfinite(array).all():
                raise EdgebertError(
                    f"{self.bundle.root}: {name} of the {self.runtime.mode} artifact on "
                    f"{self.runtime.engine} holds numbers that are not finite; "
                    "run edgebert check on the bundle"
                )
        return {name: array[0] for name, array in arrays.items()}


def load(
    path: str | Path | Bundle,
    *,
    engine: str | None = None,
    threads: int | None = None,
    mode: str | None = None,
) -> Pipeline:
    """Open a bundle, ready to answer.

    Without an engine and a mode, the smallest precision comes first (static, dynamic, fp32), then
    the order of engines (executorch, litert, onnxruntime): the first of them that is installed
    and has an artifact in the bundle runs. The artifact's hash is verified before it is opened.

    Args:
        path: the bundle's folder, or the bundle where it was opened already, as with a required
            signature.
        engine: the name of an engine.
        threads: how many threads the engine may use; None leaves that to the engine.
        mode: a precision mode.

    Raises:
        EdgebertError: not a bundle; an engine or a mode that does not exist, is not installed or
            has no artifact in the bundle; a damaged artifact.

    """
    bundle = path if isinstance(path, Bundle) else open_bundle(path)
    chosen, artifact = choose_artifact(bundle, engine, mode)
    session = bundle.open_session(chosen, artifact.mode, threads)
    return Pipeline(bundle, session, Runtime.of(chosen, artifact, threads))


def choose_artifact(
    bundle: Bundle, engine: str | None, mode: str | None
) -> tuple[Engine, Artifact]:
    """Choose what runs, by the order that `load` describes.

    Raises:
        EdgebertError: an engine or a mode that does not exist, or has no artifact in the bundle;
            no engine is installed.

    """
    if mode is not None:
        check_known("mode", mode, MODES)
    if engine is not None:
        named = engine_named(engine)
        return named, bundle.artifact(named.backend, mode)
    for wanted in MODES if mode is None else (mode,):
        for installed in available():
            for artifact in bundle.manifest.artifacts:
                if (artifact.backend, artifact.mode) == (installed.backend, wanted):
                    return installed, artifact
    backends = dict.fromkeys(
        artifact.backend for artifact in bundle.manifest.artifacts if mode in (None, artifact.mode)
    )
    if not backends:
        has = ", ".join(dict.fromkeys(artifact.mode for artifact in bundle.manifest.artifacts))
        raise EdgebertError(f"{bundle.root}: has no artifact in mode {mode}, found {has}")
    extras = " or ".join(f"'edgebert[{backend}]'" for backend in backends)
    raise EdgebertError(
        f"{bundle.root}: no engine is installed for its artifacts; pip install {extras}"
    )


def _one_of(**parts: str | None) -> str | None:
    """Return the only part that is given, or None; EdgebertError if there are several."""
    given = {name: part for name, part in parts.items() if part is not None}
    if len(given) > 1:
        raise EdgebertError(f"pipeline: found {' and '.join(given)}, expected one of them")
    return next(iter(given.values()), None)
