"""
`make attack`: run each attack beside honest pairs and a host; print p95 of both before, during and after it.

    python -m tests.load.attacks [--seconds 10] [--write | --short] [ATTACK ...]

--write puts the table into docs/reliability.md.  Exit status 1 when somebody honest waited longer than the targets
during an attack or after it, or was refused or disconnected, or heard nothing.  --short asks for no times.
"""

import argparse
import asyncio
import json
import os
import sys
import time
from typing import Any

import django
import uvloop

from chsh_project.stack.game import CHECKOUT
from tests.load import paper, system
from tests.load.attacks.pupil import ATTACKS

PAGE = CHECKOUT / "docs" / "reliability.md"
PAIRS = 5
# Cookies that an attacker collected by opening the page of the game.
COOKIES = 100
ANSWER_MS, COMMAND_MS = 100.0, 500.0
PHASES = ("before", "during", "after")
Run = dict[str, Any]


async def attack(name: str, port: int, seconds: float, environment: dict[str, str]) -> Run:
    """Return what the honest measured before, during and after an attack, and what the attacker did."""
    from asgiref.sync import sync_to_async

    from tests.load.attacks.honest import Class
    from tests.load.driver import crowd

    made = await sync_to_async(crowd.make)(2 * PAIRS)
    strangers = [crowd.new_cookie() for _ in range(COOKIES)]
    honest = Class(port, made)
    await honest.come()
    try:
        found = {"before": await honest.measure(seconds)}
        pupil = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.load.attacks.pupil", name, "--port", str(port), "--seconds", str(seconds + 1),
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, cwd=CHECKOUT, env=os.environ | environment,
        )  # fmt: skip
        given = json.dumps({"code": made.code, "cookies": strangers}).encode()
        attacking = asyncio.create_task(pupil.communicate(given))
        # The program loads before it attacks.
        await asyncio.sleep(1)
        found["during"] = await honest.measure(seconds)
        said, _ = await attacking
        found["after"] = await honest.measure(seconds)
        if pupil.returncode:
            raise RuntimeError(f"{name}: the attack ended with status {pupil.returncode}")
        return {**found, "did": json.loads(said), "wrong": honest.record.wrong}
    finally:
        honest.leave()


def verdict(run: Run, timed: bool) -> list[str]:
    """Return what an honest player or host suffered by an attack."""
    said = list(run["wrong"])
    for phase in ("during", "after"):
        for what, most in (("answers", ANSWER_MS), ("commands", COMMAND_MS)):
            p95 = run[phase][what]["p95"]
            if p95 is None:
                said.append(f"no {what} {phase}")
            elif timed and p95 > most:
                said.append(f"{what} {phase}: p95 {p95:.0f} ms")
        said += [f"{run[phase][what]} {what} {phase}" for what in ("refused", "lost") if run[phase][what]]
    return said


def row(name: str, run: Run, suffered: list[str]) -> str:
    numbers = [run[phase][what]["p95"] for what in ("answers", "commands") for phase in PHASES]
    shown = ["-" if number is None else f"{number:.0f}" if number >= 10 else f"{number:.1f}" for number in numbers]
    return " | ".join([f"| {ATTACKS[name].__doc__}", *shown, "; ".join(suffered) or "unnoticed"]) + " |"


HEAD = [
    "| attack | answers before | during | after | commands before | during | after | the honest |",
    "|---|--:|--:|--:|--:|--:|--:|---|",
]


def main() -> int:
    parser = argparse.ArgumentParser(prog="tests.load.attacks", description=__doc__.splitlines()[1])
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--write", action="store_true", help="write docs/reliability.md")
    parser.add_argument("--short", action="store_true", help="see that everybody goes on, without times")
    parser.add_argument("attacks", nargs="*", default=list(ATTACKS), metavar="ATTACK")
    options = parser.parse_args()
    if unknown := set(options.attacks) - set(ATTACKS):
        parser.error(f"{', '.join(sorted(unknown))}: use {', '.join(ATTACKS)}")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chsh_project.settings")
    rows, wrong, began = [], 0, time.monotonic()
    with system.running() as running:
        os.environ |= running.environment
        django.setup()
        running.static()
        running.web()
        running.background()
        for name in options.attacks:
            run = uvloop.run(attack(name, running.port, options.seconds, running.environment))
            suffered = verdict(run, timed=not options.short)
            rows.append(row(name, run, suffered))
            wrong += bool(suffered)
            print(rows[-1], f"({run['did']})", flush=True)
            if logged := running.logged():
                print(f"  logged meanwhile: {logged}", flush=True)
    text = "\n".join([*HEAD, *rows])
    print(text)
    if options.write:
        took = f"{(time.monotonic() - began) / 60:.0f} min"
        paper.write(PAGE, "attacks", f"{paper.circumstances(took)} Milliseconds, p95.\n\n{text}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
