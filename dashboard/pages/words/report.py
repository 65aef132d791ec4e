"""What a printed report says besides the words of the live page."""

from django.utils.translation import gettext_lazy as _

# The finding in one sentence; found goes by the step of the evidence.
_WON = {
    "found": [
        _("{who} won {rate} % of {n} rounds. A plan could easily do this: {odds} against any plan."),
        _("{who} won {rate} % of {n} rounds: weak evidence against any plan, {odds}."),
        _("{who} won {rate} % of {n} rounds: moderate evidence against any plan, {odds}."),
        _("{who} won {rate} % of {n} rounds: strong evidence against any plan, {odds}."),
        _("{who} won {rate} % of {n} rounds: very strong evidence against any plan, {odds}."),
    ],
    "unmeasured": _("{who} won {rate} % of {n} rounds. Evidence was not measured under this question design."),
}

# Keeping the rules alone is no evidence: always Red and Carrots keeps them all.
_MIRACLES = {
    "found": [
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
    "unmeasured": _(
        "{who} saw miracles in {miracles} % of colour rounds and kept {rate} % of the rules, {n} rounds in all. "
        "Evidence was not measured under this question design."
    ),
}

REPORT = {
    "report_of_room": _("The room"),
    "report_none": _("No round has closed: there is nothing to report yet."),
    "report_counting": _("The last rounds are being counted. This page follows in a moment."),
    # By the estimate that rows show first.
    "findings_of": {"win_rate": _WON, "miracles": _MIRACLES},
    # How to read an estimate, beside what the theme says of the game's goal.
    "about": {
        "chsh": _(
            "S says how well your answers fit over four question pairs. A plan averages 2 at most, quantum 2.83."
        ),
        "hardy": _(
            "H is the rate of miracles minus the rates of broken rules. A plan reaches 0 at most on average, the best "
            "quantum state 0.21."
        ),
    },
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
