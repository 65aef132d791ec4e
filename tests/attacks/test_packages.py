"""Finding: the image held packages that it never used, a second web server and its network library among them."""

import re
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
