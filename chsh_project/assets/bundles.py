"""
One script and one stylesheet for a page, written from the modules and the parts that they import.

A browser may fetch modules one by one, but on a slow network every few of them cost it a wave of requests.  Modules
keep a scope of their own, so that what is private in two of them never meets.
"""

import posixpath
import re
from collections.abc import Callable, Iterable

Read = Callable[[str], str]

# The forms of import and export that the scripts use; every other one is refused.
_IMPORT = re.compile(r'^import (?:\{([^}]*)\} from )?"(\.[^"]+)";$', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:async )?(?:function|class|const) (\w+))", re.MULTILINE)
_OTHER = re.compile(r"^(?:import|export)\b.*$", re.MULTILINE)
# Comments are taken out of the compressed files by rjsmin, which does not know a template inside a template.
_NESTED = re.compile(r"`[^`]*\$\{[^}`]*`")
_STYLE = re.compile(r'^@import url\("([^"]+)"\);$', re.MULTILINE)


def imported(path: str, read: Read) -> list[str]:
    """Return the modules that a script imports, directly and by others, each before those that import it."""
    return _ordered(path, lambda one: [address for _, address in _imports(one, read(one))])[:-1]


def script(path: str, read: Read) -> str:
    """Return a script with all modules that it imports."""
    return "\n".join(_module(one, read(one)) for one in (*imported(path, read), path))


def style(path: str, read: Read) -> str:
    """Return a stylesheet with the parts that it imports in their places."""
    return _STYLE.sub(lambda match: style(_address(path, match[1]), read), read(path))


def entries(paths: Iterable[str], read: Read) -> list[str]:
    """Return the scripts that no other one imports, and the stylesheets that import others."""
    scripts = [path for path in paths if path.endswith(".js")]
    parts = {address for path in scripts for _, address in _imports(path, read(path))}
    styles = [path for path in paths if path.endswith(".css") and _STYLE.search(read(path))]
    return [path for path in scripts if path not in parts] + styles


def _imports(path: str, text: str) -> list[tuple[str, str]]:
    return [(names, _address(path, address)) for names, address in _IMPORT.findall(text)]


def _address(path: str, address: str) -> str:
    return posixpath.normpath(posixpath.join(posixpath.dirname(path), address))


def _ordered(path: str, parts_of: Callable[[str], list[str]]) -> list[str]:
    found: dict[str, None] = {}

    def visit(one: str, above: tuple[str, ...]) -> None:
        if one in above:
            raise ValueError(f"{' -> '.join((*above, one))}: these import each other")
        if one in found:
            return
        for part in parts_of(one):
            visit(part, (*above, one))
        found[one] = None

    visit(path, ())
    return list(found)


def _module(path: str, text: str) -> str:
    """Return a module as a function that runs once and returns what it exports."""
    if nested := _NESTED.search(text):
        raise ValueError(f"{path}: {nested[0]!r}: put the inner template into a constant")
    exports = [match[1] for match in _EXPORT.finditer(text)]
    body = _EXPORT.sub("", text)
    body = _IMPORT.sub(lambda match: _taken(path, *match.groups()), body)
    if other := _OTHER.search(body):
        raise ValueError(f"{path}: {other[0]!r}: import {{ names }} at one address, export functions and constants")
    return f"const {_name(path)} = (() => {{\n{body}\nreturn {{ {', '.join(exports)} }};\n}})();"


def _taken(path: str, names: str | None, address: str) -> str:
    if names is None:
        return ""
    return f"const {{{names.replace(' as ', ': ')}}} = {_name(_address(path, address))};"


def _name(path: str) -> str:
    return "$" + re.sub(r"\W", "_", path.removesuffix(".js"))
