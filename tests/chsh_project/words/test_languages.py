"""Every language is complete, and no page shows a sentence that is not in the catalogues."""

import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import django
import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po
from django.conf import settings
from django.test import Client, override_settings
from django.urls import NoReverseMatch, URLPattern, get_resolver, reverse
from django.utils import translation
from django.utils.translation import gettext

from chsh_project import translations
from game.models import Game
from tests.support.people import new_team
from tests.support.server import Web

# An invented language with every message in brackets; text without brackets was not translated.
NOBODYS = "eo"
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")
VOID = {"br", "img", "input", "link", "meta", "hr", "col"}
# Names and data, which are the same in all languages.
TU, VOUS = re.compile(r"\b(tu|ton|ta|tes|toi|te)\b|\bt’", re.I), re.compile(r"\b(vous|votre|vos)\b", re.I)
# In the middle of a sentence these are the polite form alone.
POLITE = re.compile(r"(?<=[a-zäöü,] )(Sie|Ihnen|Ihre?[mnrs]?)\b")
NAMES = re.compile(
    r"\b(CHSH|AQM|Joe|Bell|Hardy|Tsirelson|Physics 10b|Blue Owls|host|https?://\S+|testserver\S*"
    r"|JSON|CSV|Wilson|Price|Bonett|Holm|[A-Z0-9]{6}|Team [0-9a-f]{8}|Markdown|Valkey)\b"
)


@pytest.mark.parametrize("language", translations.languages())
def test_every_message_is_translated(language: str) -> None:
    catalogue, template = translations.read(language), translations.found()
    assert {message.id for message in catalogue} == {message.id for message in template}, "run `make words`"
    assert [message.id for message in translations.missing(catalogue)] == []


@pytest.mark.parametrize("language", translations.languages())
def test_translations_keep_what_is_filled_in(language: str) -> None:
    for message in translations.read(language):
        if message.id:
            for said in forms(message.string):
                wanted = [set(PLACEHOLDER.findall(form)) for form in forms(message.id)]
                assert set(PLACEHOLDER.findall(said)) in wanted, said


def test_french_lines_do_not_break_before_a_colon() -> None:
    with translation.override("fr"):
        assert gettext("Yuck. Not this time: the same answers were needed.").startswith("Beurk. Pas cette fois\u00a0: ")
        assert gettext("{odds} : 1") == "{odds}\u00a0: 1"


def test_one_sentence_calls_its_reader_by_one_word() -> None:
    """A pupil is "tu" and "du"; "vous" is two or more, and "partenaire" makes two of one."""
    said = [text for message in translations.read("fr") for text in forms(message.string) if "partenaire" not in text]
    assert len(said) > 1000
    assert [text for text in said if TU.search(text) and VOUS.search(text)] == []
    german = [text for message in translations.read("de") for text in forms(message.string)]
    assert [text for text in german if POLITE.search(text)] == []


@pytest.mark.parametrize("language", translations.languages())
def test_the_compiled_catalogue_is_the_written_one(language: str) -> None:
    path = translations.catalogue_path(language)
    assert path.with_suffix(".mo").read_bytes() == translations.compiled(translations.read(language))


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["en", *translations.languages()])
def test_every_language_is_offered_by_its_own_name(language: str) -> None:
    page = Client().get("/", HTTP_ACCEPT_LANGUAGE=language).content.decode()
    assert re.findall(r">(\w+)</button>", page)[-3:] == ["English", "Deutsch", "Français"]


def forms(text: Any) -> list[str]:
    return list(text) if isinstance(text, (list, tuple)) else [text]


@pytest.fixture
def nobodys_language(tmp_path: Path) -> Iterator[str]:
    catalogue = Catalog(locale=NOBODYS, charset="utf-8", fuzzy=False)
    for template in [translations.found(), *djangos()]:
        for message in template:
            if message.id:
                said = [f"⟦{text}⟧" for text in forms(message.id)]
                catalogue.add(message.id, said if len(said) > 1 else said[0], context=message.context)
    folder = tmp_path / NOBODYS / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "django.mo").write_bytes(translations.compiled(catalogue))
    with override_settings(LANGUAGES=[("en", "English"), (NOBODYS, "Esperanto")], LOCALE_PATHS=[tmp_path]):
        yield NOBODYS


def djangos() -> Iterator[Catalog]:
    """Return Django's own texts in forms."""
    root = Path(django.__file__).parent
    for folder in ("conf", "contrib/auth"):
        with (root / folder / "locale/en/LC_MESSAGES/django.po").open("rb") as file:
            yield read_po(file, locale="en")


