"""Printed cards: each link seats who scans it in one seat of one team."""

from typing import Any

import pytest
from django.utils import timezone

from dashboard.live.radar import radar
from game.lobby import cards, host_commands, moves
from game.lobby.refusal import Refusal
from game.models import Game, Player, Round, Team
from game.rounds import close
from tests.support.people import new_player, new_team
from tests.support.rounds import play_round
from tests.support.server import Web

pytestmark = pytest.mark.django_db(transaction=True)


def link(game: Game, card: int = 1, seat: int = 1, language: str = "en") -> str:
    return cards.Link(game.run, card, seat, language).signed(game)


def scan(game: Game, signed: str, player: Player | None = None) -> Player:
    player = player or new_player(game)
    cards.take_card_seat(game.pk, player.pk, signed)
    player.refresh_from_db()
    return player


def refused(game: Game, signed: str, player: Player | None = None) -> str:
    with pytest.raises(Refusal) as refusal:
        scan(game, signed, player)
    return refusal.value.reason


def test_two_phones_that_scan_a_card_play_together_and_a_third_is_told(web_process: Web, game: Game) -> None:
    (name,) = cards.team_names(game, "de", 1)
    phones = [web_process.phone(game.code) for _ in range(3)]
    for phone in phones:
        phone.hear("player_snapshot")
    # The second seat first: links name seats, whoever comes first.
    for phone, seat in zip(phones, (2, 1), strict=False):
        phone.say("take_card_seat", card=link(game, seat=seat, language="de"))
        me = phone.seated()
        assert (me["team_name"], me["seat"]) == (name, seat)
    phones[2].say("take_card_seat", card=link(game, seat=2, language="de"))
    told = phones[2].hear("refused")
    assert (told["of"], told["reason"]) == ("take_card_seat", "seat_taken") and name in told["text"]
    assert Team.objects.filter(game=game).count() == 1
    host_commands.start(game.pk)
    assert {phone.hear("question_asked")["question"]["number"] for phone in phones[:2]} == {1}


def test_a_changed_link_is_refused_and_founds_no_team(make_game: Any) -> None:
    game, other = make_game(), make_game()
    run, card, seat, language, signature = link(game).split(".")
    changed = [
        f"{run}.2.{seat}.{language}.{signature}",
        f"{run}.{card}.2.{language}.{signature}",
        f"{run}.{card}.{seat}.fr.{signature}",
        f"{run}.{card}.{seat}.{language}.{signature[:-1]}",
        f"{run}.{card}.{seat}.{language}.",
        link(other),
        "1",
        "",
        "²",
    ]
    assert {refused(game, text) for text in changed} == {"bad_card"}
    assert not Team.objects.filter(game=game).exists()


def test_a_card_holds_for_one_run(game: Game) -> None:
    old = link(game)
    first = scan(game, old)
    host_commands.reset(game.pk)
    game.refresh_from_db()
    assert refused(game, old) == "old_card"
    second = scan(game, link(game))
    assert second.team_id != first.team_id and {second.seat, first.seat} == {1}


def test_a_player_who_scans_again_stays_and_one_from_elsewhere_moves(game: Game) -> None:
    player = scan(game, link(game))
    team = player.team_id
    scan(game, link(game), player)
    scan(game, link(game, seat=2), player)
    assert (player.team_id, player.seat) == (team, 1)
    scan(game, link(game, card=2, seat=2), player)
    assert (player.team.card, player.seat) == (2, 2)
    # The first team never played and nobody is left in it.
    assert not Team.objects.filter(pk=team).exists()


def test_nobody_gets_a_seat_of_a_team_that_has_played(game: Game) -> None:
    first, second = scan(game, link(game)), scan(game, link(game, seat=2))
    host_commands.start(game.pk)
    play_round(first.team)
    host_commands.kick(game.pk, second.team_id, 2)
    assert refused(game, link(game, seat=2)) == "team_played"
    assert refused(game, link(game, seat=2), second) == "team_played"


def away(player: Player) -> Player:
    Player.objects.filter(pk=player.pk).update(presence="away")
    return player


