from django.conf import settings
from django.contrib import admin
from django.contrib.auth.views import LoginView, LogoutView
from django.urls import path

from dashboard.account import page
from dashboard.live import curves, details
from dashboard.live.answer_log import answer_log
from dashboard.pages import addresses, comparison, games, new_game, own_games, replay, report, sharing
from dashboard.pages.exports.views import VIEWS
from dashboard.pages.lab_pack.views import lab_pack
from dashboard.pages.login import limited
from dashboard.pages.printables import cards, poster, sheets

urlpatterns = [
    path(
        "login/",
        limited(LoginView.as_view(redirect_authenticated_user=True, extra_context={"institution": page.institution()})),
        name="login",
    ),
    path("admin/login/", limited(admin.site.login)),
    path("logout/", LogoutView.as_view(), name="logout"),
    path("dashboard/", games.my_games, name="my_games"),
    path("dashboard/account/", page.account, name="account"),
    path("dashboard/account/data.zip", page.data, name="account_data"),
    path("dashboard/new/", new_game.new_game, name="new_game"),
    path("dashboard/own-games/", own_games.own_games, name="own_games"),
    path("dashboard/own-games/<slug:key>/play/", own_games.play, name="play_own_game"),
    path("dashboard/own-games/<slug:key>/delete/", own_games.delete, name="delete_own_game"),
    path("dashboard/addresses/", addresses.join_addresses, name="join_addresses"),
    path("dashboard/addresses/state.json", addresses.state, name="addresses_state"),
    path("dashboard/addresses/qr.svg", addresses.qr_code, name="address_qr_code"),
    path("dashboard/poster/", games.poster, name="poster"),
    path("dashboard/presets/<int:preset_id>/", new_game.change_preset, name="change_preset"),
    path("dashboard/<slug:code>/", games.live, name="dashboard"),
    path("dashboard/<slug:code>/duplicate/", sharing.duplicate, name="duplicate_game"),
    path("dashboard/<slug:code>/share/", sharing.share, name="share_game"),
    path("dashboard/<slug:code>/invitation/<slug:secret>/", sharing.invitation, name="invitation"),
    path("dashboard/<slug:code>/archive/", sharing.archive, name="archive_game"),
    path("dashboard/<slug:code>/delete/", sharing.delete, name="delete_game"),
    path("dashboard/<slug:code>/report/", report.room, name="report"),
    path("dashboard/<slug:code>/report/<int:team_id>/", report.team, name="team_report"),
    path("dashboard/<slug:code>/runs/", comparison.runs, name="compare_runs"),
    path("dashboard/<slug:code>/print/cards/", cards.pair_cards, name="print_cards"),
    path("dashboard/<slug:code>/print/poster/", poster.poster, name="print_poster"),
    path("dashboard/<slug:code>/print/sheets/", sheets.team_sheets, name="print_sheets"),
    path("dashboard/<slug:code>/teams/<int:team_id>.json", details.team, name="team_details"),
    path("dashboard/<slug:code>/room.json", details.room, name="room_details"),
    path("dashboard/<slug:code>/replay.json", replay.for_host, name="replay"),
    path("g/<str:code>/watch/replay.json", replay.for_watchers, name="watch_replay"),
    path("dashboard/<slug:code>/answers.json", answer_log, name="answer_log"),
    path("dashboard/<slug:code>/samples.json", curves.samples, name="samples"),
    path("dashboard/<slug:code>/export/lab-pack.zip", lab_pack, name="lab-pack.zip"),
    *(path(f"dashboard/<slug:code>/export/{name}", view, name=name) for name, view in VIEWS.items()),
]
if settings.OIDC_ISSUER:
    # The packages of sign-on are loaded only where they are used.
    from dashboard.account import sign_on

    urlpatterns += [
        path("sign-on/", sign_on.begin, name="sign_on"),
        path("sign-on/end/", sign_on.end, name="sign_on_end"),
    ]
