"""What the script of the dashboard says; the page gets it as JSON.  {braces} are filled in by the browser."""

from django.utils.translation import gettext_lazy as _

from game.web.words import WATCH

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
    "status_done": _("done"),
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
    "done_skip_round": _("The round is closed. It counts like one whose time is up."),
    "done_kick": _("The seat is free. The player may join again."),
    "done_ban": _("The seat is free. The player cannot come back until you allow it."),
    "done_allow_back": _("The player may join again."),
    "done_rename_team": _("The team has its new name."),
    "done_give_bot": _("The bot has taken the seat."),
    "alarms": [_("{n} thing to check"), _("{n} things to check")],
    "alarm_suspicion": _(
        "Better than quantum theory allows: check for talking or predictable questions. Luck is very unlikely."
    ),
    "alarm_signalling": _(
        "Seat {seat}: this player's answers depend on the partner's question. Can they see or hear each other?"
    ),
    "guide_share": _("Show this page or the big screen to the room."),
    "guide_players": [_("{n} player is here."), _("{n} players are here.")],
    "guide_pairs": _("Two players make a team."),
    "guide_paired": [_("{n} pair is ready"), _("{n} pairs are ready")],
    "guide_alone": _("{pairs}, {n} without a partner: a team’s menu can give a bot."),
    "guide_start": _("Press Start, or Enter on it. Late pairs may still join."),
    "guide_start_later": _("You can start now: pairs are asked as they come."),
    "after": _("The game is over."),
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

