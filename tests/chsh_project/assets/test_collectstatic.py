"""Static files are collected when one of them, or what processes them, changed."""

from pathlib import Path

import pytest
from django.core.management import call_command
from pytest_django import Settings


@pytest.fixture
def one_file(settings: Settings, tmp_path: Path) -> Path:
    """A project whose only static file is this one."""
    source = tmp_path / "sources" / "a.css"
    source.parent.mkdir()
    source.write_text("b { color: red }")
    settings.STATICFILES_DIRS, settings.STATIC_ROOT = [source.parent], str(tmp_path / "collected")
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    return source


def collect() -> str:
    return call_command("collectstatic", interactive=False, verbosity=1) or ""


def test_unchanged_files_are_not_collected_again(one_file: Path) -> None:
    assert "1 static file" in collect()
    assert "unchanged" in collect()


def test_a_changed_and_a_new_file_are_collected(one_file: Path) -> None:
    collect()
    one_file.write_text("b { color: tan }")
    assert "1 static file copied" in collect()
    (one_file.parent / "c.css").write_text("i { color: red }")
    assert "2 static files copied" in collect()


def test_an_interrupted_collection_begins_again(one_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from django.contrib.staticfiles.management.commands import collectstatic

    def stop(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(collectstatic.Command, "collect", stop)
        collect()
    assert "1 static file" in collect()