class Shown(HTMLParser):
    """The texts of a page that are read or heard."""

    SPOKEN = ("title", "alt", "placeholder", "aria-label", "aria-description")

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self._script = ""
        # Depth of open elements in another language.
        self._foreign = 0

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        named = dict(attributes)
        if tag in ("script", "style"):
            self._script = named.get("id") or tag
        # An element with its own lang is meant to be in that language, and a code is in none.
        elif tag not in VOID and (
            self._foreign or (tag != "html" and "lang" in named) or named.get("translate") == "no"
        ):
            self._foreign += 1
        if not self._foreign:
            self.texts += [value for name, value in attributes if name in self.SPOKEN and value]

    def handle_startendtag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        pass

    def handle_endtag(self, tag: str) -> None:
        if tag in ("script", "style"):
            self._script = ""
        elif self._foreign:
            self._foreign -= 1

    def handle_data(self, data: str) -> None:
        if self._script == "words":
            self.texts += leaves(json.loads(data))
        elif not (self._script or self._foreign):
            self.texts.append(data)


def leaves(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [leaf for part in value.values() for leaf in leaves(part)]
    if isinstance(value, list):
        return [leaf for part in value for leaf in leaves(part)]
    return [value] if isinstance(value, str) else []


def untranslated(page: str) -> list[str]:
    shown = Shown()
    shown.feed(page)
    rest = (re.sub(r"⟦[^⟦⟧]*⟧", "", re.sub(r"⟦[^⟦⟧]*⟧", "", text)) for text in shown.texts)
    return [text.strip() for text in rest if re.search(r"[A-Za-z]{3,}", NAMES.sub("", text))]


def addresses(game: Game, team: int) -> list[str]:
    """Return every page that opens with a game's code and a team's number."""
    found = []
    for pattern in flat(get_resolver().url_patterns):
        name = pattern.name
        names = pattern.pattern.regex.groupindex if name else {}
        values = {"code": game.code, "team_id": team}
        try:
            found.append(reverse(name, kwargs={key: values[key] for key in names})) if name else None
        except (KeyError, NoReverseMatch):
            continue
    return found


def flat(patterns: list[Any]) -> Iterator[URLPattern]:
    for pattern in patterns:
        if isinstance(pattern, URLPattern):
            yield pattern
        elif "admin" not in str(pattern.pattern) and "debug" not in str(pattern.pattern):
            yield from flat(pattern.url_patterns)


@pytest.mark.django_db
def test_no_page_shows_an_untranslated_string(nobodys_language: str, game: Game, host: Any) -> None:
    host.is_staff = host.is_superuser = True
    host.save()
    team = new_team(game)
    anonymous, owner = Client(headers={"accept-language": nobodys_language}), Client()
    owner.force_login(host, backend="django.contrib.auth.backends.ModelBackend")
    wrong, opened = {}, 0
    for client in (anonymous, owner):
        for address in [*addresses(game, team.pk), "/g/WRONG9/", "/nowhere/"]:
            answer = client.get(address, headers={"accept-language": nobodys_language})
            if answer.headers.get("Content-Type", "").startswith("text/html") and not answer.streaming:
                opened += 1
                if found := untranslated(answer.content.decode()):
                    wrong[address] = found
    assert wrong == {}
    assert opened > 10


@pytest.mark.django_db
def test_the_language_switch_stays_and_leads_back(client: Client) -> None:
    answer = client.post("/language/setlang/", {"language": "de", "next": "/"})
    assert answer.status_code == 302 and answer.headers["Location"] == "/"
    assert '<html lang="de">' in client.get("/").content.decode()


@pytest.mark.django_db(transaction=True)
def test_a_refusal_over_the_socket_speaks_the_browsers_language(web_process: Web, game: Game) -> None:
    phones = {
        "de": web_process.phone(game.code, **{"Accept-Language": "de-CH,de;q=0.9,en;q=0.5"}),
        "en": web_process.phone(game.code),
    }
    texts = {}
    for language, phone in phones.items():
        phone.hear("player_snapshot")
        phone.say("nonsense")
        texts[language] = phone.hear("refused")["text"]
        # Refused by a verb, which runs in a thread.
        phone.say("join_team", team=2**40)
        texts[language + "_verb"] = phone.hear("refused")["text"]
        phone.close()
    assert texts["en"].startswith("This message is not understood.")
    assert not texts["de"].startswith("This message is not understood.")
    assert texts["de_verb"] != texts["en_verb"]
    assert settings.LANGUAGE_CODE == "en"
