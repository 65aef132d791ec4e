"""
Draw the questions of a game again: python check_questions.py rounds.json

Each run's seed must have the SHA-256 that was shown before its first question.  Each question must come out of
HMAC-SHA256(seed, "run|team|round"): its first 16-bit word below the largest multiple of the number of cards names a
card of the deck.  Python alone is enough; `manage.py verify` also knows the designs that depend on the past.
"""

import hashlib
import hmac
import json
import sys

# These designs draw by what was asked before.
BY_THE_PAST = ("quota", "adaptive", "deck")


def drawn(seed: str, deck: list[str], run: int, team: int, number: int) -> str:
    digest = hmac.digest(bytes.fromhex(seed), f"{run}|{team}|{number}".encode(), "sha256")
    words = (int.from_bytes(digest[at : at + 2], "big") for at in range(0, 32, 2))
    return deck[next(word for word in words if word < 65536 - 65536 % len(deck)) % len(deck)]


with open(sys.argv[1], encoding="utf-8") as file:
    export = json.load(file)
seeds = {row["run"]: row for row in export["seeds"] if row["seed"]}
bad = [run for run, row in seeds.items() if hashlib.sha256(bytes.fromhex(row["seed"])).hexdigest() != row["commitment"]]
print("\n".join(f"run {run}: seal {row['commitment']}" for run, row in seeds.items()) or "no seed is published yet")
same = skipped = 0
for row in export["rounds"]:
    known = seeds.get(row["run"])
    if known and row["asked_at"] >= known["committed_at"] and row["design"] in BY_THE_PAST:
        skipped += 1
    elif known and row["asked_at"] >= known["committed_at"]:
        asked = row["question_1"] + row["question_2"] + (row.get("question_3") or "")
        question = drawn(known["seed"], export["decks"][row["mode"]], row["run"], row["team_id"], row["round"])
        same += question == asked
        bad += [f"{row['run']}|{row['team_id']}|{row['round']}"] if question != asked else []
print(f"{same} questions come out as they were asked, {len(bad)} do not", *bad[:20])
if skipped:
    print(f"{skipped} questions were drawn by what was asked before ({', '.join(BY_THE_PAST)}): skipped")
sys.exit(bool(bad))
