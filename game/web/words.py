"""What the scripts of the pages say; the pages get it as JSON.  {braces} are filled in by the browser."""

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from game.games.verdicts import LUCKIEST, STEP_WORDS, THE_BET, VERDICTS
from game.lesson.words import ON_PHONES, ON_SCREENS
from game.physics.designs import QUBITS

CONNECTION = {
    "connected": _("Connected."),
    "offline": _("Connection lost. Trying again. Saved answers are safe."),
    "no_network": _("You are offline. Saved answers are safe."),
    "blocked": _("This network blocks live connections. Trying another way."),
    "by_requests": _("This network blocks live connections. The game goes on by ordinary requests, a little slower."),
    "as_of": _("Connection lost. Trying again. Numbers as of {time}."),
    "slowed": _("The server is busy: until {time} the numbers come every 2 s. No answer is lost."),
    "newer_tab": _("You are playing in a newer tab."),
    "removed": _("The host has freed your seat. You may join again."),
    "not_allowed": _("The host has removed you from this game."),
    "no_cookie": _("The game knows you by a cookie. Allow cookies for this page, then load it again."),
    "use_https": _(
        "This browser knows this address by https, and sends its cookies nowhere else. Put https:// before the address."
    ),
    "other_address": _(
        "This page was opened by another address than the server expects. Use the one on the big screen."
    ),
    "not_a_host": _("Only the hosts of this game can open this page. Log in again."),
    "no_game": _("No game has this code. Check the big screen."),
    "too_many_tabs": _("Too many windows of this game are open. Close one, then load this page again."),
    "full": _("The server is full. Trying again."),
    "unknown": _("–"),
}

PLAYING = CONNECTION | {
    "free_all": _("empty"),
    "free": [_("1 free"), _("{n} free")],
    "beside": _("I sit next to my partner"),
    "beside_hint": _("One phone shows a number, the other types it."),
    "find_one": _("Find me one"),
    "find": _("Find me a partner"),
    "invited": _("Play with {team}?"),
    "invited_gone": _("This team is full or gone. Choose below."),
    "card_taking": _("Taking the seat of your card…"),
    "number_wanted": _("Type the number that your partner’s phone shows."),
    "locked": _("This game is locked. Ask the host for a seat."),
    "game_full": _("This game is full. Ask the host for a seat."),
    "finished_lobby": _("This game is over."),
    "no_team_waits": _("No team is waiting yet."),
    "no_team_found": _("No team with a free seat has this name or number."),
    "join": _("Join"),
    "seat": _("Seat {seat}"),
    "round": _("round {number}"),
    "round_of": _("{number} of {limit}"),
    "alone": _("You are {team}. Waiting for your partner."),
    "alone_more": _("You are {team}. Waiting for {free} partners."),
    "ready": _("You are both here. The host starts the game."),
    "found": _("You are {team}: raise your hand, find each other."),
    "found_named": _("You are {team}: raise your hand, find {names}."),
    "start": _("Here we go: no talking, no peeking."),
    "next": _("The next question is coming."),
    "done": _("Done: {wins} of {scored}. Look at the big screen."),
    "done_all": _("Done: all {limit} rounds played. Look at the big screen."),
    "playing": [_("{n} team still plays."), _("{n} teams still play.")],
    "playing_none": _("All teams are done."),
    "answer_now": _("Your turn."),
    # The telephone of the loophole lab.
    "told": _("Seat {seat} is asked: {question}"),
    "sending": _("Sending…"),
    "kept": _("Your answer is kept and sent when the connection is back."),
    "recorded": _("Saved. Waiting for your partner."),
    "recorded_bot": _("Saved. The bot is answering."),
    "paused": _("Paused. Your seat and question are kept."),
    "partner_away": _("Your partner is away. The seat is kept."),
    "partner_looks_away": _("Your partner is looking elsewhere. The game goes on when they are back."),
    "seconds_left": _("{seconds} s left"),
    "grace": _("Last round: {seconds} s left."),
    "finished": _("The game is over. Thank you for playing."),
    "partner_states": {
        "connected": _("Partner here"),
        "idle": _("Partner is looking elsewhere"),
        "away": _("Partner away"),
        "none": _("No partner yet"),
        "bot": _("Partner is a bot"),
    },
    "partner_named": {
        "connected": _("{name} is your partner"),
        "idle": _("{name} is looking elsewhere"),
        "away": _("{name} is away"),
    },
    "first_name_kept": _("Kept."),
    "seat_states": {
        "connected": _("Seat {seat} here"),
        "idle": _("Seat {seat} is looking elsewhere"),
        "away": _("Seat {seat} away"),
        "none": _("Seat {seat} is free"),
        "bot": _("Seat {seat} is a bot"),
    },
    "you": _("You {question} {answer}"),
    "partner": _("partner {question} {answer}"),
    "seat_said": _("seat {seat} {question} {answer}"),
    "no_answer": _("no answer"),
    "won_count": _("{wins} of {scored} won"),
    "streak": _("{n} won in a row"),
    "streak_all": _("the last {n} all won"),
    "dots": _("Your last rounds: {rounds}"),
    "dot_kinds": {"won": _("won"), "lost": _("lost"), "none": _("not scored"), "late": _("closed early")},
    "said": {"won": _("Won."), "lost": _("Lost."), "none": _("Not scored.")},
    "said_count": _("{wins} of {scored}."),
    "score_none": _("No scored round yet."),
    "as_of_time": _("as of {time}"),
    "percent": _("{percent} %"),
    "practice_about": _(
        "Only on this phone: nothing is stored and nothing counts. Your phone plays your partner, by a plan that it "
        "made up."
    ),
    "practice_start": _("Try a round"),
    "practice_next": _("Another practice round"),
    "practice_wanted": _("Wanted: {wanted}."),
    "prediction_kept": _("Saved. You can change it until the game starts."),
}

