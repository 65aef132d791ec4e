# runc without limits of processes and without a score for the killer of processes: those stay the machine's.
import json
import os
import sys

words = sys.argv[1:]


def rewrite(path, process):
    with open(path) as file:
        told = json.load(file)
    wanted = told["process"] if process else told
    wanted.pop("rlimits", None)
    wanted.pop("oomScoreAdj", None)
    with open(path, "w") as file:
        json.dump(told, file)


for i, word in enumerate(words):
    name, _, value = word.partition("=")
    value = value or (words[i + 1] if i + 1 < len(words) else "")
    if name in ("--bundle", "-b") and {"create", "run"} & set(words):
        rewrite(os.path.join(value, "config.json"), True)
    if name in ("--process", "-p") and "exec" in words:
        rewrite(value, False)
os.execvp("runc", ["runc", *words])
