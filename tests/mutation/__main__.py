"""
Change the product in one place at a time, and see whether its tests notice.

    python -m tests.mutation PYTHON [--number 200] [--seed 23] [MODULE ...]

PYTHON is that of an environment with cosmic-ray.  Works on a copy of the checkout, with servers of its own.
"""

import argparse
import contextlib
import json
import os
import shutil
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

from tests.support import servers

ROOT = Path(__file__).parents[2]
FOLDERS = ("game/rounds", "game/lobby", "game/physics")
MODULES = ("game/realtime/visibility.py",)
# Words for people and their files; a change of them is a change of a text.
LEFT_OUT = ("__init__.py", "name_words.py", "words.py")
# Without plugins that other tests need, and with the database of the run before.
OPTIONS = "--import-mode=importlib -p tests.support.servers --reuse-db -m 'not physics'"
# A change may lead to an endless loop.
SECONDS_A_TEST, SECONDS = 60, 400
PROGRAMS = {"MODEL_PROGRAMS": "21", "MODEL_STEPS": "10"}


def tests_of(module: Path) -> list[str]:
    """Return the tests of a module's folder, those that name the module first, and programs of moves for verbs."""
    name = ".".join(module.with_suffix("").parts)
    if name == "game.realtime.visibility":
        return ["tests/game/realtime/test_visibility.py", "tests/game/telephone", "tests/game/streams"]
    folder = Path("tests", *module.parts[:2])
    found = sorted(ROOT.glob(f"{folder}/test_*.py"))
    parent, _dot, own = name.rpartition(".")
    near = [
        one for one in found if name in (text := one.read_text()) or (f"from {parent} import" in text and own in text)
    ]
    chosen = [str(one.relative_to(ROOT)) for one in [*near, *(one for one in found if one not in near)]]
    return chosen if "physics" in name else [*chosen, "tests/model"]


def copied(folder: Path) -> Path:
    """Copy what git knows of into a folder."""
    tree = folder / "tree"
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True, text=True).stdout
    for name in filter(None, listed.split("\0")):
        target = tree / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, target)
    return tree


def notices(tree: Path, tests: list[str], create: bool = False) -> str:
    """Run tests; return the name of the first that failed, "too long", or an empty text when all passed."""
    words = [sys.executable, "-m", "pytest", "-x", "-q", "--no-header", "--tb=no", f"--timeout={SECONDS_A_TEST}",
             "-o", f"addopts={OPTIONS}{' --create-db' * create}", *tests]  # fmt: skip
    try:
        done = subprocess.run(
            words, cwd=tree, capture_output=True, text=True, timeout=SECONDS, check=False, env=os.environ | PROGRAMS
        )
    except subprocess.TimeoutExpired:
        return "too long"
    if done.returncode == 0:
        return ""
    named = [line for line in done.stdout.splitlines() if line.startswith(("FAILED", "ERROR"))]
    return named[0] if named else f"exit status {done.returncode}"


def main() -> int:
    parser = argparse.ArgumentParser(prog="tests.mutation", description=__doc__.strip().splitlines()[0])
    parser.add_argument("python")
    parser.add_argument("--number", type=int, default=200)
    parser.add_argument("--seed", type=int, default=23)
    parser.add_argument("modules", nargs="*")
    options = parser.parse_args()
    every = [path.relative_to(ROOT) for folder in FOLDERS for path in sorted((ROOT / folder).rglob("*.py"))]
    modules = options.modules or [*(str(one) for one in every if one.name not in LEFT_OUT), *MODULES]
    words = [options.python, "tests/mutation/mutants.py", str(options.seed), str(options.number), *modules]
    drawn = subprocess.run(words, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True).stdout
    mutants: list[dict[str, Any]] = [json.loads(line) for line in drawn.splitlines()]
    became: Counter[tuple[str, bool]] = Counter()
    with contextlib.ExitStack() as stack:
        tree = copied(stack.enter_context(servers.temporary_folder()))
        servers.start_servers(stack)
        os.environ |= {"TEST_DATABASE_URL": os.environ["DATABASE_URL"], "TEST_REDIS_URL": os.environ["REDIS_URL"]}
        fresh = True
        for n, mutant in enumerate(mutants, start=1):
            module = Path(mutant["module"])
            tests, began = tests_of(module), time.monotonic()
            (tree / module).write_text(mutant["source"])
            noticed = notices(tree, tests, create=fresh)
            shutil.copy2(ROOT / module, tree / module)
            fresh = noticed in ("too long",)
            became["/".join(module.parts[:2]), bool(noticed)] += 1
            seconds = time.monotonic() - began
            place = f"{module}:{mutant['line']} {mutant['operator'].removeprefix('core/')}: {mutant['changed']}"
            print(f"{n} {seconds:.0f} s {noticed or 'SURVIVED'} | {place}", flush=True)
    for (folder, noticed), count in sorted(became.items()):
        print(f"{folder}: {count} {'noticed' if noticed else 'survived'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
