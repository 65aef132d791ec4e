"""
Ask the lists of known faults about the locked packages of Python and npm.

    python deploy/supply/audit.py PATH_OF_PIP_AUDIT

Exit status 0: all lists were asked and know none.  1: a fault is known.  2: a list could not be reached.
"""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
FILES = ("requirements-deploy.txt", "requirements.txt")
OUT_OF_REACH = re.compile(
    r"ConnectionError|Max retries|ServiceError|NameResolution|timed out|ProxyError|SSLError|HTTPError"
    r"|ENOTFOUND|ECONNREFUSED|ETIMEDOUT|EAI_AGAIN|audit endpoint returned an error|network",
)


def main(pip_audit: str) -> int:
    commands = [
        [pip_audit, "--requirement", name, "--no-deps", "--disable-pip", "--progress-spinner=off"] for name in FILES
    ]
    commands.append(["npm", "audit", "--fetch-retries=1"])
    return verdict([asked(command) for command in commands])


def asked(command: list[str]) -> int:
    """Ask one list; print what it says and return the exit status for it."""
    name = " ".join(word for word in command[:3] if word != "--requirement").replace(str(ROOT), "")
    try:
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=300)
    except (FileNotFoundError, subprocess.TimeoutExpired) as error:
        print(f"{name}: NOT CHECKED, {error}")
        return 2
    if done.returncode == 0:
        print(f"{name}: no known fault")
        return 0
    if OUT_OF_REACH.search(done.stderr):
        print(f"{name}: NOT CHECKED, its list is out of reach: {done.stderr.strip().splitlines()[-1][:200]}")
        return 2
    print(f"{name}: faults are known\n{done.stdout}{done.stderr}")
    return 1


def verdict(statuses: list[int]) -> int:
    """A known fault weighs more than a list that was not reached."""
    return 1 if 1 in statuses else max(statuses, default=2)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1]))
