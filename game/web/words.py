"""What the scripts of the pages say; the pages get it as JSON.  {braces} are filled in by the browser."""

from django.utils.translation import gettext_lazy as _

CONNECTION = {
    "connecting": _("Connecting…"),
    "connected": _("Connected."),
    "offline": _("Connection lost. Trying again. Saved answers are safe."),
    "as_of": _("Connection lost. Trying again. Numbers as of {time}."),
    "slowed": _("The server is busy: until {time} the numbers come every 2 s. No answer is lost."),
    "newer_tab": _("You are playing in a newer tab."),
    "removed": _("The host has freed your seat. You may join again."),
    "not_allowed": _("The host has removed you from this game."),
    "no_cookie": _("The game knows you by a cookie. Allow cookies for this page, then load it again."),
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
    "free_2": _("empty"),
    "free_1": _("1 free"),
    "free_0": _("full"),
    "no_teams": _("No team is waiting yet. Create the first one."),
    "locked": _("This game is locked. Ask the host for a seat."),
    "game_full": _("This game is full. Ask the host for a seat."),
    "finished_lobby": _("This game is over."),
    "join": _("Join"),
    "seat": _("Seat {seat}"),
    "round": _("round {number}"),
    "alone": _("You have seat {seat}. Waiting for a partner."),
    "ready": _("You are both here. The host starts the game."),
    "start": _("Here we go: no talking, no peeking."),
    "next": _("The next question is coming."),
    "done": _("You have played all rounds."),
    "answer_now": _("Your turn."),
    "sending": _("Sending…"),
    "kept": _("Your answer is kept and sent when the connection is back."),
    "recorded": _("Saved. Waiting for your partner."),
    "recorded_bot": _("Saved. The bot is answering."),
    "paused": _("Paused. Your seat and question are kept."),
    "partner_away": _("Your partner is away. The seat is kept."),
    "partner_looks_away": _("Your partner is looking elsewhere. The game goes on when they are back."),
    "too_late": _("That round has closed. Here is the next."),
    "seconds_left": _("{seconds} s left"),
    "grace": _("Last round: {seconds} s left."),
    "finished": _("The game is over. Thank you for playing."),
    "partner_connected": _("Partner here"),
    "partner_idle": _("Partner is looking elsewhere"),
    "partner_gone": _("Partner away"),
    "partner_none": _("No partner yet"),
    "partner_bot": _("Partner is a bot"),
    "you": _("You {question} {answer}"),
    "partner": _("partner {question} {answer}"),
    "no_answer": _("no answer"),
    "score": _("{wins} of {scored}: {rate} % ({low} to {high})"),
    "score_none": _("No scored round yet."),
    "score_hardy": _("Miracles {miracles}, rules kept {kept}"),
    "as_of_time": _("as of {time}"),
    "percent": _("{percent} %"),
    "prediction_kept": _("Saved. You can change it until the game starts."),
}

NUMBERS = {
    "wins": _("Wins"),
    "s": _("S"),
    "h": _("H"),
    "rules_kept": _("Rules kept"),
    "pairs_missing": _("Not known yet: a pair of questions has not come up."),
    "s_missing": _("Not known yet: {first} with {second} has not come up."),
    "none_yet": _("Not known yet: no round is counted so far."),
    "to": _("{low} to {high}"),
    "classical": _("any plan"),
    "quantum": _("quantum"),
    "limit": _("limit"),
    "evidence": _("{odds} : 1"),
    "over_a_million": _("over a million : 1"),
    "under_hundredth": _("under 0.01 : 1"),
    "not_measured": _("not measured"),
    "chips": [_("none so far"), _("weak"), _("moderate"), _("strong"), _("very strong")],
    "pair": _("{first} with {second}"),
    "s_parts": _("S1 {s1} {s1_interval}, S2 {s2} {s2_interval}"),
    "miracles": _("Miracles {rate} %"),
    "award_evidence": _("most evidence"),
    "award_consistency": _("most consistent"),
    "award_both": _("evidence and consistency"),
}

