"""The addresses of an installation whose OIDC_ISSUER names an institution."""

from django.urls import path

from chsh_project.urls import urlpatterns as usual
from dashboard.account import sign_on

urlpatterns = [
    path("sign-on/", sign_on.begin, name="sign_on"),
    path("sign-on/end/", sign_on.end, name="sign_on_end"),
    *usual,
]
