from django.contrib.auth.views import LoginView, LogoutView
from django.urls import path

from dashboard import details, exports, hosting, report, views
from dashboard.answer_log import answer_log

urlpatterns = [
    path("login/", LoginView.as_view(redirect_authenticated_user=True), name="login"),
    path("logout/", LogoutView.as_view(), name="logout"),
    path("dashboard/", views.my_games, name="my_games"),
    path("dashboard/new/", views.new_game, name="new_game"),
    path("dashboard/<slug:code>/", views.live, name="dashboard"),
    path("dashboard/<slug:code>/duplicate/", hosting.duplicate, name="duplicate_game"),
    path("dashboard/<slug:code>/share/", hosting.share, name="share_game"),
    path("dashboard/<slug:code>/archive/", hosting.archive, name="archive_game"),
    path("dashboard/<slug:code>/delete/", hosting.delete, name="delete_game"),
    path("dashboard/<slug:code>/report/", report.room, name="report"),
    path("dashboard/<slug:code>/report/<int:team_id>/", report.team, name="team_report"),
    path("dashboard/<slug:code>/teams/<int:team_id>.json", details.team, name="team_details"),
    path("dashboard/<slug:code>/room.json", details.room, name="room_details"),
    path("dashboard/<slug:code>/answers.json", answer_log, name="answer_log"),
    path("dashboard/<slug:code>/samples.json", details.samples, name="samples"),
    *(path(f"dashboard/<slug:code>/export/{name}", view, name=name) for name, view in exports.VIEWS.items()),
]
