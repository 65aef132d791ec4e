"""What the live page says, with its drawer."""

from django.utils.translation import gettext_lazy as _

from dashboard.pages.words.details import DETAILS
from game.lesson.words import ON_DASHBOARDS
from game.web.words import WATCH

DASHBOARD = (
    WATCH
    | DETAILS
    | ON_DASHBOARDS
    | {
        "present": _("{n} here"),
        "pace": _("{rate} a second"),
        "lock": _("Lock lobby"),
        "unlock": _("Unlock lobby"),
        "click_again": _("Click again"),
        "armed": _("Click again to confirm."),
        "run": _("Run {run}"),
        "status_playing": _("playing"),
        "status_done": _("done"),
        "status_ready": _("ready"),
        "status_waiting": _("waiting"),
        "status_away": _("away"),
        "status_inactive": _("inactive"),
        "status_left_out": _("left out"),
        "ghost": _("added"),
        "headlines": {
            "miracles": _("Miracles {rate} %"),
            "rule_keeping": _("rules kept {rate} %"),
        },
        "qubits_none": _("no round yet"),
        "qubits_of": _("{wins} of {scored} rounds"),
        "qubits_lend": _("Play with borrowed qubits"),
        "qubits_back": _("Take the qubits back"),
        "done_lend_qubits": _("It holds from the next round on."),
        "visibility": _("visibility {value}"),
        "visibility_mark": _("From visibility {value} on it passes every plan: the mark."),
        "bot_letter": _("B"),
        "bot_up_to": _("{bot}: up to {percent} %"),
        "bot_plan": _("The bot’s best plan: {plan}."),
        "seat_connected": _("Seat {seat}: here"),
        "seat_idle": _("Seat {seat}: elsewhere"),
        "seat_away": _("Seat {seat}: away"),
        "seat_bot": _("Seat {seat}: bot"),
        "seat_free": _("Seat {seat}: free"),
        "done_start": _("The game runs."),
        "done_pause": _("The game is paused."),
        "done_resume": _("The game goes on."),
        "done_finish": _("No new questions. Open rounds may still be answered."),
        "done_continue": _("The game goes on."),
        "done_reset": _("A new run has begun. The old one is kept."),
        "done_set_mode": _("The new mode applies from the next round on."),
        "done_set_theme": _("The new theme applies from the next round on."),
        "done_set_options": _("Saved."),
        "done_skip_round": _("The round is closed. It counts like one whose time is up."),
        "done_kick": _("The seat is free. The player may join again."),
        "done_ban": _("The seat is free. The player cannot come back until you allow it."),
        "done_allow_back": _("The player may join again."),
        "done_rename_team": _("The team has its new name."),
        "done_add_team": _("The team is added. It plays fast, and never counts in the class."),
        "done_remove_team": _("The team is removed."),
        "done_leave_out": _("Done. It applies to the team’s next rounds."),
        "done_give_bot": _("The bot has taken the seat."),
        "alarms": [_("{n} thing to check"), _("{n} things to check")],
        "alarm_suspicion": _(
            "Better than quantum theory allows: check for talking or predictable questions. Luck is very unlikely."
        ),
        "alarm_signalling": _(
            "Seat {seat}, asked {questions}: this player's answers depend on a partner's question. Can they see or "
            "hear each other?"
        ),
        "alarm_answer_times": _(
            "Seat {seat} is slow whenever a partner is: does one wait for the other’s word? A room that is often "
            "interrupted looks the same."
        ),
        # An alarm: what it is, and what to do.
        "radar_suspicion": _(
            "wins more than quantum theory allows. Look whether they talk or see each other. A reason to look, no "
            "verdict ({n} teams are looked at)"
        ),
        "radar_signalling": _(
            "seat {seat}, asked {questions}: the answers depend on a partner’s question. Move them apart and look "
            "again. A reason to look, no verdict ({n} teams are looked at)"
        ),
        "radar_answer_times": _(
            "seat {seat} is slow whenever a partner is. Stand beside them for some rounds: does one wait for a word? "
            "A reason to look, no verdict ({n} teams are looked at)"
        ),
        "radar_pace": _(
            "plays so much faster than the others that its further rounds do not count in the room. Does one person "
            "hold all seats?"
        ),
        "loophole_switch": _("Open"),
        "loophole_close": _("Close"),
        "done_open_loophole": _("It applies from the next round on."),
        "radar_act_alarm": _("Open the team"),
        "alarm_pace": _(
            "Plays so much faster than the others that its further rounds do not count in the room. Does one person "
            "hold all seats? You can leave the team out in its menu."
        ),
        "radar_alone": _("has nobody to play with"),
        "radar_timeouts": [
            _("seat {seat}: {n} round in a row without an answer"),
            _("seat {seat}: {n} rounds in a row without an answer"),
        ],
        "radar_silent": [
            _("seat {seat}: last answer {n} second ago"),
            _("seat {seat}: last answer {n} seconds ago"),
        ],
        "radar_one_device": _("all seats seem to be windows of one device: does one person play for all?"),
        "radar_act_one_device": _("Leave this team out"),
        "radar_act_alone": _("Find a partner"),
        "radar_act_timeouts": _("Free the seat"),
        "radar_act_silent": _("Skip the round"),
        "radar_taken_over": _("seat {seat} goes on with another phone, which scanned its card"),
        "radar_act_taken_over": _("Free the seat"),
        "radar_came_back": _("the phone of seat {seat} is not in use, and one without a seat is here: the same pupil?"),
        "radar_act_came_back": _("Give it the seat"),
        "radar_newcomers": _("Phones without a seat"),
        "radar_newcomer": _("{name}, here since {time}"),
        "radar_newcomer_unnamed": _("here since {time}"),
        "done_same_pupil": _("The pupil plays on with this phone."),
        "radar_name": _("was refused as a name"),
        "radar_act_name": _("Allow it"),
        "done_allow_name": _("The name is allowed now: let the team type it again."),
        "done_pair_up": _("They are a team now."),
        "guide_share": _("Show this page or the big screen to the room."),
        "guide_players": [_("{n} player is here."), _("{n} players are here.")],
        # By the number of seats.
        "guide_teams": {
            2: {
                "none": _("Two players make a team."),
                "complete": _("{n} complete"),
                "ready": [_("{n} pair is ready"), _("{n} pairs are ready")],
                "waiting": _("{pairs}, {n} without a partner: a team’s menu can give a bot."),
            },
            3: {
                "none": _("Three players make a team."),
                "complete": _("{n} complete"),
                "ready": [_("{n} team is ready"), _("{n} teams are ready")],
                "waiting": _("{pairs}, {n} incomplete: a team’s menu can give bots."),
            },
        },
        "guide_start": _("Press Start, or Enter on it. Late teams may still join."),
        # From the third place to the prizes.
        "podium": [
            _("Show the third place"),
            _("Show the second place"),
            _("Show the winner"),
            _("Show the prizes"),
        ],
        "guide_start_later": _("You can start now: teams are asked as they come."),
        "after": _("The game is over."),
        "after_continue": [
            _("The game is over. For {n} second more “Continue” takes the end back."),
            _("The game is over. For {n} seconds more “Continue” takes the end back."),
        ],
        "replay_play": _("Play on"),
        "replay_pause": _("Pause"),
        "replay_nobody": _("All teams played"),
        "done_show_replay": _("The big screen replays the game."),
        "done_end_replay": _("The big screen shows the end again."),
        "banned": [_("{n} banned player"), _("{n} banned players")],
        "banned_from": _("A player of {team}, banned at {time}"),
        "no_match": _("No team matches."),
        "log_empty": _("No round has closed in this run yet."),
        "log_failed": _("The log could not be loaded. It is tried again."),
        "log_answer": _("{question}: {answer}"),
        "log_no_answer": _("no answer"),
        "teams_shown": _("{n} of {of} teams"),
        "no_teams": _("No team yet. Show the code to the room."),
        "menu_of": _("Menu of {team}"),
        "grace": _("Last answers: {seconds} s left."),
    }
)