def test_a_seat_whose_phone_is_gone_is_taken_up_by_its_card_in_another_browser(game: Game) -> None:
    inside_an_app, partner = scan(game, link(game)), scan(game, link(game, seat=2))
    host_commands.start(game.pk)
    trial = play_round(inside_an_app.team).opened[0]
    assert refused(game, link(game)) == "seat_taken"
    away(inside_an_app)
    Player.objects.filter(pk=inside_an_app.pk).update(plan="TF")
    # A round that is open goes on with those who were asked.
    assert refused(game, link(game)) == "round_open"
    Round.objects.filter(pk=trial.id).update(deadline=timezone.now())
    close.close_due()
    browser = scan(game, link(game))
    assert (browser.team_id, browser.seat, browser.plan) == (partner.team_id, 1, "TF")
    assert [(thing.kind, thing.team, thing.seat) for thing in radar(game.pk)] == [("taken_over", partner.team_id, 1)]
    assert [opened.number for opened in play_round(browser.team).opened] == [trial.number + 2]
    # The first browser sits nowhere, and the same card leads it back only when the second is gone.
    inside_an_app.refresh_from_db()
    assert inside_an_app.team_id is None
    assert refused(game, link(game), inside_an_app) == "seat_taken"


def test_nobody_takes_over_a_seat_without_its_card_or_of_a_phone_that_hides_the_page(game: Game) -> None:
    first, second = scan(game, link(game)), scan(game, link(game, seat=2))
    Player.objects.filter(pk=first.pk).update(presence="idle")
    assert refused(game, link(game)) == "seat_taken"
    away(first)
    with pytest.raises(Refusal) as full:
        moves.join_team(game.pk, new_player(game).pk, second.team_id or 0)
    assert full.value.reason == "team_full"
    run, card, _, language, signature = link(game, seat=2).split(".")
    assert refused(game, f"{run}.{card}.1.{language}.{signature}") == "bad_card"


def test_a_host_frees_a_seat_that_was_taken_over(game: Game) -> None:
    first = away(scan(game, link(game)))
    team = first.team_id or 0
    thief = scan(game, link(game))
    assert thief.team_id == team
    host_commands.kick(game.pk, team, 1)
    assert "taken_over" not in {thing.kind for thing in radar(game.pk)}


def test_a_newcomer_who_looks_for_a_partner_takes_no_seat_of_a_card(game: Game) -> None:
    holder, newcomer = scan(game, link(game)), new_player(game)
    moves.find_partner(game.pk, newcomer.pk)
    newcomer.refresh_from_db()
    assert newcomer.team_id != holder.team_id
    # Who waits alone and asks again plays with whoever is alone.
    moves.find_partner(game.pk, newcomer.pk)
    newcomer.refresh_from_db()
    assert newcomer.team_id == holder.team_id


def test_cards_obey_lock_ban_full_game_and_end(make_game: Any) -> None:
    game = make_game(max_teams=1)
    new_team(game)
    assert refused(game, link(game)) == "game_full"
    host_commands.set_options(game.pk, max_teams=3)
    banned = scan(game, link(game))
    host_commands.kick(game.pk, banned.team_id, 1, ban=True)
    assert refused(game, link(game), banned) == "banned"
    scan(game, link(game))
    Game.objects.filter(pk=game.pk).update(locked=True)
    assert refused(game, link(game, seat=2)) == "locked"
    Game.objects.filter(pk=game.pk).update(locked=False, state=Game.State.FINISHED)
    assert refused(game, link(game, seat=2)) == "finished"
    assert not Team.objects.filter(game=game, players=None).exists()


def test_a_seat_that_the_game_does_not_have_any_more_is_refused(make_game: Any) -> None:
    game = make_game(mode="ghz", theme="letters")
    third = link(game, seat=3)
    assert scan(game, third).seat == 3
    host_commands.set_mode(game.pk, "simplified")
    assert refused(game, third) == "no_such_seat"


def test_cards_printed_again_have_the_same_names_and_no_name_is_there_twice(game: Game) -> None:
    names = cards.team_names(game, "fr", cards.MOST_CARDS)
    assert len({name.casefold() for name in names}) == cards.MOST_CARDS
    assert cards.team_names(game, "fr", 3) == names[:3]
    # Somebody typed the name of the first card; the second card is in use under a new name.
    moves.create_team(game.pk, new_player(game).pk, names[0].upper())
    host_commands.rename_team(game.pk, scan(game, link(game, card=2, language="fr")).team_id, "Renamed")
    assert cards.team_names(game, "fr", 3) == [f"{names[0]} 2", "Renamed", names[2]]
    assert scan(game, link(game, language="fr")).team.name == f"{names[0]} 2"
