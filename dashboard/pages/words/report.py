"""What a printed report says besides the words of the live page."""

from django.utils.translation import gettext_lazy as _

# The finding by the estimate that rows show first, of the room and of a team.
_WON = {
    "room": _("Together you won {wins} of {n} rounds, which is {rate} %."),
    "team": _("{who} won {wins} of {n} rounds, which is {rate} %."),
}
# Keeping the rules alone is no evidence: always Red and Carrots keeps them all.
_MIRACLES = {
    "room": _(
        "Together you saw miracles in {miracles} % of the rounds in which both were asked the colour, and kept "
        "{rate} % of the rules, in {n} rounds."
    ),
    "team": _(
        "{who} saw miracles in {miracles} % of the rounds in which both were asked the colour, and kept {rate} % of "
        "the rules, in {n} rounds."
    ),
}

REPORT = {
    "report_none": _("No round has closed: there is nothing to report yet."),
    "report_counting": _("The last rounds are being counted. This page follows in a moment."),
    "findings_of": {"win_rate": _WON, "miracles": _MIRACLES},
    # How to read an estimate, beside what the theme says of the game's goal.
    "about": {
        "chsh": _(
            "S says how well your answers fit over four question pairs; a round that not both answered counts against "
            "you. The best plan averages 2, quantum 2.83."
        ),
        "hardy": _(
            "H is the rate of miracles minus the rates of broken rules, of answered rounds. The best plan averages 0 "
            "if both always answer, the best quantum state 0.21."
        ),
    },
    "odds_against": _("Evidence against every plan: {odds}."),
    "unmeasured": _("Evidence was not measured under this question design."),
    "chart_evidence": _("Evidence against every plan"),
    "p_all_along": _("all along {p}"),
    "design_quota": _("questions by quota"),
    "design_adaptive": _("adaptive questions"),
    "design_qubits": _("with borrowed qubits"),
}
