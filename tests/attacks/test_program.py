"""The short form of `make attack`: honest pairs and their host go on beside attacks; times belong to the long one."""

import os
import subprocess
import sys

import pytest
from django.conf import settings

SHORT = ("frames", "logins", "bodies", "silence", "projectors")


@pytest.mark.long
def test_the_honest_go_on_beside_attacks() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.load.attacks", "--short", "--seconds", "2", *SHORT],
        cwd=settings.BASE_DIR, env=os.environ, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr[-2000:]
    assert done.stdout.count("unnoticed") >= len(SHORT)
