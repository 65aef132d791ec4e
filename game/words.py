"""What the scripts of the pages say; the pages get it as JSON.  {braces} are filled in by the browser."""

from django.utils.translation import gettext_lazy as _

CONNECTION = {
    "connecting": _("Connecting…"),
    "connected": _("Connected."),
    "offline": _("Connection lost. Trying again. Saved answers are safe."),
    "as_of": _("Connection lost. Trying again. Numbers as of {time}."),
    "newer_tab": _("You are playing in a newer tab."),
    "not_allowed": _("The host has removed you from this game."),
    "not_a_host": _("Only the hosts of this game can open this page. Log in again."),
    "no_game": _("No game has this code. Check the big screen."),
    "unknown": _("–"),
}

PLAY = CONNECTION | {
    "free_2": _("empty"),
    "free_1": _("1 free"),
    "free_0": _("full"),
    "no_teams": _("No team is waiting yet. Create the first one."),
    "locked": _("The host has locked the lobby. Ask the host for a seat."),
    "finished_lobby": _("This game is over."),
    "seat": _("Seat {seat}"),
    "round": _("round {number}"),
    "alone": _("You have seat {seat}. Waiting for a partner."),
    "ready": _("You are both here. The host starts the game."),
    "start": _("Here we go: no talking, no peeking."),
    "next": _("The next question is coming."),
    "answer_now": _("Your turn."),
    "sending": _("Sending…"),
    "kept": _("Your answer is kept and sent when the connection is back."),
    "recorded": _("Saved. Waiting for your partner."),
    "recorded_bot": _("Saved. The bot is answering."),
    "paused": _("Paused. Your seat and question are kept."),
    "partner_away": _("Your partner is away. The seat is kept."),
    "too_late": _("That round has closed. Here is the next."),
    "seconds_left": _("{seconds} s left"),
    "grace": _("Last round: {seconds} s left."),
    "finished": _("The game is over. Thank you for playing."),
    "partner_connected": _("Partner here"),
    "partner_idle": _("Partner looks elsewhere"),
    "partner_gone": _("Partner away"),
    "partner_none": _("No partner yet"),
    "partner_bot": _("Partner is a bot"),
    "you": _("You {question} {answer}"),
    "partner": _("partner {question} {answer}"),
    "no_answer": _("no answer"),
    "score": _("{wins} of {scored}: {rate} % ({low} to {high})"),
    "score_none": _("No scored round yet."),
    "classical": _("any plan"),
    "quantum": _("quantum"),
    "limit": _("limit"),
    "rounds_played": _("Rounds played: {rounds}"),
    "wins": _("Wins"),
}

NUMBERS = {
    "wins": _("Wins"),
    "s": _("S"),
    "h": _("H"),
    "rules_kept": _("Rules kept"),
    "pairs_missing": _("Not known yet: a pair of questions has not come up."),
    "s_missing": _("Not known yet: {first} with {second} has not come up."),
    "none_yet": _("Not known yet: no round has closed."),
    "to": _("{low} to {high}"),
    "classical": _("any plan"),
    "quantum": _("quantum"),
    "limit": _("limit"),
    "evidence": _("{odds} : 1"),
    "over_a_million": _("over a million : 1"),
    "not_measured": _("not measured"),
    "chips": [_("none so far"), _("weak"), _("moderate"), _("strong"), _("very strong")],
    "pair": _("{first} with {second}"),
}

WATCH = (
    CONNECTION
    | NUMBERS
    | {
        "connected": _("Live."),
        "teams": [_("{n} team"), _("{n} teams")],
        "players": [_("{n} player"), _("{n} players")],
        "rounds": [_("{n} round"), _("{n} rounds")],
        "bots_only": _("Bots only"),
        "state_lobby": _("Lobby"),
        "state_running": _("Running"),
        "state_paused": _("Paused"),
        "state_finished": _("Finished"),
        "headline_wins": _("The room won {rate} %"),
        "headline_h": _("Rules kept {rate} %"),
        "headline_none": _("No round was played"),
        "finding_0": _("A plan could easily do this."),
        "finding_1": _("Evidence can fall again. Keep playing."),
        "finding_2": _("Evidence can fall again. Keep playing."),
        "finding_3": _("Hard for a plan: a quantum device, a slipped hint, or rare luck."),
        "finding_4": _("Hard for a plan: a quantum device, a slipped hint, or rare luck."),
    }
)
