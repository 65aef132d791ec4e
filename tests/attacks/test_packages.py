"""Finding: the image held packages that it never used, a second web server and its network library among them."""

import re
import runpy
import sys
from pathlib import Path

from django.conf import settings

ROOT = Path(settings.BASE_DIR)
DEVELOPMENT = {"daphne", "twisted", "autobahn", "pyopenssl", "django-debug-toolbar"}


def locked(name: str) -> set[str]:
    return set(re.findall(r"^([\w.-]+)==", (ROOT / name).read_text(), re.MULTILINE))


def test_packages_of_development_are_in_the_checkout_and_not_in_the_image() -> None:
    assert locked("requirements.txt") >= DEVELOPMENT
    assert not locked("requirements-deploy.txt") & DEVELOPMENT


def test_the_product_runs_without_them() -> None:
    assert not {"daphne", "debug_toolbar"} & set(settings.INSTALLED_APPS)


def test_every_locked_package_is_known_by_the_hashes_of_its_files() -> None:
    for name in ("requirements-deploy.txt", "requirements-run.txt", "requirements-test.txt", "requirements.txt",
                 "requirements-audit.txt"):  # fmt: skip
        pins = re.split(r"^(?=[\w.-]+==)", (ROOT / name).read_text(), flags=re.MULTILINE)[1:]
        assert len(pins) > 30
        assert all(re.search(r"--hash=sha256:[0-9a-f]{64}", pin) for pin in pins), name


def test_the_image_installs_nothing_without_its_hash() -> None:
    installs = re.findall(r"pip install [^&]*", (ROOT / "Dockerfile").read_text())
    assert len(installs) == 2
    assert all("--require-hashes" in words for words in installs)


def test_an_audit_that_asked_nobody_does_not_say_that_all_is_well() -> None:
    audit = runpy.run_path(str(ROOT / "deploy" / "supply" / "audit.py"))
    say = [sys.executable, "-c"]
    assert audit["asked"]([*say, "pass"]) == 0
    assert audit["asked"]([*say, "import sys; sys.exit('requests.exceptions.ConnectionError: no route')"]) == 2
    assert audit["asked"](["/none/pip-audit"]) == 2
    assert (
        audit["asked"]([*say, "import sys; print('django 1.0 PYSEC-1'); sys.exit('Found 1 known vulnerability')"]) == 1
    )
    assert [audit["verdict"](found) for found in ([0, 0], [0, 2], [1, 2], [])] == [0, 2, 1, 2]
