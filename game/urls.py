from django.urls import path

from game import views

urlpatterns = [
    path("", views.enter_code, name="enter_code"),
    path("accessibility/", views.accessibility, name="accessibility"),
    path("privacy/", views.privacy, name="privacy"),
    path("privacy/my-data.json", views.my_data, name="my_data"),
    path("g/<str:code>/", views.play, name="play"),
    path("g/<str:code>/watch/", views.watch, name="watch"),
    path("g/<str:code>/class/", views.whole_class, name="class"),
    path("g/<str:code>/class/numbers/", views.class_numbers, name="class_numbers"),
    path("g/<str:code>/qr.svg", views.qr_code, name="qr_code"),
    path("reach/", views.reach, name="reach"),
    path("r/<slug:word>/", views.room, name="room"),
    path("r/<slug:word>/state.json", views.room_state, name="room_state"),
    path("r/<slug:word>/qr.svg", views.room_qr_code, name="room_qr_code"),
]
