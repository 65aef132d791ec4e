"""
Run all optimisers, again and again, until standard input ends.

Says "optimising" before the first run; prints one JSON object at the end.  One process does all runs, so that the
start of Python is not measured.
"""

import io
import json
import os
import sys
import threading
import time

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chsh_project.settings")
# Pause between two runs; the schedule has four hours.
PAUSE_SECONDS = 0.2


def main() -> int:
    django.setup()
    from django.core.management import CommandError, call_command

    told = threading.Event()

    def hear() -> None:
        sys.stdin.read()
        told.set()

    threading.Thread(target=hear, daemon=True).start()
    print("optimising", flush=True)
    spent: list[float] = []
    wrong: list[str] = []
    while not told.wait(PAUSE_SECONDS):
        began = time.perf_counter()
        try:
            call_command("optimize", "full", stdout=io.StringIO())
        except CommandError as error:
            wrong.append(str(error))
        spent.append(time.perf_counter() - began)
    print(json.dumps({"runs": len(spent), "longest_seconds": round(max(spent, default=0.0), 3), "wrong": wrong}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
