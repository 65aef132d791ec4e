"""The AsyncAPI description of the sockets, made from the declared messages."""

from typing import Any, get_args

import msgspec

from game.realtime import messages
from game.realtime.messages import host, parts, player, replay, watch

_TO_EVERYBODY = (parts.GameChanged, parts.Alive, parts.Refused)
SENT = {
    "play": (
        player.PlayerSnapshot, player.QuestionAsked, player.AnswerRecorded, player.Measured, player.RoundClosed,
        player.ScoreChanged, player.PredictionRecorded, player.PlanRecorded, player.Introduced, player.Explained,
        player.Results, player.Progress, player.PartnersChanged, player.LobbyChanged, player.TeamsFound, *_TO_EVERYBODY,
    ),
    "watch": (watch.WatchSnapshot, watch.Delta, watch.Slowed, watch.ClassView, *_TO_EVERYBODY),
    "dashboard": (
        host.DashboardSnapshot, watch.Delta, watch.Slowed, watch.ClassView, host.BannedChanged, host.Radar, host.Done,
        *_TO_EVERYBODY,
    ),
}  # fmt: skip
RECEIVED = {
    "play": get_args(player.PlayerMessage),
    "watch": get_args(watch.WatcherMessage),
    "dashboard": get_args(host.HostMessage),
}
# What pages load by HTTP.
LOADED: dict[str, tuple[type, ...]] = {"replay": (replay.Replay,)}
_LIMITS = (
    "1008 (more frames than any page sends), 4404 (no such game), 4408 (nothing was heard for long), 4413 (reads too "
    "slowly), 4421 (the page comes from another address), 4429 (too many sockets), 4503 (the process is full)"
)
_ABOUT = {
    "play": "One browser tab of one player. Closes 4401 (no valid cookie), 4403 (banned), 4409 (a newer tab took "
    f"over), 4410 (removed), {_LIMITS}.",
    "watch": f"The projector. Closes {_LIMITS}.",
    "dashboard": f"A host's dashboard. Closes 4403 (not a host), {_LIMITS}.",
}


def asyncapi() -> dict[str, Any]:
    """Return the AsyncAPI 3 document; its schemas are those that the server validates with."""
    kinds = sorted({kind for side in (SENT, RECEIVED) for group in side.values() for kind in group}, key=_name)
    _, schemas = msgspec.json.schema_components(kinds, ref_template="#/components/schemas/{name}")
    return {
        "asyncapi": "3.0.0",
        "info": {"title": "CHSH game sockets", "version": "1", "description": _first_line(messages.__doc__)},
        "defaultContentType": "application/json",
        "channels": {page: _channel(page) for page in SENT},
        "operations": {
            f"{page}_{action}": {
                "action": action,
                "channel": {"$ref": f"#/channels/{page}"},
                "messages": [{"$ref": f"#/channels/{page}/messages/{_name(kind)}"} for kind in side[page]],
            }
            for page in SENT
            for action, side in (("send", SENT), ("receive", RECEIVED))
        },
        "components": {
            "messages": {
                _name(kind): {
                    "name": kind.__struct_config__.tag,
                    "summary": _first_line(kind.__doc__),
                    "payload": {"$ref": f"#/components/schemas/{_name(kind)}"},
                }
                for kind in kinds
            },
            "schemas": schemas,
        },
    }


def _channel(page: str) -> dict[str, Any]:
    kinds = dict.fromkeys((*RECEIVED[page], *SENT[page]))
    return {
        "address": f"/ws/{page}/{{code}}/",
        "description": _ABOUT[page],
        "parameters": {"code": {"description": "The game's code, 6 characters."}},
        "messages": {_name(kind): {"$ref": f"#/components/messages/{_name(kind)}"} for kind in kinds},
    }


def _name(kind: Any) -> str:
    return str(kind.__name__)


def _first_line(doc: str | None) -> str:
    return (doc or "").strip().split("\n\n")[0].replace("\n", " ")
