"""What the script of the dashboard says; the page gets it as JSON.  {braces} are filled in by the browser."""

from django.utils.translation import gettext_lazy as _

from game.words import WATCH

DASHBOARD = WATCH | {
    "paired": _("{n} paired"),
    "present": _("{n} here"),
    "pace": _("{rate} a second"),
    "start": _("Start"),
    "pause": _("Pause"),
    "resume": _("Resume"),
    "lock": _("Lock lobby"),
    "unlock": _("Unlock lobby"),
    "click_again": _("Click again"),
    "armed": _("Click again to confirm."),
    "run": _("Run {run}"),
    "status_playing": _("playing"),
    "status_ready": _("ready"),
    "status_waiting": _("waiting"),
    "status_away": _("away"),
    "status_inactive": _("inactive"),
    "bot_letter": _("B"),
    "seat_connected": _("Seat {seat}: here"),
    "seat_idle": _("Seat {seat}: elsewhere"),
    "seat_away": _("Seat {seat}: away"),
    "seat_bot": _("Seat {seat}: bot"),
    "seat_free": _("Seat {seat}: free"),
    "done_start": _("The game runs."),
    "done_pause": _("The game is paused."),
    "done_resume": _("The game goes on."),
    "done_finish": _("No new questions. Open rounds may still be answered."),
    "done_reset": _("A new run has begun. The old one is kept."),
    "done_set_mode": _("The new mode applies from the next round on."),
    "done_set_theme": _("The new theme applies from the next round on."),
    "done_set_options": _("Saved."),
    "done_skip_round": _("The round is closed. It counts as lost."),
    "done_kick": _("The seat is free."),
    "alarms": [_("{n} thing to check"), _("{n} things to check")],
    "alarm_suspicion": _(
        "Better than quantum theory allows: check for talking or predictable questions. Luck is very unlikely."
    ),
    "alarm_signalling": _(
        "Seat {seat}: this player's answers depend on the partner's question. Can they see or hear each other?"
    ),
    "no_match": _("No team matches."),
    "no_teams": _("No team yet. Show the code to the room."),
    "menu_of": _("Menu of {team}"),
    "grace": _("Last answers: {seconds} s left."),
}
