"""Sentences for messages that are refused; a Refusal of the lobby brings its own."""

from django.utils.translation import gettext_lazy as _

REFUSALS = {
    "not_yours": _("This is not your round."),
    "closed": _("That round has closed. Here is the next."),
    "paused": _("Paused. Your seat and question are kept."),
    "busy": _("The server is busy. Your answer is not saved yet: try again."),
    "no_room": _("The server's disk is full, so this is not saved: tell whoever leads the game or runs the server."),
    "no_answer": _("This is not an answer to your question."),
    "broken": _("The server could not save this answer."),
    "too_early": _("The page is still connecting. Try again."),
    "too_large": _("This message is too large."),
    "too_many": _("Too many messages: slow down."),
    "too_fast": _("Too many taps: wait a second, then try again."),
    "not_text": _("Only text messages are understood here."),
    "not_understood": _("This message is not understood."),
    "failed": _("Something went wrong here. Try again."),
}
