"""Static files are collected when they changed, and a page names every module that its script imports."""

from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.template import Context, Template
from pytest_django import Settings

from chsh_project.assets.modules import imported

SCRIPTS = sorted((settings.BASE_DIR / "static" / "js").rglob("*.js"))


def test_modules_are_named_once_with_those_of_modules() -> None:
    found = imported("js/play/play.js")
    assert {"js/lib/dom.js", "js/lib/socket.js", "js/play/rounds/flash.js"} <= set(found)
    assert len(found) == len(set(found)) and "js/play/play.js" not in found


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_every_import_is_found(script: Path) -> None:
    lines = [line for line in script.read_text().splitlines() if 'from "./' in line or 'from "../' in line]
    own = [line for line in lines if not line.lstrip().startswith(("*", "/"))]
    path = str(script.relative_to(settings.BASE_DIR / "static"))
    direct = {line.rsplit("/", 1)[1].split('"')[0] for line in own}
    assert direct <= {name.rsplit("/", 1)[1] for name in imported(path)}


def test_a_script_that_is_not_there_is_named() -> None:
    with pytest.raises(ValueError, match=r"js/none\.js"):
        imported("js/none.js")


def test_elements_name_the_static_addresses() -> None:
    text = Template("{% module 'js/print/print.js' %}").render(Context())
    assert text.endswith("</script>") and '<script type="module" src="/static/js/print/print.' in text


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
