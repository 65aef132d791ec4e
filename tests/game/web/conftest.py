"""Limits of pages, whose windows must not end in the middle of a test."""

import time
from types import SimpleNamespace

import pytest

from game.web import quotas


@pytest.fixture(autouse=True)
def no_window_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    now = time.time()
    monkeypatch.setattr(quotas, "time", SimpleNamespace(time=lambda: now))
