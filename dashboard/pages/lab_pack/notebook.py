"""The cells of static/lab_notebook.py as a Jupyter notebook."""

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

from django.contrib.staticfiles import finders

SCRIPT = "lab_notebook.py"
_CELL = re.compile(r"^# %%( \[markdown\])?\n", re.MULTILINE)


@cache
def script(name: str) -> str:
    """Return the text of a script among the static files."""
    path = finders.find(name)
    if not isinstance(path, str):
        raise FileNotFoundError(f"script={name!r}: it is not among the static files")
    return Path(path).read_text(encoding="utf-8")


@cache
def notebook() -> str:
    """Return the notebook as JSON of format 4.5; lines of its text are comments in the script."""
    _, *parts = _CELL.split(script(SCRIPT))
    cells = [
        _cell(n, kind, text.strip("\n")) for n, (kind, text) in enumerate(zip(parts[::2], parts[1::2], strict=True))
    ]
    language = {"name": "python", "file_extension": ".py", "mimetype": "text/x-python"}
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    about = {"language_info": language, "kernelspec": kernel}
    made = {"nbformat": 4, "nbformat_minor": 5, "metadata": about, "cells": cells}
    return json.dumps(made, indent=1, ensure_ascii=False) + "\n"


def _cell(number: int, kind: str | None, text: str) -> dict[str, Any]:
    cell: dict[str, Any] = {"id": f"cell-{number}", "metadata": {}}
    if kind is None:
        return cell | {"cell_type": "code", "source": _lines(text), "execution_count": None, "outputs": []}
    bare = re.sub(r"^# ?", "", text, flags=re.MULTILINE)
    return cell | {"cell_type": "markdown", "source": _lines(bare)}


def _lines(text: str) -> list[str]:
    return text.splitlines(keepends=True)
