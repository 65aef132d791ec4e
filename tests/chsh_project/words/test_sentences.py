"""What no page, sheet or manual says, in any language: it would be wrong, or harsher than the numbers."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from chsh_project import translations

ROOT = Path(__file__).parents[3]
FOLDERS = ("templates", "static/js", "game", "dashboard", "docs")
SUFFIXES = (".html", ".js", ".py", ".md")

# Each phrase with the reason why it is not said.
WRONG = {
    r"only two things": "a third: the questions come by chance, and answers are ready for both questions",
    r"for a while, but not for long": "luck's share gets less and less, but stays for long (arcsine law)",
    r"chance of as many wins(?! or more)": "it is the chance of as many or more",
    r"plan averages (2|0) at most": "only if unanswered rounds count against the plan",
    r"check for (talking, )?lost rounds|lost rounds or": "lost is a defined word: missing",
    r"\b12 colour rounds|of colour rounds|of the colour rounds": "rounds in which both are asked the colour",
    r"could easily do": "not decided: p may be 0.002",
    r"needs (some|much) luck for this": "not decided",
    r"nothing against local": "next to nothing",
    r"\bany plan\b": "every plan, or the best plan",
    r"the room won": "together you won",
    r"slipped hint": "no plan does this",
    r"a rate far above 85.4 % is the sign": "whispering in 30 rounds is not found by an alarm",
}
WRONG_IN = {
    "de": {
        r"nur zwei dinge": "drei Dinge",
        r"eine weile über|aber nicht lange": "immer weniger",
        r"schafft ein plan leicht": "noch nicht entschieden",
        r"braucht dafür (etwas|viel) glück": "noch nicht entschieden",
        r"farbrunden": "Runden, in denen beide nach der Farbe gefragt wurden",
        r"runden verloren gingen": "Runden fehlen",
        r"der raum gewann": "zusammen habt ihr gewonnen",
        r"irgendein plan": "jeder Plan, der beste Plan",
        r"verratener hinweis": "das macht kein Plan",
    },
    "fr": {
        r"deux choses seulement": "trois choses",
        r"un moment, mais pas longtemps": "de moins en moins",
        r"un plan y arrive sans peine": "pas encore décidé",
        r"besoin (d’un peu )?de (beaucoup de )?chance pour": "pas encore décidé",
        r"manches? couleur": "manches où les deux doivent dire la couleur",
        r"manches se sont perdues": "des manches manquent",
        r"la salle a gagné": "ensemble, vous avez gagné",
        r"contre tout plan|n’importe quel plan": "chaque plan, le meilleur plan",
        r"indice échappé": "aucun plan ne fait cela",
    },
}  # fmt: skip


def texts() -> Iterator[tuple[Path, str]]:
    """Yield every file with words, white space and the joints of Python's strings as one space."""
    for folder in FOLDERS:
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix in SUFFIXES:
                yield path, flat(path.read_text())
    yield ROOT / "README.md", flat((ROOT / "README.md").read_text())


def flat(text: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r'"\s*\n\s*"', "", text))


def said_wrongly(text: str, phrases: dict[str, str]) -> list[str]:
    return [f"{phrase}: {why}" for phrase, why in phrases.items() if re.search(phrase, text, re.IGNORECASE)]


def test_no_page_says_more_or_less_than_its_numbers() -> None:
    found = {path: said_wrongly(text, WRONG) for path, text in texts()}
    assert len(found) > 100
    assert {str(path.relative_to(ROOT)): wrong for path, wrong in found.items() if wrong} == {}


@pytest.mark.parametrize("language", translations.languages())
def test_no_translation_does_either(language: str) -> None:
    messages = [(message.id, message.string) for message in translations.read(language) if message.id]
    assert len(messages) > 100
    wrong = {
        str(said): found
        for english, said in messages
        if (found := said_wrongly(flat(str(english)), WRONG) + said_wrongly(flat(str(said)), WRONG_IN[language]))
    }
    assert wrong == {}


def test_a_sentence_that_is_broken_over_lines_is_found() -> None:
    assert said_wrongly(flat('_(\n    "A plan could "\n    "easily do this."\n)'), WRONG)
