"""A host's messages and the verbs that carry them out."""

from collections.abc import Callable
from functools import partial
from typing import Any

import msgspec

from game.lesson import verbs
from game.lobby import bots, ghosts, host_commands, loopholes, qubits, refused_names, replays
from game.lobby.seating import dissolve
from game.realtime.messages.host import (
    AddTeam,
    AllowBack,
    AllowName,
    Ban,
    Continue,
    EndReplay,
    Finish,
    GiveBot,
    GoToStep,
    Kick,
    LeaveOut,
    LendQubits,
    OpenLoophole,
    PairUp,
    Pause,
    RemoveEmptyTeams,
    RemoveTeam,
    RenameTeam,
    Reset,
    Resume,
    SamePupil,
    SetMode,
    SetOptions,
    SetTheme,
    ShowGuesses,
    ShowPodium,
    ShowReplay,
    SkipRound,
    Start,
)


def _set_options(game_id: int, *values: Any) -> None:
    """Set the options that the message names."""
    fields = zip(SetOptions.__struct_fields__, values, strict=True)
    host_commands.set_options(game_id, **{name: value for name, value in fields if value is not msgspec.UNSET})


# Each verb takes the game's id and then the fields of the message in their order.
COMMANDS: dict[type[msgspec.Struct], Callable[..., object]] = {
    Start: host_commands.start,
    Pause: host_commands.pause,
    Resume: host_commands.resume,
    Finish: host_commands.finish,
    Continue: host_commands.take_back_finish,
    Reset: host_commands.reset,
    SetMode: host_commands.set_mode,
    SetTheme: host_commands.set_theme,
    SetOptions: _set_options,
    LendQubits: qubits.lend,
    OpenLoophole: loopholes.open_loophole,
    GoToStep: verbs.go_to_step,
    ShowGuesses: verbs.show_guesses,
    ShowPodium: host_commands.show_podium,
    ShowReplay: replays.show_replay,
    EndReplay: replays.end_replay,
    SkipRound: host_commands.skip_round,
    Kick: host_commands.kick,
    Ban: partial(host_commands.kick, ban=True),
    AllowBack: host_commands.allow_back,
    RenameTeam: host_commands.rename_team,
    GiveBot: bots.give_bot,
    AddTeam: ghosts.add_ghost,
    RemoveTeam: ghosts.remove_ghost,
    LeaveOut: host_commands.leave_out,
    RemoveEmptyTeams: dissolve.remove_empty_teams,
    PairUp: host_commands.pair_up,
    SamePupil: host_commands.same_pupil,
    AllowName: refused_names.allow,
}


def carry_out(game_id: int, message: msgspec.Struct) -> None:
    """Carry out a host's message; raises Refusal when it cannot be."""
    COMMANDS[type(message)](game_id, *msgspec.structs.astuple(message))
