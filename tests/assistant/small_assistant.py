"""A real bundle that understands a few sentences of an assistant: trained and exported in a test.

The sentences are the tests' own. {time} and the like are drawn from `VALUES` and are slots; the
labels are those that edgebert's own TOML maps.
"""

import json
import random
from pathlib import Path

from fixtures_checkpoints import SPECIAL_TOKENS, random_module, write_vocabulary

from edgebert.exporter.job import run_export
from edgebert.exporter.recipe import Recipe
from edgebert.training.job import run_training
from edgebert.training.recipe import read_training_recipe

VALUES = {
    "time": "six am|seven pm|ten minutes|half past six|noon|five pm|eight thirty",
    "date": "tomorrow|today|friday|next monday|the twenty fifth",
    "time of day": "morning|evening|tonight",
    "event name": "school|the meeting|lunch",
    "place name": "tokyo|london|new york|paris",
    "time zone": "pst|eastern",
    "list name": "shopping|grocery|books|holiday",
    "house place": "kitchen|bedroom|living room|hall",
    "change amount": "a bit|fifty percent|to half",
    "color type": "blue|red|green",
    "device type": "smart plug|socket",
}
SENTENCES = {
    "ask for date or time": """what time is it in {place name}|what day is it {date}|what time is it
        |what is the date {date}|tell me the time in {place name}|and {date}|and in {place name}""",
    "convert time zone": """time difference between {place name} and {place name}
        |convert {time} {time zone} to {place name}
        |what is {time} in {place name} in {place name}""",
    "set alarm": """wake me at {time}|wake me {date} at {time}|set an alarm for {time} {date}
        |set an alarm|set a timer for {time}|alarm {date} {time of day}
        |set an alarm for {event name} at {time}|make an alarm for {time}""",
    "ask about alarms": "what alarms do i have|what alarms do i have {date}|show my alarms",
    "remove alarm": """cancel the {time} alarm|remove all alarms|delete my alarm
        |cancel my alarm {date}|remove the alarm at {time}""",
    "create or add to list": """add milk to my {list name} list|put eggs on the {list name} list
        |make a new {list name} list|add bread to the list|make a new list|add butter""",
    "ask about lists": """what is on my {list name} list|what lists do i have
        |read the {list name} list""",
    "remove from list": """remove milk from my {list name} list|clear my {list name} list
        |delete the {list name} list|take eggs off the {list name} list|clear the list""",
    "calculate": """what is two plus two|what is twelve times seven
        |how many miles in five kilometers
        |what is ten divided by five|what is nine minus four|how much is two times nine""",
    "lights on": """turn on the {house place} lights|lights on
        |turn the lights on in the {house place}""",
    "lights off": """turn off the {house place} lights|lights off
        |turn the lights off in the {house place}""",
    "dim lights": "dim the lights|dim the {house place} lights {change amount}|make it darker",
    "brighten lights": "brighten the {house place} lights {change amount}|make it brighter",
    "change light color": """make the {house place} lights {color type}
        |change the light to {color type}""",
    "smart plug on": "turn on the {device type}|switch the {device type} on",
    "smart plug off": "turn off the {device type}|switch the {device type} off",
    "ask to repeat": "please say that once more|i did not hear you",
    "praise": "well done|you are great|good work",
    "affirm": "that is right|yes that is correct",
    "say it was wrong": "that is wrong|no that is not correct",
    "stop": "please stop it|just stop now",
    "ask for weather": "will it rain {date}|how is the weather in {place name}",
    "out of scope": """how do i fix my car|what is my credit score|book a hotel|who are you calling
        |tell me a story about dragons|translate this for me|is my card lost""",
}
EACH = 24  # rows of a sentence's intent at least
WORDS_BESIDE = "and in it is the tea rain 1 2 ? . , ' !"
RECIPE = """
max_length = 24
save_steps = 100000

[init]
checkpoint = "bert"
groups = 2

[task]
name = "intent-and-slots"
train = ["rows.jsonl"]
validation = "rows.jsonl"
out_of_scope = "out of scope"
epochs = 12
batch_size = 16
learning_rate = 3e-3
head_learning_rate = 1e-2
label_smoothing = 0.0
dropout = 0.0
"""


def make_bundle(folder: Path) -> Path:
    """Train the small assistant and export it to ONNX in fp32; return the bundle's folder."""
    rows = list(_rows())
    path = folder / "rows.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    words = sorted({word for row in rows for word in row["tokens"]} | set(WORDS_BESIDE.split()))
    tokens = (*SPECIAL_TOKENS, *words)
    model = random_module("BertModel", vocab_size=len(tokens), hidden_size=48, intermediate_size=96)
    model.save_pretrained(folder / "bert")
    write_vocabulary(folder / "bert", tokens)
    (folder / "recipe.toml").write_text(RECIPE)
    recipe = read_training_recipe(folder / "recipe.toml")
    trained = run_training(recipe, folder, folder / "trained", device="cpu")
    chosen = Recipe(
        checkpoint=str(trained.folder),
        task="intent-and-slots",
        calibration=str(path),
        field="text",
        backends=("onnx",),
        modes=("fp32",),
        buckets=(16, 32),
    )
    return run_export(chosen, folder / "bundle").root


def _rows():
    generator = random.Random(0)
    for label, sentences in SENTENCES.items():
        texts = [" ".join(sentence.split()) for sentence in sentences.split("|")]
        for number in range(max(EACH, 3 * len(texts))):
            yield {"label": label, **_filled(texts[number % len(texts)], generator)}


def _filled(sentence, generator):
    tokens, tags = [], []
    for number, part in enumerate(sentence.replace("}", "{").split("{")):
        words = generator.choice(VALUES[part].split("|")).split() if number % 2 else part.split()
        tokens += words
        tags += [f"{'I' if at else 'B'}-{part}" if number % 2 else "O" for at in range(len(words))]
    return {"text": " ".join(tokens), "tokens": tokens, "tags": tags}
