"""The assistant's set: HWU64, and what is out of its scope from CLINC150."""

from __future__ import annotations

import random
from collections.abc import Sequence

from edgebert.training.datasets.rows import OUT_OF_SCOPE, SEED, LabelledText

# Intents of CLINC150 that HWU64 has nothing like. Those that it has under another name, and those
# that one of its wide intents could take ("ask for fact", "chat", "recommend places", "add
# calendar event"), are left out: as out of scope they would teach the opposite of HWU64's labels.
_FOREIGN_INTENTS = """
account blocked; application status; apr; balance; bill balance; bill due; book hotel;
cancel reservation; car rental; card declined; carry on; change accent; change ai name;
change language; change user name; confirm reservation; credit limit; credit limit change;
credit score; damaged card; direct deposit; expiration date; find phone; flight status;
flip coin; freeze account; gas; gas type; improve credit score; income; insurance;
insurance change; interest rate; international fees; international visa; jump start;
last maintenance; lost luggage; make call; min payment; mpg; new card; oil change how;
oil change when; order checks; pay bill; payday; pin change; plug type; pto balance;
pto request; pto request status; pto used; redeem rewards; replacement card duration;
report fraud; report lost card; reset settings; rewards balance; roll dice; rollover 401k;
routing; schedule maintenance; share location; spending history; sync device; taxes; text;
tire change; tire pressure; transactions; transfer; translate; travel notification; user name;
vaccines; w2; whisper mode
"""
FOREIGN_INTENTS = frozenset(name.strip() for name in _FOREIGN_INTENTS.split(";"))


def out_of_scope_rows(
    clinc150: Sequence[LabelledText], each: int | None = None
) -> list[LabelledText]:
    """Choose what is out of the assistant's scope.

    Args:
        clinc150: a part of CLINC150.
        each: rows of each foreign intent, drawn by the seed; None for all.

    Returns:
        CLINC150's own rows out of scope and those of `FOREIGN_INTENTS`; their slots are unknown.

    """
    foreign: dict[str, list[str]] = {}
    texts = []
    for row in clinc150:
        if row.label == OUT_OF_SCOPE:
            texts.append(row.text)
        elif row.label in FOREIGN_INTENTS:
            foreign.setdefault(row.label, []).append(row.text)
    generator = random.Random(SEED)
    for label in sorted(foreign):
        found = foreign[label]
        texts += found if each is None else generator.sample(found, min(each, len(found)))
    return [LabelledText(text, OUT_OF_SCOPE) for text in texts]
