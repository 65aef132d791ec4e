"""The environment variables that the settings read."""

import re
from functools import cache

from chsh_project.stack.game import CHECKOUT

_READ = re.compile(r"(?:env\.\w+|_database|environment\.get)\(\s*['\"](\w+)")


@cache
def names_of_settings() -> frozenset[str]:
    folder = CHECKOUT / "chsh_project"
    text = "".join((folder / name).read_text() for name in ("settings.py", "stack/web_urls.py"))
    # uvicorn reads the last by itself.
    return frozenset({*_READ.findall(text), "FORWARDED_ALLOW_IPS"})
