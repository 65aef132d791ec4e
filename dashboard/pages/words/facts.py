"""Each number of the drawer: its name and what it means."""

from django.utils.translation import gettext_lazy as _

FACTS = {
    "rounds": [
        _("Rounds"),
        _(
            "Rounds that were asked. One that not all answered counts as lost where it is scored, for S too: else a "
            "team could skip what its plan loses. H leaves it out."
        ),
    ],
    "wins": [_("Won"), _("Scored rounds that were won. Not every round of every game is scored.")],
    "win_rate": [
        _("Win rate"),
        _(
            "Won rounds of scored rounds; the picture shows what plans and quantum devices reach. Looked at once, at "
            "the end, bars like this catch the true value about 19 times in 20 (Wilson); watched all along, less often."
        ),
    ],
    "win_rate_exact": [
        _("Win rate, exact interval"),
        _("The interval of Clopper and Pearson: looked at once, it catches the true value at least 19 times in 20."),
    ],
    "chsh": [
        _("S"),
        _(
            "How well the answers fit over four question pairs: E of AX, AY and BX minus E of BY, where E is +1 for "
            "always the same and −1 for always different. A round that not both answered counts against the team: so "
            "the best plan averages 2, quantum 2.83. Below −2 S means nothing."
        ),
    ],
    "chsh_answered": [
        _("S of answered rounds"),
        _(
            "S without the rounds that not both answered. It proves nothing where many are left out: a plan that "
            "skips what it would lose shows up to 4."
        ),
    ],
    "chsh_mean": [
        _("S, mean of S1 and S2"),
        _(
            "The classic game has two values of S that do not share an answer, and this is their mean. Adding AX and "
            "XA into one pair would be wrong: a plan could then show 4."
        ),
    ],
    "chsh_1": [_("S1"), _("S of the rounds in which seat 1 was asked A or B, and seat 2 X or Y.")],
    "chsh_2": [_("S2"), _("S of the rounds in which seat 1 was asked X or Y, and seat 2 A or B.")],
    "chsh_from_wins": [
        _("S from wins"),
        _(
            "8 times the win rate minus 4. It equals S when all pairs came equally often, and is known from the first "
            "round on."
        ),
    ],
    "evidence": [
        _("Evidence"),
        _(
            "A bet against every plan: 23 : 1 says that it grew 23-fold, not that a plan has a chance of 1 in 23. With "
            "plans alone, at most about 1 team in 20 ever reaches 20, and 1 in 100 reaches 100, however long everybody "
            "watches. Steps of the room: 3 weak, 10 moderate, 20 strong, 100 very strong; of one of many teams, these "
            "times the number of teams, because one of them is the luckiest. Evidence can fall again."
        ),
    ],
    "further": [
        _("Expected further rounds to 100\u00a0:\u00a01"),
        _("If the team goes on like this. A dash where it does not win often enough."),
    ],
    "p_anytime": [
        _("p, watched all along"),
        _("With plans alone the chance to see evidence this strong at any time, however long everybody watches."),
    ],
    "p_local": [
        _("p, length fixed"),
        _(
            "The chance that the best plan does at least as well. It may be quoted only if the number of rounds was "
            "announced before the game."
        ),
    ],
    "hardy": [
        _("H"),
        _(
            "The rate of miracles (both Green) minus the three rates of broken rules, of answered rounds. The best "
            "plan averages 0 if both always answer, this game’s quantum state 0.083, the best quantum state 0.207."
        ),
    ],
    "score": [
        _("Score"),
        _("+1 for a good round, −1 for a bad one or one not answered by all. The best plan averages 0."),
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
    "teams": [
        _("Teams in these numbers"),
        _(
            "Teams of people; teams of bots only where nobody else plays. No team adds more rounds than three times "
            "the median of the teams, and each may add 20: fixed when a round is asked, never by its outcome."
        ),
    ],
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
            "Teams that may be called better than every plan, corrected for picking the best of many: on average at "
            "most 5 % of such calls are false (e-BH)."
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
            "Evidence that the team wins more than quantum theory allows, in a game of your own more than the limit in "
            "its file. It asks for attention from 1000 times the number of teams on: check for talking, missing rounds "
            "or predictable questions."
        ),
    ],
    "strategy": [
        _("Plan"),
        _(
            "The table of answers that most rounds follow, named once there are enough rounds and no other table comes "
            "near. A table and its exact opposite by turns are named if all rounds follow one of them. A quantum "
            "device stays unclear, but for about 1 in 50 after few rounds."
        ),
    ],
    "response": [
        _("Seat {seat}: time to answer"),
        _(
            "The middle one of the times from question to answer in closed rounds; half of them lie within the "
            "brackets."
        ),
    ],
    "predictable": [
        _("Seat {seat}: next question guessed"),
        _(
            "How often the best of five simple rules guesses this seat’s next question from the team’s earlier ones. "
            "Fair questions give the share by chance, one half of two questions. Clearly more means that a team could "
            "count on what comes next, as with a deck. All teams’ rounds, those of bots too."
        ),
    ],
    "predictable_all": [
        _("Next questions of all seats guessed"),
        _(
            "The rules: the one furthest behind its share (it counts a deck), the most frequent one, the last one "
            "again, the one not asked for longest, and what came most after the last one. Each round is guessed by the "
            "rule that was right most often before it, so that choosing among five needs no correction. The interval "
            "is Wilson’s; at most the first 10,000 rounds."
        ),
    ],
    "pairs": [
        _("Question pairs"),
        _(
            "Of two players seat 1’s question is on the left, seat 2’s above. The percentage is how often the pair was "
            "won, with its interval, and the colour shows it. E is the mean product of the answers: of two players +1 "
            "is always the same and −1 always different. Hatched: not answered yet."
        ),
    ],
    "balance": [
        _("Balance of answers"),
        _(
            "How often each answer was given. Of two answers 1 is as many of each, and 0 always the same. A fair coin "
            "shows less than 1 after few throws: the column Fair coin = 1 corrects for that. Balance does not say "
            "whether quantum is at work."
        ),
    ],
    "checks": [
        _("Does an answer depend on the partner’s question?"),
        _(
            "The partner’s question is drawn by chance and the player cannot know it: whatever the plan, they agree as "
            "often as the column By chance says. The tests of all seats are one family: evidence asks for attention "
            "from 20 times their number on, and p (Holm) allows for it. Then ask: can they see or hear each other?"
        ),
    ],
    "history": [
        _("Over time"),
        _(
            "A point every 10 rounds of a team, every 5 s of the room. The lines: evidence 1 and 20, and what the best "
            "plan and quantum reach."
        ),
    ],
}
