"""What the steps of a lesson say: on the big screen, on phones, and to the teacher on the dashboard only."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from game.games.words import Text
from game.lesson.steps import Step


@dataclass(frozen=True)
class StepWords:
    """The words of a step.  `say` and `ask` are for the teacher, two lines each."""

    name: Text
    headline: Text
    phone: Text
    say: tuple[Text, Text]
    ask: tuple[Text, Text]


WORDS: Mapping[Step, StepWords] = {
    "join": StepWords(
        name=_("Join"),
        headline=_("Scan, find your partner, and give your team a name"),
        phone=_("Find your partner. The lesson starts soon."),
        say=(
            _("Scan the code, or type the address and the six letters."),
            _("You play as a team: sit so that you cannot see each other’s phone."),
        ),
        ask=(_("Who has no partner yet? Raise your hand."), _("Whose phone does not connect?")),
    ),
    "rule": StepWords(
        name=_("Rule"),
        headline=_("The rule of the game"),
        phone=_("Read the rule. Ask if something is not clear."),
        say=(
            _("Each of you gets a question of your own. You do not know your partner’s question."),
            _("Whether you win depends on both questions and both answers, as the screen shows."),
        ),
        ask=(_("When exactly do you win a round?"), _("What do you not know when you answer?")),
    ),
    "guess": StepWords(
        name=_("Guess"),
        headline=_("Perfect plan, no talking: how many of 100 rounds can a team win?"),
        phone=_("Perfect plan, no talking: how many of 100 rounds can a team win?"),
        say=(
            _("Think of the best plan that there can be. How often does it win?"),
            _("There is no wrong guess now. We look at all of them together."),
        ),
        ask=(_("Why not 100?"), _("Would a coin be better than a plan?")),
    ),
    "plan": StepWords(
        name=_("Plan"),
        headline=_("Talk now. Silence from the start."),
        phone=_("Agree with your partner, then tick what you will answer."),
        say=(
            _("Use the time on the clock: agree on what each of you answers to each question."),
            _("Tick your answers: your partner sees them. From the start nobody talks."),
        ),
        ask=(_("Does your plan win whatever you are asked?"), _("Where does it lose?")),
    ),
    "play": StepWords(
        name=_("Play"),
        headline=_("Silence: everybody plays"),
        phone=_("Here we go: no talking, no peeking."),
        say=(_("No talking and no peeking from now on."), _("Answer in your own time. Every round counts.")),
        ask=(_("Are you keeping to your plan?"), _("What happens to the dots over time?")),
    ),
    "reveal": StepWords(
        name=_("Reveal"),
        headline=_("The wall: no plan gets further than this"),
        phone=_("Look at the big screen."),
        say=(
            _("This wall is the best that a plan can do. Lucky teams cross it for a while."),
            _("Try to write down fixed answers: some round is always lost."),
        ),
        ask=(_("Why does every plan lose somewhere?"), _("How close was your guess?")),
    ),
    "quantum": StepWords(
        name=_("Quantum"),
        headline=_("A team with a quantum device plays beside you"),
        phone=_("Play on, and watch the quantum team on the big screen."),
        say=(
            _("Add a quantum team and a best-plan team. Then lend the class qubits: measure first, then answer."),
            _("The server stands in for nature: it knows both questions, the players do not."),
        ),
        ask=(_("Which dot passes the wall, and which one stays?"), _("Did a message go from one half to the other?")),
    ),
    "explain": StepWords(
        name=_("Explain"),
        headline=_("What happened? Two questions on your phone"),
        phone=_("Two last questions."),
        say=(
            _("Answer alone: this is not a test of you, it tells how the lesson went."),
            _("Nobody’s answer is shown, only how many chose what."),
        ),
        ask=(_("What could a plan not do?"), _("What would you say to somebody who calls it a trick?")),
    ),
    "debrief": StepWords(
        name=_("Debrief"),
        headline=_("What you did together"),
        phone=_("Thank you for playing."),
        say=(
            _("Your phones show what your own team did, and which plan fits it."),
            _("The report has every number, and it can be printed."),
        ),
        ask=(_("What surprised you?"), _("Which question is still open?")),
    ),
}

# The closing questions: their answers by letter, the right one first where pages look them up by RIGHT.
QUESTIONS: Mapping[str, tuple[Text, Mapping[str, Text]]] = {
    "what": (
        _("Why did no plan pass the wall?"),
        {
            "a": _("The teams had bad luck."),
            "b": _("Fixed answers always lose for some of the questions."),
            "c": _("The questions came too fast."),
        },
    ),
    "message": (
        _("How did the quantum team win more often?"),
        {
            "a": _("The two halves sent each other a hidden message."),
            "b": _("Their outcomes fit together more closely than those of a plan, and no message was sent."),
            "c": _("They knew the questions beforehand."),
        },
    ),
}
RIGHT = {"what": "b", "message": "b"}

# What the scripts of the pages say besides.
ON_PHONES: dict[str, Text] = {
    "lesson_partner": _("Your partner ticked"),
    "lesson_partner_none": _("Your partner has not ticked a plan yet."),
    "lesson_kept": _("Saved. You can change it."),
}
ON_SCREENS: dict[str, Text] = {
    "lesson_guessed": _("{n} of {of} have guessed"),
    "lesson_planned": _("{n} of {of} have a plan"),
    "lesson_explained": _("{n} of {of} have answered"),
    "lesson_room": _("you together"),
}
ON_DASHBOARDS: dict[str, Text] = {
    "lesson_next": _("On to: {step}"),
    "lesson_end": _("The lesson is over"),
    "lesson_gain": _("Normalised gain of the class, from the guesses to these answers: {gain}."),
    "lesson_gain_interval": _("Its 95 % interval is {low} to {high}."),
    "done_go_to_step": _("The next step is on all screens."),
    "done_show_guesses": _("The guesses are on the big screen."),
}


def for_screens() -> dict[str, Any]:
    """Return the words of all steps and closing questions for phones and the projector."""
    steps = {key: {"name": said.name, "headline": said.headline, "phone": said.phone} for key, said in WORDS.items()}
    return {"steps": steps, "questions": QUESTIONS}


def for_hosts() -> dict[str, Any]:
    """Return the words of all steps and closing questions with the lines for the teacher."""
    return {"steps": {key: asdict(said) for key, said in WORDS.items()}, "questions": QUESTIONS}
