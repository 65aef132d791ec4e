"""The last block of a start: addresses, login, and the QR code for players."""

import io
import json
from collections.abc import Sequence

import segno

from chsh_project.stack.data_dirs import DataDirs
from chsh_project.stack.environment import Options


def demo_facts(lines: Sequence[str]) -> dict[str, str | None]:
    """Return the facts of `manage.py demo`, merged from its JSON lines."""
    facts: dict[str, str | None] = {}
    for line in lines:
        if line.startswith("{"):
            facts |= json.loads(line)
    return facts


def welcome(options: Options, facts: dict[str, str | None], data_dirs: DataDirs) -> str:
    code = facts.get("code")
    join = f"{options.players_url}/g/{code}/" if code else f"{options.players_url}/"
    rows = [
        ("Instructor", f"{options.public_url or options.url_of('localhost')}/dashboard/"),
        ("", _login(facts)),
        ("Players", f"{join}  (demo game, code {code})" if code else join),
        ("Logs", f"{data_dirs.local / 'logs'}"),
    ]
    block = "\n".join(f"  {name:<12}{text}" for name, text in rows if text)
    end = f"Ctrl-C stops everything; the data stays in {data_dirs.servers}"
    return f"\nThe game is running.\n\n{block}\n\n{_qr(join)}\n{end}\n"


def _login(facts: dict[str, str | None]) -> str:
    user, password = facts.get("instructor"), facts.get("password")
    if not user:
        return ""
    return f"user {user}, " + (f"password {password} (shown only now)" if password else "new password: make password")


def _qr(url: str) -> str:
    text = io.StringIO()
    segno.make(url, micro=False, error="l").terminal(text, border=2, compact=True)
    return text.getvalue()
