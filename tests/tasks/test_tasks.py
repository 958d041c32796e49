"""What is known of all tasks without loading a model."""

from edgebert.tasks import LABELLED_TASKS, NEEDS_PAIRS, PAIR_TASKS, TASKS


def test_tasks_have_the_names_of_transformers_where_it_has_them():
    assert TASKS == (
        "feature-extraction",
        "fill-mask",
        "text-classification",
        "multiple-choice",
        "token-classification",
        "question-answering",
        "intent-and-slots",
    )


def test_which_tasks_have_labels():
    assert LABELLED_TASKS == (
        "text-classification",
        "token-classification",
        "intent-and-slots",
    )


def test_which_tasks_take_two_texts():
    assert {"multiple-choice", "question-answering"} == NEEDS_PAIRS
    assert {"multiple-choice", "question-answering", "text-classification"} == PAIR_TASKS
