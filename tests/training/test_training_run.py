"""Training runs: the loss falls, and what is written is a normal checkpoint."""

import json
import stat

import msgspec
import pytest
import torch
import transformers
from safetensors.torch import load_file
from small_trainings import losses, recipe_of, write_jsonl, write_recipe

import edgebert
from edgebert.bundle.hashing import sha256_of
from edgebert.errors import EdgebertError
from edgebert.exporter.checkpoint import load_checkpoint
from edgebert.exporter.evaluation import evaluate_checkpoint
from edgebert.training.job import run_training, with_changes
from edgebert.training.recipe import read_training_recipe

CLASSES = {
    "text-classification": "SqueezeBertForSequenceClassification",
    "token-classification": "SqueezeBertForTokenClassification",
    "question-answering": "SqueezeBertForQuestionAnswering",
}
MAIN_METRIC = {
    "text-classification": "accuracy",
    "token-classification": "entity_f1",
    "question-answering": "f1",
}


@pytest.fixture(scope="session")
def trained(folder, tmp_path_factory):
    """Give the checkpoint of a task, trained once, with its record."""
    made = {}

    def train(task):
        if task not in made:
            output = tmp_path_factory.mktemp("trained") / task
            recipe = recipe_of(folder, task, epochs=15)
            made[task] = run_training(recipe, folder, output, device="cpu")
        return made[task]

    return train


def of_training(metrics):
    """Those figures of an evaluation that a training reports: what confidence is worth is none."""
    return {k: v for k, v in metrics.items() if k not in ("ece", "out_of_scope_auroc")}


@pytest.mark.parametrize("task", CLASSES)
def test_a_task_is_learnt_and_edgebert_reads_the_checkpoint(folder, trained, task):
    training = trained(task)
    found = losses(training.record, "task")
    assert sum(found[-5:]) < 0.7 * sum(found[:5])
    figures = training.record["result"]["validation"]
    assert figures[MAIN_METRIC[task]] > 0.6
    # The same rows through the exporter's own graph and the evaluation's own metrics.
    evaluation = evaluate_checkpoint(str(training.folder), folder / f"{task}.jsonl", task=task)
    for name, value in of_training(evaluation.results[0].metrics).items():
        assert figures[name] == pytest.approx(value, abs=1e-9), name


@pytest.mark.parametrize(("task", "name"), CLASSES.items())
def test_transformers_reads_the_checkpoint(trained, task, name):
    folder = trained(task).folder
    model, report = getattr(transformers, name).from_pretrained(folder, output_loading_info=True)
    assert not any(report[key] for key in ("missing_keys", "unexpected_keys", "mismatched_keys"))
    config = json.loads((folder / "config.json").read_text())
    assert config["architectures"] == [name]
    assert (model.config.q_groups, model.config.post_attention_groups) == (4, 1)
    assert isinstance(model.transformer.encoder.layers[0].attention.query, torch.nn.Conv1d)
    tokenizer = transformers.AutoTokenizer.from_pretrained(folder)
    ours = edgebert.text.WordPieceTokenizer(
        load_checkpoint(str(folder), task).vocabulary, load_checkpoint(str(folder), task).tokenizer
    )
    text = "Turn on the LIGHT, playing!"
    assert tokenizer(text)["input_ids"] == ours.encode(text, max_length=40).input_ids


def test_the_checkpoint_is_exported(trained, tmp_path):
    bundle = edgebert.export(
        str(trained("text-classification").folder),
        tmp_path / "bundle",
        task="text-classification",
        backends=["onnx"],
        modes=["fp32"],
        buckets=[16],
    )
    assert bundle.manifest.labels == ("switch off", "switch on")
    answer = edgebert.load(bundle.root)("turn off the lamp", top_k=1)
    assert answer.labels[0].label == "switch off"


def test_the_record_says_what_it_was_made_of(folder, trained):
    training = trained("text-classification")
    record = json.loads((training.folder / "training.json").read_text())
    assert record["data"] == 2 * [
        {
            "file": "text-classification.jsonl",
            "sha256": sha256_of(folder / "text-classification.jsonl"),
        }
    ]
    assert record["recipe"]["seed"] == 0
    assert record["recipe"]["task"]["epochs"] == 15
    assert record["versions"]["torch"] == torch.__version__
    assert (
        record["init"]["sha256"]
        == load_checkpoint(str(folder / "bert"), "feature-extraction").sha256
    )
    assert record["result"]["sha256"] == sha256_of(training.folder / "model.safetensors")
    assert record["stages"]["task"]["steps"] == 90
    assert str(folder) not in json.dumps(record)
    assert (training.folder / "training.svg").read_text().count("<svg") == 1
    modes = {stat.S_IMODE(file.stat().st_mode) for file in training.folder.iterdir()}
    assert len(modes) == 1
    assert [path.name for path in training.folder.parent.iterdir()] == ["text-classification"]


