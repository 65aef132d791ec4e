"""The report of a pack as one HTML file that loads nothing, and the README with three questions for pupils."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.template.loader import render_to_string
from django.utils.formats import localize
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from dashboard.keys import StatisticsKey
from dashboard.pages.lab_pack.numbers import Part
from dashboard.pages.report import mode_name
from dashboard.pages.words.facts import FACTS
from game.games import game_of
from game.games.axes import share_axis
from game.games.definition import Definition
from game.games.verdicts import VERDICTS, verdict
from game.models import Game
from game.physics.report_types import ContextResult, Estimate, Report

DASH = "–"
_TEMPLATES = "dashboard/lab_pack"
# Evidence above this is written as a power of ten.
_MOST_WRITTEN = 6


def readme(game: Game, has_seed: bool, with_names: bool) -> str:
    """Return what the files are and how to begin, in the language of the request."""
    about = {"has_seed": has_seed, "with_names": with_names, "game": game}
    return render_to_string(f"{_TEMPLATES}/readme.txt", about)


def report(game: Game, parts: Sequence[Part], gain: dict[str, Any] | None) -> str:
    """Return the reports, each key with its room and teams, the latest first."""
    keys = list(dict.fromkeys(part.key for part in parts))
    sections = [_section(key, [part for part in parts if part.key == key]) for key in keys]
    return render_to_string(f"{_TEMPLATES}/report.html", {"game": game, "sections": sections, "gain": _gain(gain)})


def _section(key: StatisticsKey, parts: Sequence[Part]) -> dict[str, Any]:
    declared, teams = game_of(key.mode), [part for part in parts if part.team is not None]
    # A pack of one team shows that team in full, one of the room shows the room.
    shown = next((part for part in parts if part.team is None), None) or parts[0]
    said = verdict(shown.report, declared, 1 if shown.team is None else shown.teams_listed)
    return {
        "run": key.run,
        "mode": mode_name(key),
        "team": shown.team,
        "over": shown.over,
        "verdict": said and VERDICTS[said],
        "counts": shown.report,
        "rows": [_row(one, declared) for one in (*shown.report.estimates, *shown.report.details)],
        "evidence": _odds(shown.report),
        "limit": _percent(float(declared.classical_value)) if declared.score_scale is None else None,
        "contexts": [_context(one) for one in shown.report.matrix or ()],
        "teams": [_team(part, declared) for part in teams] if shown.team is None else [],
        "guessed": [_guessed(one) for one in shown.predictability],
    }


def _row(one: Estimate, game: Definition) -> list[str]:
    is_share = one.key in ("win_rate", "win_rate_exact", "miracles", "rule_keeping")
    written = _percent if is_share else _decimal
    return [_name(one.key), written(one.value), _interval(one.low, one.high, written), _whole(one.rounds)]


def _name(key: str) -> str:
    return str(FACTS[key][0])


def _context(one: ContextResult) -> list[str]:
    interval = _interval(one.success_low, one.success_high, _percent)
    return [one.questions, _whole(one.rounds), _percent(one.success), interval, _decimal(one.correlator)]


def _guessed(one: Mapping[str, Any]) -> list[str]:
    name = FACTS["predictable" if one["seat"] else "predictable_all"][0]
    interval = _interval(one["low"], one["high"], _percent)
    said = str(name).format(seat=one["seat"])
    return [said, _percent(one["value"]), interval, _percent(one["chance"]), _whole(one["rounds"])]


def _team(part: Part, game: Definition) -> dict[str, Any]:
    found = part.report.estimate(share_axis(game).key)
    share = found.value if found is not None else None
    return {
        "name": part.team,
        "rounds": _whole(part.report.issued),
        "share": _percent(share),
        # For a drawing: without the language's decimal sign.
        "width": f"{100 * (share or 0):.1f}",
        "wall": f"{100 * float(game.classical_value):.1f}" if game.score_scale is None else None,
        "evidence": _odds(part.report),
        "p": _decimal(part.p_holm, 4),
    }


def _gain(gain: dict[str, Any] | None) -> dict[str, str] | None:
    if gain is None or gain["gain"] is None:
        return None
    return {
        "value": _decimal(gain["gain"]),
        "interval": _interval(gain["low"], gain["high"], _decimal),
        "persons": _whole(gain["persons"]),
    }


def _odds(report: Report) -> str:
    log = report.evidence.log10_e
    if log is None:
        return DASH
    if log > _MOST_WRITTEN:
        return f"10^{_whole(int(log))} : 1"
    return f"{_decimal(10**log, 0 if log >= 1 else 2)} : 1"


def _percent(value: float | None) -> str:
    return DASH if value is None else pgettext("a share", "%(value)s %%") % {"value": _decimal(100 * value, 1)}


def _decimal(value: float | None, digits: int = 2) -> str:
    return DASH if value is None else str(localize(round(value, digits) if digits else round(value)))


def _whole(value: int | None) -> str:
    return DASH if value is None else str(value)


def _interval(low: float | None, high: float | None, written: Any) -> str:
    if low is None or high is None:
        return DASH
    return _("%(low)s to %(high)s") % {"low": written(low), "high": written(high)}
