"""A page names every module that its script imports."""

from pathlib import Path

import pytest
from django.conf import settings
from django.template import Context, Template

from chsh_project.modules import imported

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
