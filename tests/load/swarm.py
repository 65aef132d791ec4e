"""
`make locust`: start the whole system and a game, and run Locust's users against it.

    python -m tests.load.swarm --users 100 --seconds 30 [--web]

Prints Locust's table.  Exit status 1 when a request or an answer failed.  --web opens Locust's own page instead.
"""

import argparse
import os
import subprocess
import sys
import time

from chsh_project.stack.game import CHECKOUT
from tests.load import system

# In a process of its own: settings are read from the system's environment.
PREPARE = "import django; django.setup(); from tests.load.driver import crowd; print(crowd.running_game())"


def main() -> int:
    parser = argparse.ArgumentParser(prog="tests.load.swarm", description=__doc__.splitlines()[1])
    parser.add_argument("--users", type=int, default=100)
    parser.add_argument("--seconds", type=float, default=30)
    parser.add_argument("--web", action="store_true", help="Locust's page on port 8089, until Ctrl-C")
    options = parser.parse_args()
    with system.running() as running:
        running.static()
        running.web()
        running.background()
        environment = os.environ | running.environment | {"DJANGO_SETTINGS_MODULE": "chsh_project.settings"}
        code = subprocess.run(
            [sys.executable, "-c", PREPARE], cwd=CHECKOUT, env=environment, check=True, capture_output=True, text=True
        ).stdout.split()[-1]
        words = ["-f", "tests/load/locustfile.py", "--host", f"http://127.0.0.1:{running.port}"]
        if not options.web:
            words += ["--headless", "--only-summary", "--users", str(options.users), "--stop-timeout", "5"]
            words += ["--spawn-rate", str(max(1, options.users // 5)), "--run-time", f"{options.seconds:g}s"]
        began = time.monotonic()
        done = subprocess.run(
            [sys.executable, "-m", "locust", *words], cwd=CHECKOUT, env=environment | {"GAME": code}, check=False
        )
        print(f"{options.users} users, {time.monotonic() - began:.0f} s, exit status {done.returncode}")
    return 1 if done.returncode else 0


if __name__ == "__main__":
    sys.exit(main())
