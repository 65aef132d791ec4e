"""
The words that are blocked in names, by language.

The list is short on purpose and our own: a host sees every name, and public lists count squirrels, frogs and turkeys
among insults.  A word with an accent is blocked with it only ("Mose" is a name); one without is blocked with any.
"""

from collections.abc import Mapping
from typing import NamedTuple


class Words(NamedTuple):
    """
    `whole`: blocked as whole words.  `begins`: whatever begins with them.  `parts`: anywhere in a word, because no
    ordinary word contains them (Scunthorpe, Dickens, snigger and Fuchsschwanz stay allowed).
    """

    whole: frozenset[str]
    begins: tuple[str, ...]
    parts: tuple[str, ...]


def _words(whole: str, begins: str, parts: str) -> Words:
    return Words(frozenset(whole.split()), tuple(begins.split()), tuple(parts.split()))


BLOCKED: Mapping[str, Words] = {
    "en": _words(
        "anal anus arse arsehole boner boobs clit cock cocks cunt cunts dick dicks fag fags jizz kike "
        "kkk milf nazi nazis nigga niggas nigger niggers nude nudes paki pakis penis penises porn pussies pussy rape "
        "raped rapist sex sexy shit shits slut sluts spic tit tits titties titty tranny turd turds twat "
        "vagina wank wanker wankers wetback whore whores",
        "porno shitb shitf shith shitt",
        "asshole bastard bitch blowjob bullshit cocksuck cumshot dickhead dildo faggot fuck gangbang hitler jackass "
        "motherf shithead shitty",
    ),
    "de": _words(
        "arsch bumsen fick ficke ficken ficker fickt fotze fotzen gefickt hure huren kanacke kanake kanaken "
        "kanaker kacke möse moese mösen neger nutte nutten pimmel pisser schlampe schlampen spast spasten spasti "
        "spastis titte titten trottel wichs wichse wichsen wixer",
        "arschg arschk arschl huren kackb nutten pimmelk schlampen",
        "arschficker arschgeige arschgesicht arschloch fickdich fotze hackfresse hurensohn kinderficker "
        "missgeburt mistgeburt schwanzlutscher scheiss schwuchtel siegheil untermensch vollidiot vollpfosten wichser",
    ),
    "fr": _words(
        "bicot bicots bougnoul bougnoule branleur branleurs branlette chiant chiasse chier conne connard connards "
        "connasse connasses couille couilles enculer fdp gouine gouines merde merdes merdeux négro négros nique "
        "niquer ntm pédé pédés petasse putes salaud salauds salope salopes tapette tapettes tarlouze youpin youpins",
        "niqueta niquer",
        "bougnoul branleu connard connasse encule fildepute filsdepute fils2pute niquetamere putain salope",
    ),
}

# Words of one language that are harmless in another one: blocked on pages in their own.
BLOCKED_ON_PAGES: Mapping[str, frozenset[str]] = {"fr": frozenset({"negro", "pede", "pute"})}

# What ordinary names say with these words.
ALLOWED = (
    "moby dick", "dick tracy", "dick und doof", "tit for tat", "blue tit", "blue tits", "great tit", "great tits",
    "coal tit", "willow tit", "marsh tit", "pussy cat", "pussy cats", "pussy willow", "cock robin", "weather cock",
    "sex pistols", "p'tit", "p'tits", "p’tit", "p’tits",
)  # fmt: skip

# Pictures that say it alone, or together.
PICTURES = r"🖕|卐|卍|🍆.*[🍆🍑💦]|[🍑💦].*🍆"
