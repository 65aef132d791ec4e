"""What the pages on accessibility and privacy say: the criteria of WCAG 2.2, A and AA, and what is stored how long."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from game.games.words import Text
from game.web import identity

MET, PARTLY, NONE_HERE = _("met"), _("partly met"), _("does not apply")

BY_AXE = _("Automatic test (axe) of the main pages, light and dark.")
BY_KEYS = _("Tested by keyboard, on phone and dashboard.")
BY_BOXES = _("Automatic test of every page at six widths in three languages.")
READ = _("Judged from the source, without a test.")
BY_TREE = _("Automatic test of what browsers hand to screen readers, on every page.")
NO_MEDIA = _("There is neither video nor recorded sound.")


@dataclass(frozen=True)
class Criterion:
    """A criterion of success, and how the product stands to it."""

    number: str
    name: str
    level: str
    result: Text
    remark: Text


CRITERIA = [
    Criterion(*row)
    for row in (
        (
            "1.1.1",
            "Non-text Content",
            "A",
            PARTLY,
            _("The wall on the big screen is a picture; its list of teams is text."),
        ),
        ("1.2.1", "Audio-only and Video-only", "A", NONE_HERE, NO_MEDIA),
        ("1.2.2", "Captions (Prerecorded)", "A", NONE_HERE, NO_MEDIA),
        ("1.2.3", "Audio Description or Media Alternative", "A", NONE_HERE, NO_MEDIA),
        ("1.2.4", "Captions (Live)", "AA", NONE_HERE, NO_MEDIA),
        ("1.2.5", "Audio Description", "AA", NONE_HERE, NO_MEDIA),
        ("1.3.1", "Info and Relationships", "A", MET, BY_TREE),
        (
            "1.3.2",
            "Meaningful Sequence",
            "A",
            MET,
            _("The order on a phone is tested from the lobby to the results; other pages were judged from the source."),
        ),
        (
            "1.3.3",
            "Sensory Characteristics",
            "A",
            MET,
            _("Seats and results have a number or a word beside shape and colour."),
        ),
        ("1.3.4", "Orientation", "AA", MET, _("Phones are played upright and on their side.")),
        ("1.3.5", "Identify Input Purpose", "AA", MET, _("The fields of the login say what they are for.")),
        ("1.4.1", "Use of Color", "A", MET, _("Every state has a word or a shape.")),
        (
            "1.4.2",
            "Audio Control",
            "A",
            MET,
            _("Sounds last about a second and are off until somebody switches them on."),
        ),
        ("1.4.3", "Contrast (Minimum)", "AA", MET, BY_AXE),
        (
            "1.4.4",
            "Resize Text",
            "AA",
            PARTLY,
            _("Text grows to 200 %. On the big screen and inside pictures it grows less."),
        ),
        ("1.4.5", "Images of Text", "AA", MET, READ),
        ("1.4.10", "Reflow", "AA", MET, BY_BOXES),
        ("1.4.11", "Non-text Contrast", "AA", MET, _("Colours computed; forced colours tested.")),
        ("1.4.12", "Text Spacing", "AA", PARTLY, _("Tested on every page. Names inside pictures may touch.")),
        (
            "1.4.13",
            "Content on Hover or Focus",
            "AA",
            MET,
            _("Only charts show a value at the pointer, and a table beside them has it."),
        ),
        ("2.1.1", "Keyboard", "A", MET, BY_KEYS),
        ("2.1.2", "No Keyboard Trap", "A", MET, BY_KEYS),
        (
            "2.1.4",
            "Character Key Shortcuts",
            "A",
            PARTLY,
            _(
                "On phones keys answer only where an answer has the focus, or when switched on. The "
                "keys E, N and S of the big screen and the space bar of a lesson cannot be switched off."
            ),
        ),
        (
            "2.2.1",
            "Timing Adjustable",
            "A",
            PARTLY,
            _(
                "The host sets the time to answer, up to an hour. A player cannot change it: a round is "
                "played together."
            ),
        ),
        (
            "2.2.2",
            "Pause, Stop, Hide",
            "A",
            PARTLY,
            _("The host pauses the game and holds the order of the table. Numbers of a running game go on changing."),
        ),
        (
            "2.3.1",
            "Three Flashes or Below Threshold",
            "A",
            MET,
            _("A result shows once for 0.6 seconds; with reduced motion it does not flash."),
        ),
        ("2.4.1", "Bypass Blocks", "A", MET, BY_AXE),
        ("2.4.2", "Page Titled", "A", MET, _("Automatic test of all pages in three languages.")),
        ("2.4.3", "Focus Order", "A", MET, BY_KEYS),
        ("2.4.4", "Link Purpose (In Context)", "A", MET, READ),
        (
            "2.4.5",
            "Multiple Ways",
            "AA",
            MET,
            _("Each page is a step of a game, reached by code, by address or from the list of games."),
        ),
        ("2.4.6", "Headings and Labels", "AA", MET, BY_TREE),
        ("2.4.7", "Focus Visible", "AA", MET, BY_KEYS),
        (
            "2.4.11",
            "Focus Not Obscured (Minimum)",
            "AA",
            PARTLY,
            _("The bar at the top of the dashboard may cover a row that gets the focus from below."),
        ),
        ("2.5.1", "Pointer Gestures", "A", MET, READ),
        ("2.5.2", "Pointer Cancellation", "A", MET, READ),
        ("2.5.3", "Label in Name", "A", MET, READ),
        ("2.5.4", "Motion Actuation", "A", NONE_HERE, READ),
        ("2.5.7", "Dragging Movements", "AA", MET, _("The slider of the guess takes taps and arrow keys.")),
        ("2.5.8", "Target Size (Minimum)", "AA", MET, READ),
        ("3.1.1", "Language of Page", "A", MET, BY_AXE),
        ("3.1.2", "Language of Parts", "AA", MET, READ),
        ("3.2.1", "On Focus", "A", MET, READ),
        ("3.2.2", "On Input", "A", MET, READ),
        ("3.2.3", "Consistent Navigation", "AA", MET, READ),
        ("3.2.4", "Consistent Identification", "AA", MET, READ),
        ("3.2.6", "Consistent Help", "A", MET, _("The links at the foot of a page, on phones in the rules.")),
        ("3.3.1", "Error Identification", "A", MET, _("Errors stand at their field, as text, and are announced.")),
        ("3.3.2", "Labels or Instructions", "A", MET, BY_AXE),
        ("3.3.3", "Error Suggestion", "AA", MET, _("An error says what to type instead.")),
        (
            "3.3.4",
            "Error Prevention (Legal, Financial, Data)",
            "AA",
            MET,
            _("To delete a game its code is typed; other steps ask for a second click."),
        ),
        ("3.3.7", "Redundant Entry", "A", MET, READ),
        (
            "3.3.8",
            "Accessible Authentication (Minimum)",
            "AA",
            MET,
            _("Players need no login. Password managers fill the hosts’ login."),
        ),
        ("4.1.2", "Name, Role, Value", "A", MET, BY_TREE),
        (
            "4.1.3",
            "Status Messages",
            "AA",
            MET,
            _("Steps of a lesson, question, saved answer, result, pause and lost connection are announced; tested."),
        ),
    )
]


def accessibility() -> dict[str, Any]:
    gaps = [criterion.remark for criterion in CRITERIA if criterion.result is PARTLY]
    return {"criteria": CRITERIA, "gaps": gaps, **_contact()}


def privacy() -> dict[str, Any]:
    return {"parts": list(_parts()), **_contact()}


def _contact() -> dict[str, Any]:
    return {"contact": settings.CONTACT, "contact_is_mail": "@" in settings.CONTACT and " " not in settings.CONTACT}


def _parts() -> Iterator[tuple[Text, list[Text]]]:
    yield (
        _("What is stored"),
        [
            _("Of a team: its name, which its players choose."),
            _(
                "Of a player: team and seat, the guess, the ticked plan, the answers to the closing "
                "questions, whether the phone is here, when it was last seen, and a ban."
            ),
            _(
                "Of a player who types one: a first name, which is optional. The own team and the hosts of the game "
                "see it, nobody else does. It is deleted with the game; an empty field takes it back at once."
            ),
            _("Of a round: the questions, the answers, and the time of each."),
            _("Of a team’s name that was refused for a word in it: the name, for the hosts of the game."),
            _(
                "Of an instructor: the name of the account, an e-mail address where the operator has entered one, the "
                "password as a hash, and the time of the last login."
            ),
            *(
                [
                    _(
                        "Of an instructor whom an institution logs in: its address, and the identifier that it has for "
                        "this person; no mail address and no real name."
                    )
                ]
                if settings.OIDC_ISSUER
                else []
            ),
            _(
                "Of a login: the name that was typed, the network address and the browser, against "
                "guessing of passwords."
            ),
            _(
                "Full names, network addresses of players and devices are not asked for and not stored. The logs "
                "have none of them either, and no first names."
            ),
        ],
    )
    yield _("How long"), [*_retention()]
    yield (
        _("Where"),
        [
            _(
                "In the database of this site, on the machine or machines of whoever runs it, and in "
                "that operator’s backups."
            ),
            _("Nothing is sent to third parties: pages load nothing from elsewhere, and nobody tracks visitors."),
        ],
    )
    yield (
        _("Which cookies"),
        [
            _(
                "“player” lets you keep your seat after a reload. It holds a random secret, and the "
                "database only its hash. It lasts %(days)s."
            )
            % {"days": _days(identity.AGE_SECONDS // 86_400)},
            _("“django_language” keeps the language, when you choose one. It lasts %(days)s.")
            % {"days": _days(settings.LANGUAGE_COOKIE_AGE // 86_400)},
            _("“csrftoken” protects forms. It lasts %(days)s.") % {"days": _days(settings.CSRF_COOKIE_AGE // 86_400)},
            _("“sessionid” keeps an instructor logged in. It lasts %(days)s.")
            % {"days": _days(settings.SESSION_COOKIE_AGE // 86_400)},
            *(
                [_("Here the names of these cookies end in “_%s”, apart from the language’s.") % settings.COOKIE_KEY]
                if settings.COOKIE_KEY
                else []
            ),
            _("“messages” carries a notice to an instructor’s next page, and is then gone."),
            _("The browser itself keeps whether the number keys answer, and what is folded open on the dashboard."),
        ],
    )
    yield (
        _("What an instructor sees"),
        [
            _(
                "Teams and their numbers, who is here, alone or silent, and the answers of closed rounds "
                "by team and seat."
            ),
            _("The first names that players gave. They are in no report and no export, and not on the big screen."),
            _("What the class guessed, planned and answered at the end, added up."),
            _("Instructors with whom a game is shared see the same. Whoever runs the site can see every game."),
        ],
    )
    yield (
        _("How to have it deleted"),
        [
            _(
                "Ask the instructor: the owner of a game can delete it at any time, with all its teams, "
                "players and rounds."
            ),
            _("What is stored of you as a player you can download and delete below."),
            _("The cookies are yours to delete in the browser. You then lose your seat."),
            _("Instructors download what is stored of them, and delete their account with its games, on its own page."),
            _("An operator can do all of this, and deletes backups."),
        ],
    )


def _retention() -> Iterator[Text]:
    archive, delete = settings.ARCHIVE_AFTER_DAYS, settings.DELETE_AFTER_DAYS
    if archive:
        yield _("A finished game is put into the archive after %(days)s.") % {"days": _days(archive)}
    if delete:
        yield _("An archived game is deleted after %(days)s, with all its teams, players and rounds.") % {
            "days": _days(delete)
        }
    else:
        yield _("This site deletes no game by itself: a game is kept until its owner deletes it.")
    if delete and not archive:
        yield _("A game that nobody archives is kept.")
    if settings.LOGINS_DAYS:
        yield _("Records of logins are deleted after %(days)s.") % {"days": _days(settings.LOGINS_DAYS)}
    else:
        yield _("Records of logins are kept until the operator deletes them.")
    yield _(
        "Against guessing of codes, wrong codes are counted for five minutes by cookie, and by network address where "
        "there is no cookie."
    )


def _days(days: int) -> str:
    return ngettext("%(n)s day", "%(n)s days", days) % {"n": days}