# Of every number in the details: its name, and what it means.
FACTS = {
    "rounds": [
        _("Rounds"),
        _(
            "Closed rounds. Without both answers a scored round counts as lost, and in AQM Joe a round costs a point; "
            "for S and H it is left out."
        ),
    ],
    "win_rate": [
        _("Win rate"),
        _(
            "Won rounds of scored rounds. A plan wins 75 % at most on average, a quantum device 85.4 %. Bars like this "
            "catch the true value about 19 times in 20 (Wilson). Clopper-Pearson guarantees at least that."
        ),
    ],
    "s": [
        _("S"),
        _(
            "How well the answers fit over four question pairs: E of AX, AY and BX minus E of BY, where E is +1 for "
            "always the same and −1 for always different. A plan averages 2 at most, quantum 2.83."
        ),
    ],
    "s_mean": [
        _("S, mean of S1 and S2"),
        _(
            "The classic game has two values of S that do not share an answer, and this is their mean. Adding AX and "
            "XA into one pair would be wrong: a plan could then show 4."
        ),
    ],
    "s1": [_("S1"), _("S of the rounds in which seat 1 was asked A or B, and seat 2 X or Y.")],
    "s2": [_("S2"), _("S of the rounds in which seat 1 was asked X or Y, and seat 2 A or B.")],
    "s_win": [
        _("S from wins"),
        _(
            "8 times the win rate minus 4. It equals S when all pairs came equally often and all rounds were answered, "
            "and is known from the first round on."
        ),
    ],
    "evidence": [
        _("Evidence"),
        _(
            "How strongly results speak against any plan. With plans alone, at most about 1 team in 20 ever reaches "
            "20, and 1 in 100 reaches 100, however long everybody watches. Steps: 3 weak, 10 moderate, 20 strong, 100 "
            "very strong. Evidence can fall again."
        ),
    ],
    "further": [
        _("Expected further rounds to 100\u00a0:\u00a01"),
        _("If the team goes on like this. A dash where it does not win often enough."),
    ],
    "p_local": [
        _("p, length fixed"),
        _(
            "The chance that the best plan does at least as well. It may be quoted only if the number of rounds was "
            "announced before the game."
        ),
    ],
    "h": [
        _("H"),
        _(
            "The rate of miracles (both Green) minus the three rates of broken rules. A plan reaches 0 at most on "
            "average, this game’s quantum state 0.083, the best quantum state 0.207."
        ),
    ],
    "score": [
        _("Score"),
        _("+1 for a miracle, −1 for a broken rule or a round without both answers. A plan averages 0 at most."),
    ],
    "miracles": [
        _("Miracles"),
        _(
            "Both Green, of the answered rounds in which both were asked the colour. Whoever keeps all the rules with "
            "answers decided in advance never shows one; the quantum state shows one in 12 such rounds."
        ),
    ],
    "rule_keeping": [
        _("Rules kept"),
        _("Of the other answered rounds: Green met Peas, and two foods were not both Peas."),
    ],
    "teams": [_("Teams in these numbers"), _("Teams of people; teams of bots only where nobody else plays.")],
    "evidence_pooled": [
        _("Evidence, pooled"),
        _(
            "All rounds as if one team had played them: the strongest number of the room. It assumes that no team "
            "hears another team’s current question. Steps: 3 weak, 10 moderate, 20 strong, 100 very strong."
        ),
    ],
    "evidence_mean": [
        _("Evidence, mean of the teams"),
        _("The mean of the teams’ own evidence: valid even if teams hear each other’s current questions."),
    ],
    "declared": [
        _("Declared teams"),
        _(
            "Teams that may be called better than any plan, corrected for picking the best of many: on average at most "
            "5 % of such calls are false (e-BH)."
        ),
    ],
    "trace": [
        _("Same question"),
        _(
            "Mean agreement when both got the same question: 1 always the same, −1 always different. It is not scored "
            "and is no test of plans: they reach 1 too."
        ),
    ],
    "suspicion": [
        _("Better than quantum"),
        _(
            "Evidence that the team wins more than quantum theory allows. It asks for attention from 1000 times the "
            "number of teams on: check for talking, lost rounds or predictable questions."
        ),
    ],
    "strategy": [
        _("Plan"),
        _(
            "The table of answers that most rounds follow, named from 12 rounds on if at least 80 % (AQM Joe: 90 %) "
            "follow it and no other table comes near. A table and its exact opposite by turns are named from 30 rounds "
            "on if all follow. A quantum pair stays unclear, but for about 1 in 50 after few rounds."
        ),
    ],
    "response": [
        _("Seat {seat}: time to answer"),
        _(
            "The middle one of the times from question to answer in closed rounds; half of them lie within the "
            "brackets."
        ),
    ],
    "pairs": [
        _("Question pairs"),
        _(
            "Seat 1’s question on the left, seat 2’s above. E is +1 for always the same answer and −1 for always "
            "different, with its interval and the number of answered rounds. Hatched: not answered yet."
        ),
    ],
    "balance": [
        _("Balance of answers"),
        _(
            "1 for as many True as False to a question, 0 for always the same. A fair coin shows less than 1 after few "
            "throws: the column Fair coin = 1 corrects for that. Balance does not say whether quantum is at work."
        ),
    ],
    "checks": [
        _("Does an answer depend on the partner’s question?"),
        _(
            "The partner’s question is a coin that the player cannot know: answer and coin agree half of the time, "
            "whatever the plan. If the evidence is strong, ask: can they see or hear each other?"
        ),
    ],
    "history": [
        _("Over time"),
        _(
            "A point every 10 rounds of a team, every 5 s of the room. The lines: evidence 1 and 20, and the limits of "
            "S."
        ),
    ],
}

