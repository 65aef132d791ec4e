"""A page's script and stylesheet are one file each, whatever they import."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.template import Context, Template
from django.test import override_settings

from chsh_project.assets import bundles

STATIC = settings.BASE_DIR / "static"
SCRIPTS = sorted(str(path.relative_to(STATIC)) for path in (STATIC / "js").rglob("*.js"))
STYLES = sorted(str(path.relative_to(STATIC)) for path in (STATIC / "css").rglob("*.css"))


def read(path: str) -> str:
    return (STATIC / path).read_text()


def test_modules_are_named_once_and_after_those_that_they_import() -> None:
    found = bundles.imported("js/play/play.js", read)
    assert {"js/lib/dom.js", "js/lib/socket.js", "js/play/rounds/flash.js"} <= set(found)
    assert len(found) == len(set(found)) and "js/play/play.js" not in found
    assert found.index("js/lib/dom.js") < found.index("js/play/lobby.js")


@pytest.mark.parametrize("path", SCRIPTS)
def test_every_script_can_be_bundled(path: str) -> None:
    bundle = bundles.script(path, read)
    assert not re.search(r"^\s*(?:import|export)\b", bundle, re.MULTILINE)


def test_pages_name_scripts_and_styles_that_are_bundled() -> None:
    entries = bundles.entries([*SCRIPTS, *STYLES], read)
    pages = "\n".join(page.read_text() for page in (settings.BASE_DIR / "templates").rglob("*.html"))
    named = re.findall(r"{% module '([^']+)' %}", pages)
    assert named and set(named) <= set(entries)
    assert {"css/phone.css", "css/base.css", "css/print.css"} <= set(entries)


@pytest.mark.parametrize("path", ["js/play/play.js", "css/phone.css"])
def test_a_collected_bundle_imports_nothing(path: str) -> None:
    collected = (Path(settings.STATIC_ROOT) / staticfiles_storage.stored_name(path)).read_text()
    assert not re.search(r"^\s*(?:import|export)\b|@import", collected, re.MULTILINE)
    assert {"js": "const $js_lib_dom", "css": ".answer-word"}[path.rsplit(".", 1)[1]] in collected


@pytest.mark.parametrize(
    "text", ['import * as all from "./b.js";', "export default 1;", "export let n = 1;", "`${b ? `"]
)
def test_a_form_that_cannot_be_bundled_is_named(text: str) -> None:
    with pytest.raises(ValueError, match=re.escape(text)):
        bundles.script("a.js", {"a.js": text, "b.js": ""}.__getitem__)


def test_modules_that_import_each_other_are_named() -> None:
    files = {"a.js": 'import { b } from "./b.js";', "b.js": 'import { a } from "./a.js";'}
    with pytest.raises(ValueError, match=r"a\.js -> b\.js -> a\.js"):
        bundles.script("a.js", files.__getitem__)


def test_names_of_two_modules_do_not_meet() -> None:
    files = {
        "lib/a.js": "const same = 1;\nexport const one = same;",
        "b.js": 'import { one as first } from "./lib/a.js";\nconst same = 2;\nexport const both = first + same;',
    }
    bundle = bundles.script("b.js", files.__getitem__)
    assert "const { one: first } = $lib_a;" in bundle and bundle.count("const same") == 2


def test_elements_name_the_static_addresses() -> None:
    text = Template("{% module 'js/print/print.js' %}").render(Context())
    assert text.strip().startswith('<script type="module" src="/static/js/print/print.') and text.endswith("</script>")


@override_settings(DEBUG=True)
def test_a_developer_gets_every_module_and_is_told_of_a_script_that_is_not_there() -> None:
    assert "modulepreload" in Template("{% module 'js/play/play.js' %}").render(Context())
    with pytest.raises(ValueError, match=r"js/none\.js"):
        Template("{% module 'js/none.js' %}").render(Context())