# What is said instead in teams of three.
WITH_PARTNERS = {
    "beside": _("I sit next to my partners"),
    "beside_hint": _("One phone shows a number, the others type it."),
    "find_one": _("Find me a team"),
    "find": _("Find me a team"),
    "practice_about": _(
        "Only on this phone: nothing is stored and nothing counts. Your phone plays your partners, by a plan that it "
        "made up."
    ),
    "ready": _("You are all here. The host starts the game."),
    "recorded": _("Saved. Waiting for your partners."),
    "recorded_bot": _("Saved. The bots are answering."),
    "partner_away": _("A partner is away. The seat is kept."),
    "partner_looks_away": _("A partner is looking elsewhere. The game goes on when they are back."),
    "plan_few": _("Not known yet: it takes {least} rounds with all answers."),
    "plan_wins": _("It wins with {won} of {pairs} ways to be asked."),
    "contexts": _("Ways to be asked"),
    "contexts_seats": _("Seats 1, 2 and 3"),
}

NUMBERS = {
    "estimates": {
        "win_rate": _("Wins"),
        "chsh": _("S"),
        "chsh_1": _("S1"),
        "chsh_2": _("S2"),
        "hardy": _("H"),
        "miracles": _("Miracles"),
        "rule_keeping": _("Rules kept"),
        "trace": _("In step"),
        "prediction": _("Guess"),
    },
    # By the key of the reference.
    "experiments": {
        "delft_2015": _("Delft 2015"),
        "delft_2016": _("Delft 2016"),
        "munich_2017": _("Munich 2017"),
        "eth_2023": _("ETH Zurich 2023"),
    },
    "experiments_told": {
        "delft_2015": _(
            "Two electrons in diamonds, 1.3 km apart: the first experiment in which no detector missed a round and no "
            "signal was fast enough to help."
        ),
        "delft_2016": _("The same diamonds, in a second run of more rounds."),
        "munich_2017": _("Two single atoms, 400 m apart, held by light."),
        "eth_2023": _("Two superconducting circuits, joined by a tube of 30 m, colder than space: a million rounds."),
    },
    "pairs_missing": _("Not known yet: a pair of questions has not come up."),
    "s_missing": _("Not known yet: {first} with {second} has not come up."),
    "context_missing": _("Not known yet: {questions} has not come up."),
    "none_yet": _("Not known yet: no round is counted so far."),
    "to": _("{low} to {high}"),
    "classical": _("best plan"),
    "quantum": _("quantum"),
    "no_message": _("no message"),
    "evidence": _("{odds} : 1"),
    "over_a_million": _("over a million : 1"),
    "under_hundredth": _("under 0.01 : 1"),
    # Odds of these powers of ten and between them are written as numbers.
    "powers_written": [-2, 6],
    "not_measured": _("not measured"),
    "chips": STEP_WORDS,
    "verdicts": VERDICTS,
    "the_bet": THE_BET,
    "unanswered": [_("{n} round not answered by all"), _("{n} rounds not answered by all")],
    "waiting": [
        _("{n} more round closed: rounds count from {seconds} s after they were asked"),
        _("{n} more rounds closed: rounds count from {seconds} s after they were asked"),
    ],
    "delay_seconds": settings.EVIDENCE_DELAY_SECONDS,
    "pair": _("{first} with {second}"),
    "award_evidence": _("most evidence"),
    "award_consistency": _("most consistent"),
    "award_both": _("evidence and consistency"),
}