def test_weights_are_stored_in_half_the_bytes_and_judged_as_stored(folder, tmp_path):
    recipe = recipe_of(folder, "text-classification", epochs=1)
    halved = msgspec.structs.replace(recipe, weights="float16")
    run_training(halved, folder, tmp_path / "half", device="cpu")
    tensors = load_file(tmp_path / "half" / "model.safetensors")
    assert {tensor.dtype for tensor in tensors.values()} == {torch.float16}
    record = json.loads((tmp_path / "half" / "training.json").read_text())
    evaluation = evaluate_checkpoint(
        str(tmp_path / "half"), folder / "text-classification.jsonl", task="text-classification"
    )
    for name, value in of_training(evaluation.results[0].metrics).items():
        assert record["result"]["validation"][name] == pytest.approx(value, abs=1e-9)


def test_figures_of_what_is_out_of_scope_are_those_of_the_evaluation(folder, tmp_path):
    rows = [json.loads(line) for line in (folder / "text-classification.jsonl").open()]
    named = [{**row, "label": "none" if "lamp" in row["text"] else row["label"]} for row in rows]
    write_jsonl(folder / "scope.jsonl", named)
    path = write_recipe(folder, "text-classification", epochs=20, extra='out_of_scope = "none"\n')
    path.write_text(path.read_text().replace("text-classification.jsonl", "scope.jsonl"))
    recipe = read_training_recipe(path)
    record = run_training(recipe, folder, tmp_path / "scope", device="cpu").record
    found = evaluate_checkpoint(
        str(tmp_path / "scope"),
        folder / "scope.jsonl",
        task="text-classification",
        out_of_scope=["none"],
    )
    metrics = of_training(found.results[0].metrics)
    assert record["result"]["validation"] == pytest.approx(metrics, abs=1e-9)
    assert metrics["out_of_scope_recall"] > 0


def test_distilled_once_or_in_the_same_run_is_the_same(folder, tmp_path):
    recipe = recipe_of(folder, distil=True)
    base = run_training(with_changes(recipe, seed=3), folder, tmp_path / "base", device="cpu")
    loaded = load_checkpoint(str(base.folder), "feature-extraction").model
    assert (type(loaded).__name__, loaded.config.q_groups) == ("SqueezeBertModel", 4)
    recipe = with_changes(recipe_of(folder, "text-classification", distil=True, epochs=1), seed=3)
    whole = run_training(recipe, folder, tmp_path / "whole", device="cpu")
    recipe = with_changes(recipe, init=str(base.folder))
    from_base = run_training(recipe, folder, tmp_path / "from-base", device="cpu")
    assert list(whole.record["stages"]) == ["distil", "task"]
    assert list(from_base.record["stages"]) == ["task"]
    assert from_base.record["init"]["source"] == "base"
    assert whole.record["result"]["sha256"] == from_base.record["result"]["sha256"]


def test_a_teachers_logits_are_learnt(folder, trained, tmp_path):
    teacher = str(trained("text-classification").folder)
    rows = [json.loads(line) for line in (folder / "text-classification.jsonl").open()]
    tokenizer = transformers.AutoTokenizer.from_pretrained(teacher)
    inputs = tokenizer([row["text"] for row in rows], padding=True, return_tensors="pt")
    digest = load_checkpoint(teacher, "text-classification").sha256

    def probabilities(checkpoint):
        with torch.inference_mode():
            logits = load_checkpoint(str(checkpoint), "text-classification").model(**inputs).logits
        return logits.softmax(dim=-1)

    distances = {}
    for weight in (0.0, 0.9):
        recipe = recipe_of(
            folder, "text-classification", epochs=10, extra=f"teacher_weight = {weight}\n"
        )
        recipe = with_changes(recipe, teacher=teacher)
        output = tmp_path / str(weight)
        record = run_training(recipe, folder, output, device="cpu").record
        assert record["recipe"]["task"]["teacher"] == "text-classification"
        assert record["stages"]["task"]["teacher_sha256"] == digest
        distances[weight] = (probabilities(output) - probabilities(teacher)).abs().mean()
    assert distances[0.9] < 0.7 * distances[0.0]


@pytest.mark.parametrize(
    "task", ["text-classification", "token-classification", "intent-and-slots"]
)
def test_a_teacher_labels_plain_texts(folder, trained, tmp_path, task):
    """What is learnt of nothing but a teacher is what the teacher says."""
    teacher = str(trained(task).folder)
    rows = (folder / f"{task}.jsonl").read_text().splitlines(keepends=True)
    (folder / f"few-{task}.jsonl").write_text("".join(rows[:8]))
    figures = {}
    for texts in ("", 'texts = ["texts.txt"]\n'):
        extra = f'teacher = "{teacher}"\nteacher_weight = 0.99\n{texts}'
        path = write_recipe(folder, task, epochs=12, extra=extra)
        path.write_text(path.read_text().replace(f'["{task}.jsonl"]', f'["few-{task}.jsonl"]'))
        record = run_training(
            read_training_recipe(path), folder, tmp_path / f"out{len(texts)}", device="cpu"
        ).record
        assert record["stages"]["task"]["rows"] == 8 + (48 if texts else 0)
        figures[bool(texts)] = next(iter(record["result"]["validation"].values()))
    assert figures[True] > figures[False]


