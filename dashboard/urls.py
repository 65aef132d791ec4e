from django.contrib.auth.views import LoginView, LogoutView
from django.urls import path

from dashboard import details, exports, views

urlpatterns = [
    path("login/", LoginView.as_view(redirect_authenticated_user=True), name="login"),
    path("logout/", LogoutView.as_view(), name="logout"),
    path("dashboard/", views.my_games, name="my_games"),
    path("dashboard/new/", views.new_game, name="new_game"),
    path("dashboard/<slug:code>/", views.live, name="dashboard"),
    path("dashboard/<slug:code>/teams/<int:team_id>.json", details.team, name="team_details"),
    path("dashboard/<slug:code>/room.json", details.room, name="room_details"),
    path("dashboard/<slug:code>/samples.json", details.samples, name="samples"),
    *(path(f"dashboard/<slug:code>/export/{name}", view, name=name) for name, view in exports.VIEWS.items()),
]