EXPLAIN = {
    "chsh": {
        "plan_title": _("Why no plan wins more than 75 %"),
        "plan": [
            _(
                "A plan fixes before each round what the first player answers to {A} and to {B}, and what the second "
                "answers to {X} and to {Y}. Can it win with all four pairs of questions?"
            ),
            _(
                "Three pairs need the same answers: {A} with {X}, {X} with {B}, {A} with {Y}. Walk round the loop: "
                "then {B} and {Y} have the same answers too. But these two must differ. So every plan loses at least "
                "one pair of four."
            ),
            _(
                "The four pairs come by chance, each equally often: 3 wins in 4, which is 75 % on average. Tossing "
                "coins or changing the plan every round does not help, because each single round still follows one "
                "such plan. Luck can lift a team above 75 % for a while, but not for long."
            ),
            _(
                "Only two things were used: an answer does not depend on the question that the partner gets, and the "
                "questions are drawn by chance. This is Bell’s argument of 1964, in the form of Clauser, Horne, "
                "Shimony and Holt (1969)."
            ),
        ],
        "quantum_title": _("Why quantum reaches 85.4 %"),
        "quantum": [
            _(
                "Let the players share two entangled photons, one each. Measured along the same direction, their "
                "polarisations always agree. Each player measures along a direction that belongs to the question, and "
                "answers with the result."
            ),
            _(
                "Along two directions with an angle θ between them, the results agree with probability cos² θ. In the "
                "picture {A} and {X}, {X} and {B}, {A} and {Y} are 22.5° apart: they agree in cos² 22.5° = 85.4 % of "
                "rounds. Between {B} and {Y} there are 67.5°: they differ in sin² 67.5° = 85.4 %."
            ),
            _(
                "So each of the four pairs is won in 85.4 % of rounds, more than any plan can. It is also all that "
                "quantum theory allows: the limit (2 + √2) / 4 was found by Tsirelson in 1980."
            ),
            _(
                "No message passes between the players. Each player’s answers alone look like tosses of a fair coin, "
                "whatever the partner is asked. But the two results cannot have been fixed beforehand: then they would "
                "be a plan, and a plan stops at 75 %."
            ),
        ],
    },
    "hardy": {
        "plan_title": _("Why a plan that keeps the rules sees no miracle"),
        "plan": [
            _("Suppose that by your plan both of you would say Green in some round. That would be a miracle."),
            _(
                "Now suppose that only one of you is asked the food. The partner still says Green, because nobody "
                "hears the other’s question. Green must meet Peas, so the plan must say Peas. The same holds the other "
                "way round."
            ),
            _(
                "So in this round both would say Peas if both were asked the food, and that is forbidden. A plan "
                "that keeps every rule never shows a miracle, and a plan with miracles breaks a rule at least as often."
            ),
        ],
        "quantum_title": _("Why quantum sees one in 12 colour rounds"),
        "quantum": [
            _(
                "Let the players share two particles in the state (|cp⟩ + |pc⟩ − |cc⟩) / √3, where p is Peas and c is "
                "Carrots. It has no part |pp⟩, so two Peas never come."
            ),
            _(
                "Green is the superposition (|p⟩ + |c⟩) / √2, Red is (|p⟩ − |c⟩) / √2. If one player finds Green, the "
                "two parts with Carrots for the partner cancel, as waves do, and only |p⟩ is left: Green always meets "
                "Peas."
            ),
            _(
                "Yet both find Green with the amplitude 1 / √12: in one of 12 rounds in which both are asked for the "
                "colour. Every rule is kept and miracles happen. Hardy found this in 1992; the best state of two "
                "particles shows 9 % miracles."
            ),
            _("No message passes between the players. But their answers cannot have been fixed beforehand."),
        ],
    },
}

RESULTS = {
    "results_loading": _("Counting the last rounds…"),
    "results_hidden": _("The host shows the results on the big screen."),
    "results_empty": _("Not known yet: no round is counted so far."),
    "headline_won": _("{wins} of {scored} rounds won"),
    "headline_miracles": _("of the colour rounds were miracles"),
    "headline_interval": _("({low} to {high} %)"),
    "findings": [
        _("A plan could easily do this."),
        _("A plan needs some luck for this."),
        _("A plan needs much luck for this."),
        _("Hard for a plan: a quantum device, a slipped hint, or rare luck."),
        _("Hard for a plan: a quantum device, a slipped hint, or rare luck."),
    ],
    "prediction": _("Guess"),
    "fact_prediction": _("Your guess of the best possible"),
    "fact_plan": _("A plan, at most on average"),
    "fact_quantum": _("A quantum device, at most on average"),
    "fact_own": _("Your team"),
    "fact_miracles": _("Your miracles, of the colour rounds"),
    "fact_miracles_plan": _("Miracles of a plan that keeps every rule"),
    "fact_miracles_quantum": _("Miracles of a quantum device"),
    "fact_kept": _("Rules that you kept"),
    "about_s": _("How well your answers fit over four question pairs. A plan averages 2 at most, quantum 2.83."),
    "about_h": _("Miracles minus broken rules. A plan averages 0 at most, this quantum device 0.08."),
    "plan_found": _("{fits} of {rounds} rounds fit this plan."),
    "plan_mirrored": _("{fits} of {rounds} rounds fit this plan or its exact opposite."),
    "plan_wins": _("It wins with {won} of {pairs} pairs of questions."),
    "plan_few": _("Not known yet: it takes {least} rounds with both answers."),
    "plan_none": _(
        "No fixed plan fits your answers: you changed it, tossed coins, or had something better than a plan."
    ),
    "plan_you": _("You"),
    "plan_partner": _("Partner"),
    "pair_hits": _("{hits} of {rounds}"),
    "pair_rounds": [_("{n} round"), _("{n} rounds")],
    "goal_same": _("same"),
    "goal_differ": _("differ"),
    "goal_none": _("not scored"),
    "goal_AA": _("miracle"),
    "goal_AX": _("Green meets Peas"),
    "goal_XA": _("Green meets Peas"),
    "goal_XX": _("never two Peas"),
    "rounds_note": _("The last {shown} of {played} rounds."),
    "explain": EXPLAIN,
}

PLAY = PLAYING | NUMBERS | RESULTS

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
        "headline_h": _("Miracles {miracles} %, rules kept {rate} %"),
        "headline_none": _("No round was played"),
        "finding_0": _("A plan could easily do this."),
        "finding_1": _("Evidence can fall again. Keep playing."),
        "finding_2": _("Evidence can fall again. Keep playing."),
        "finding_3": _("Hard for a plan: a quantum device, a slipped hint, or rare luck."),
        "finding_4": _("Hard for a plan: a quantum device, a slipped hint, or rare luck."),
    }
)