DETAILS = {
    "facts": FACTS,
    "what_is": _("What is this: {name}"),
    "details_room": _("The whole room"),
    "details_failed": _("The details could not be loaded. They are tried again with the next change."),
    "details_none": _("No round has closed yet in this mode. The numbers come with the first one."),
    "about": _("Run {run}, {mode}"),
    "mode_simplified": _("simplified"),
    "mode_classic": _("classic"),
    "mode_aqmjoe": _("AQM Joe"),
    "unanswered": [_("{n} without both answers"), _("{n} without both answers")],
    "of_scored": _("{wins} of {scored} scored rounds"),
    "clopper_pearson": _("Clopper-Pearson {low} to {high} %"),
    "identified": _("S can be {low} to {high}: not every pair was answered yet"),
    "assumption": _("assumes that no team hears another team’s current question"),
    "p_anytime": _("p, watched all along: {p}"),
    "p_after": _("p after the end: {p}"),
    "below": _("< {p}"),
    "why_quota": _("Under this design the questions can be predicted: evidence would mean nothing."),
    "why_adaptive": _("The questions were not uniform: only the evidence, which knows their chances, is valid."),
    "plus_minus": _("{plus} miracles, {minus} broken or without both answers"),
    "seconds": _("{n} s"),
    "strategy_none": _("not clear yet"),
    "strategy_seat": _("seat {seat}: {answers}"),
    "strategy_answer": _("{question} {answer}"),
    "strategy_fit": _("in {fit} % of {n} answered rounds"),
    "strategy_mirrored": _("this, or exactly the opposite, {fit}"),
    "answer_words": [_("True"), _("False")],
    "items_aqmjoe": {"A": _("colour"), "X": _("food")},
    "answers_aqmjoe": {"A": [_("Green"), _("Red")], "X": [_("Peas"), _("Carrots")]},
    "seat_question": _("Seat {seat}: {question}"),
    "question_kind": _("{question} ({kind})"),
    "bot": _("bot"),
    "pair_seats": _("Seat 1, seat 2"),
    "goal_same": _("same"),
    "goal_differ": _("differ"),
    "goal_none": _("not scored"),
    "pair_goal": _("goal: {goal}"),
    "split": _("{one} or {other}"),
    "agreements": _("{n} of {rounds}"),
    "curve_evidence": _("Evidence over time; its numbers stand in the table below."),
    "curve_s": _("{name} over time; its numbers stand in the table below."),
}

DASHBOARD |= DETAILS

# What a printed report says besides.
REPORT = {
    "report_of_room": _("The room"),
    "report_none": _("No round has closed: there is nothing to report yet."),
    "report_counting": _("The last rounds are being counted. This page follows in a moment."),
    # The finding in one sentence, by the step of the evidence.
    "found": [
        _("{who} won {rate} % of {n} rounds. A plan could easily do this: {odds} against any plan."),
        _("{who} won {rate} % of {n} rounds: weak evidence against any plan, {odds}."),
        _("{who} won {rate} % of {n} rounds: moderate evidence against any plan, {odds}."),
        _("{who} won {rate} % of {n} rounds: strong evidence against any plan, {odds}."),
        _("{who} won {rate} % of {n} rounds: very strong evidence against any plan, {odds}."),
    ],
    # The rules alone are no evidence: always Red and Carrots keeps them all.
    "found_h": [
        _(
            "{who} saw miracles in {miracles} % of colour rounds and kept {rate} % of the rules, {n} rounds in all. "
            "A plan could easily do this: {odds} against any plan."
        ),
        _(
            "{who} saw miracles in {miracles} % of colour rounds and kept {rate} % of the rules, {n} rounds in all: "
            "weak evidence against any plan, {odds}."
        ),
        _(
            "{who} saw miracles in {miracles} % of colour rounds and kept {rate} % of the rules, {n} rounds in all: "
            "moderate evidence against any plan, {odds}."
        ),
        _(
            "{who} saw miracles in {miracles} % of colour rounds and kept {rate} % of the rules, {n} rounds in all: "
            "strong evidence against any plan, {odds}."
        ),
        _(
            "{who} saw miracles in {miracles} % of colour rounds and kept {rate} % of the rules, {n} rounds in all: "
            "very strong evidence against any plan, {odds}."
        ),
    ],
    "found_unmeasured": _("{who} won {rate} % of {n} rounds. Evidence was not measured under this question design."),
    "found_unmeasured_h": _(
        "{who} saw miracles in {miracles} % of colour rounds and kept {rate} % of the rules, {n} rounds in all. "
        "Evidence was not measured under this question design."
    ),
    "means": [
        _("One such game settles nothing; more rounds say more."),
        _("Evidence can fall again. More rounds say more."),
        _("Evidence can fall again. More rounds say more."),
        _("Hard for a plan: a quantum device, a slipped hint, or rare luck."),
        _("Hard for a plan: a quantum device, a slipped hint, or rare luck."),
    ],
    "chart_evidence": _("Evidence against any plan"),
    "p_all_along": _("all along {p}"),
    "design_quota": _("questions by quota"),
    "design_adaptive": _("adaptive questions"),
}