def test_a_teacher_of_other_labels_is_refused(folder, trained, tmp_path):
    teacher = str(trained("text-classification").folder)
    recipe = with_changes(recipe_of(folder, "token-classification"), teacher=teacher)
    with pytest.raises(EdgebertError, match="has no head for token-classification"):
        run_training(recipe, folder, tmp_path / "other", device="cpu")
    write_jsonl(
        folder / "others.jsonl",
        [{"text": "turn on", "label": label} for label in ("switch on", "switch off", "dim")],
    )
    path = write_recipe(folder, "text-classification", extra="weight_decay = 0.0\n")
    path.write_text(path.read_text().replace("text-classification.jsonl", "others.jsonl"))
    recipe = with_changes(read_training_recipe(path), teacher=teacher)
    with pytest.raises(EdgebertError, match="has 2 labels and the training rows have 3"):
        run_training(recipe, folder, tmp_path / "labels", device="cpu")


def test_a_pooler_starts_as_the_identity_if_the_recipe_says_so(folder, tmp_path):
    distances = {}
    for pooler in ("keep", "identity"):
        recipe = recipe_of(
            folder,
            "text-classification",
            epochs=1,
            extra=f'pooler = "{pooler}"\nlabel_smoothing = 0.0\n',
        )
        # Too small a rate to learn anything.
        task = msgspec.structs.replace(recipe.task, learning_rate=1e-9, head_learning_rate=1e-9)
        recipe = msgspec.structs.replace(recipe, task=task)
        run_training(recipe, folder, tmp_path / pooler, device="cpu")
        weight = load_file(tmp_path / pooler / "model.safetensors")[
            "transformer.pooler.dense.weight"
        ]
        distances[pooler] = (weight - torch.eye(len(weight))).abs().max()
    start = load_checkpoint(str(folder / "bert"), "feature-extraction", pooling="pooler").model
    kept = load_file(tmp_path / "keep" / "model.safetensors")["transformer.pooler.dense.weight"]
    assert distances["identity"] < 1e-6 < distances["keep"]
    assert (kept - start.pooler.dense.weight).abs().max() < 1e-6


def test_a_seed_decides_the_weights(folder, tmp_path):
    recipe = recipe_of(folder, "text-classification", epochs=1)
    weights = {}
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        run_training(with_changes(recipe, seed=seed), folder, tmp_path / name, device="cpu")
        weights[name] = (tmp_path / name / "model.safetensors").read_bytes()
    assert weights["a"] == weights["b"] != weights["c"]


def test_a_trial_takes_rows_of_every_label(folder, tmp_path):
    recipe = recipe_of(folder, "intent-and-slots", distil=True, epochs=1)
    record = run_training(recipe, folder, tmp_path / "trial", device="cpu", limit=10).record
    assert record["limit"] == 10
    assert record["stages"]["task"]["rows"] == 10
    assert record["stages"]["distil"]["steps"] == 2  # one pass over nine texts


def test_only_an_older_training_is_replaced(folder, tmp_path):
    recipe = recipe_of(folder, "text-classification", epochs=1)
    output = tmp_path / "mine"
    output.mkdir()
    (output / "thesis.txt").write_text("my only copy")
    with pytest.raises(EdgebertError, match="holds other things than a trained checkpoint"):
        run_training(recipe, folder, output, device="cpu")
    assert [path.name for path in output.iterdir()] == ["thesis.txt"]
    (output / "thesis.txt").unlink()
    for seed in (0, 1):
        run_training(with_changes(recipe, seed=seed), folder, output, device="cpu")
    assert json.loads((output / "training.json").read_text())["recipe"]["seed"] == 1


def test_no_cuda_device_is_one_line(folder, tmp_path):
    if torch.cuda.is_available():
        pytest.skip("this machine has a CUDA device")
    with pytest.raises(EdgebertError, match=r"--device cuda: PyTorch finds no CUDA device"):
        run_training(
            recipe_of(folder, "text-classification"), folder, tmp_path / "x", device="cuda"
        )


def test_a_divergence_is_one_line(folder, tmp_path):
    path = write_recipe(folder, "text-classification", epochs=4, extra="weight_decay = 0.5\n")
    path.write_text(path.read_text().replace("learning_rate = 2e-3", "learning_rate = 1e30"))
    with pytest.raises(EdgebertError, match=r"task: the loss is nan at step \d+"):
        run_training(read_training_recipe(path), folder, tmp_path / "x", device="cpu")
    assert not (tmp_path / "x").exists()