RESULTS = {
    "results_qubits": _("With borrowed qubits, apart from these: {wins} of {scored} rounds won."),
    "results_loading": _("Counting the last rounds…"),
    "results_hidden": _("The host shows the results on the big screen."),
    "results_empty": _("Not known yet: no round is counted so far."),
    "headline_count": _("{wins} of {scored}"),
    "headline_won": _("rounds won: {rate}"),
    "headlines": {"miracles": _("miracles, of the rounds in which both were asked the colour")},
    "headline_interval": _("({low} to {high} %)"),
    "best_plan": _("The best plan there is."),
    "places": [
        [_("1st of {n} team"), _("1st of {n} teams")],
        [_("2nd of {n} team"), _("2nd of {n} teams")],
        [_("3rd of {n} team"), _("3rd of {n} teams")],
    ],
    "place": [_("Place {place} of {n} team"), _("Place {place} of {n} teams")],
    "fact_prediction": _("Your guess of the best possible"),
    "facts": {
        "win_rate": {
            "classical": _("The best plan, on average"),
            "quantum": _("A quantum device, on average"),
            "own": _("Your team"),
        },
        "miracles": {
            "classical": _("Miracles of a plan that keeps every rule"),
            "quantum": _("Miracles of a quantum device"),
            "own": _("Your miracles, of the rounds in which both were asked the colour"),
        },
        "rule_keeping": {"own": _("Rules that you kept")},
    },
    "about": {
        "chsh": _(
            "How well your answers fit over four question pairs; a round without both answers counts against you. The "
            "best plan averages 2, quantum 2.83."
        ),
        "hardy": _("Miracles minus broken rules. The best plan averages 0, this quantum device 0.08."),
    },
    "plan_found": _("{fits} of {rounds} rounds fit this plan."),
    "plan_mirrored": _("{fits} of {rounds} rounds fit this plan or its exact opposite."),
    "plan_wins": _("It wins with {won} of {pairs} pairs of questions."),
    "plan_few": _("Not known yet: it takes {least} rounds with both answers."),
    "plan_none": _(
        "No fixed plan fits your answers: you changed it, tossed coins, or had something better than a plan."
    ),
    "plan_limit": _("No plan wins more than {percent} % on average: see below why."),
    "plan_question": _("Question"),
    "plan_you": _("You"),
    "plan_partner": _("Partner"),
    "contexts": _("Pairs of questions"),
    "contexts_seats": _("Seats 1 and 2"),
    "pair_hits": _("{hits} of {rounds}"),
    "pair_rounds": [_("{n} round"), _("{n} rounds")],
    "goal_same": _("same"),
    "goal_none": _("not scored"),
    "rounds_note": _("The last {shown} of {played} rounds."),
}

PLAY = PLAYING | NUMBERS | RESULTS | ON_PHONES | {"with_partners": WITH_PARTNERS}

CLASS = {key: CONNECTION[key] for key in ("connected", "offline", "as_of")}

# What is open in the loophole lab.
LOOPHOLES = {
    "telephone": _("Loophole open: telephone"),
    "pass": _("Loophole open: pass"),
    "deck": _("Loophole open: deck"),
    "memory": _("Loophole open: memory"),
}
# What rounds are called that stand apart from the class's own, by their design.
APART = LOOPHOLES | {QUBITS: _("Rounds with borrowed qubits")}
WATCH = (
    CONNECTION
    | NUMBERS
    | ON_SCREENS
    | {
        "connected": _("Live."),
        "teams": [_("{n} team"), _("{n} teams")],
        "players": [_("{n} player"), _("{n} players")],
        "rounds": [_("{n} round"), _("{n} rounds")],
        "bots_only": _("Bots only"),
        "loopholes": LOOPHOLES,
        "apart": APART,
        "results_qubits": RESULTS["results_qubits"],
        "seal": _("Seal of the questions: {seal}"),
        "state_lobby": _("Lobby"),
        "state_running": _("Running"),
        "state_paused": _("Paused"),
        "state_finished": _("Finished"),
        # By the key of the estimate: those that the game has stand side by side.
        "headlines": {
            "miracles": _("Miracles {rate} %"),
            "rule_keeping": _("rules kept {rate} %"),
        },
        "headline_none": _("No round was played"),
        "headline_first": _("The first rounds are being played"),
        "qubits_none": _("no round yet"),
        "qubits_of": _("{wins} of {scored} rounds"),
        "together": _("Together you won {wins} of {scored} rounds"),
        "wall_holds": _("Nobody is past the wall for certain yet"),
        "wall_held": _("Nobody is past the wall for certain"),
        "wall_passed": _("{team}: {odds} against every plan"),
        "wall_passed_by": [_("{n} team has passed the wall"), _("{n} teams have passed the wall")],
        "wall_line": _("best plan {share} %"),
        "quantum_line": _("quantum {share} %"),
        "all_together": _("all together {share} %"),
        "moment_over": _("{team} passed the wall!"),
        "moment_leader": _("{team} took the lead"),
        "moment_done": _("All teams have played all rounds"),
        "sounds_on": _("Sounds are on"),
        "sounds_off": _("Sounds are off"),
        "prize_rounds": _("Most rounds"),
        "prize_plan": _("Best plan"),
        "prize_guess": _("Closest guess"),
        "and_more": _("{names} and {n} more"),
        "percent": _("{percent} %"),
        "replay_loading": _("The replay is being made."),
        "replay_empty": _("No round is left to replay."),
        "replay_at": _("Replay {speed} ×: {now} of {end}"),
        "replay_still": _("Replay stopped: {now} of {end}"),
        "replay_without": _("without {team}"),
        "replay_a_team": _("one team"),
        "replay_limit": _("if the best plan won {share} %"),
        "replay_evidence": _("evidence {odds}"),
        "replay_thick_and_thin": _("thick: all together, {room} · thin: each team"),
        "luckiest": LUCKIEST,
        "luck": _("The first of {n} teams is also the luckiest."),
    }
)
