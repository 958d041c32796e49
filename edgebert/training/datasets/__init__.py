"""Public data sets as the JSON lines that `edgebert train` and `edgebert evaluate` read.

    python -m edgebert.training.datasets SOURCE OUTPUT

SOURCE is a folder with the sets as their authors publish them:

    clinc150/data_full.json                  CLINC150 (Larson et al. 2019), CC BY 3.0
    hwu64/train.json, test.json              HWU64 (Liu et al. 2019) as Rasa's JSON, CC BY 4.0
    snips/{train,valid,test}/{seq.in,seq.out,label}   SNIPS (Coucke et al. 2018), CC0
    sgd/{train,dev}.utterances.txt           SGD's turns (Rastogi et al. 2020), CC BY-SA 4.0
    slurp_lm/lm.txt                          SLURP's commands (Bastianelli et al. 2020), CC BY 4.0

OUTPUT gets assistant/, clinc150/ and snips/, each with train.jsonl, validation.jsonl and
test.jsonl, and two files of texts without labels, distillation.txt and assistant/commands.txt.
Everything drawn at random is drawn by a fixed seed, so the files are the same everywhere.
"""
