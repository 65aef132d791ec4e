"""Log in by an institution, against a provider on this machine."""

import http.client
import subprocess
import sys
import threading
import time
import urllib.parse
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import requests
from django.conf import settings as project
from django.contrib.auth.models import Group, User
from django.core.cache import cache
from django.db import connection
from django.test import Client

from game.accounts import sign_on
from game.models import SignOn
from tests.support import urls_with_sign_on
from tests.support.oidc import CLIENT, SECRET, Provider, new_key, provider
from tests.support.server import Web, environment_of_tests

BACKENDS = [*project.AUTHENTICATION_BACKENDS, "dashboard.account.sign_on.Backend"]
FAILED = "Your institution could not log you in."


@pytest.fixture
def university(db: None, settings: Any) -> Iterator[Provider]:
    with provider() as server:
        # Imported before an institution is named, so that the usual addresses have none.
        settings.ROOT_URLCONF = urls_with_sign_on.__name__
        settings.AUTHENTICATION_BACKENDS = BACKENDS
        settings.OIDC_ISSUER = server.issuer
        settings.OIDC_RP_CLIENT_ID, settings.OIDC_RP_CLIENT_SECRET = CLIENT, SECRET
        settings.OIDC_NEW_ACCOUNTS = True
        cache.delete(f"oidc:{server.issuer}")
        yield server


def sent_to(client: Client, address: str) -> str:
    return str(client.get(address)["Location"])


def signed_on(client: Client, then: str = "") -> Any:
    """Go from the login page to the institution and back; return the page on which the browser ends."""
    there = sent_to(client, f"/sign-on/?next={then}" if then else "/sign-on/")
    back = requests.get(there, allow_redirects=False, timeout=5).headers["Location"]
    parts = urllib.parse.urlsplit(back)
    assert (parts.netloc, parts.path) == ("testserver", "/sign-on/end/")
    return client.get(f"{parts.path}?{parts.query}", follow=True)


def user_of(client: Client) -> User | None:
    return User.objects.filter(pk=client.session.get("_auth_user_id", 0)).first()


def test_a_new_person_gets_an_account_without_any_right(university: Provider, client: Client) -> None:
    page = signed_on(client)
    assert page.redirect_chain[-1][0] == "/dashboard/"
    user = user_of(client)
    assert user is not None and user.username == "m.curie"
    assert not user.is_staff and not user.is_superuser and not user.has_usable_password()
    assert not user.groups.exists() and not user.user_permissions.exists() and not user.get_all_permissions()
    # No mail address and no name are kept.
    assert (user.email, user.first_name, user.last_name) == ("", "", "")
    assert (user.sign_on.issuer, user.sign_on.subject) == (university.issuer, "248289761001")
    assert set(university.asked) == {
        "/.well-known/openid-configuration", "/authorization_endpoint", "/token_endpoint", "/jwks_uri",
        "/userinfo_endpoint",
    }  # fmt: skip


def test_the_groups_that_the_settings_name_are_all_that_a_new_person_gets(
    university: Provider, client: Client, settings: Any
) -> None:
    settings.OIDC_GROUPS = ["Instructors", "no such group"]
    university.person["groups"] = ["admin", "superusers"]
    signed_on(client)
    user = user_of(client)
    assert user is not None and not user.is_staff and not user.is_superuser
    assert list(user.groups.all()) == [Group.objects.get(name="Instructors")]


def test_the_same_person_has_the_same_account_under_another_name(university: Provider) -> None:
    signed_on(Client())
    university.person |= {"preferred_username": "m.sklodowska", "email": "other@uni.example"}
    again = Client()
    assert signed_on(again, "/dashboard/new/").redirect_chain[-1][0] == "/dashboard/new/"
    assert user_of(again) == User.objects.get(username="m.curie") and SignOn.objects.count() == 1


@pytest.mark.parametrize("field", ["preferred_username", "email"])
def test_nobody_takes_an_account_by_its_name_or_mail_address(university: Provider, client: Client, field: str) -> None:
    root = User.objects.create_superuser("Root", "root@uni.example")
    university.person = {"sub": "1", field: {"preferred_username": "root", "email": "root@uni.example"}[field]}
    signed_on(client)
    user = user_of(client)
    assert user is not None and user != root and not user.is_superuser
    assert user.username.lower() != "root"


def test_without_new_accounts_a_stranger_is_refused_and_a_connected_account_is_not(
    university: Provider, client: Client, settings: Any, host: User
) -> None:
    settings.OIDC_NEW_ACCOUNTS = False
    page = signed_on(client)
    assert "No account here is connected with you." in page.content.decode() and user_of(client) is None
    assert not SignOn.objects.exists() and User.objects.count() == 1
    client.force_login(host, backend="django.contrib.auth.backends.ModelBackend")
    assert signed_on(client, "/dashboard/account/").status_code == 200
    other = Client()
    signed_on(other)
    assert user_of(other) == host and host.sign_on.subject == "248289761001"


def test_an_account_is_connected_with_one_person_only(university: Provider, client: Client, host: User) -> None:
    client.force_login(host, backend="django.contrib.auth.backends.ModelBackend")
    signed_on(client)
    university.person["sub"] = "another"
    page = signed_on(client)
    assert "connected with another person" in page.content.decode()
    assert SignOn.objects.get().subject == "248289761001" and user_of(client) == host


@pytest.mark.parametrize(
    ("claims", "comes_in"),
    [({}, False), ({"affiliation": "student"}, False), ({"affiliation": ["student", "staff"]}, True),
     ({"affiliation": "staff"}, True)],
)  # fmt: skip
def test_a_person_needs_what_the_settings_require(
    university: Provider, client: Client, settings: Any, claims: dict[str, Any], comes_in: bool
) -> None:
    settings.OIDC_REQUIRED = ["affiliation=staff"]
    university.person |= claims
    page = signed_on(client)
    assert (user_of(client) is not None) is comes_in is User.objects.exists()
    assert comes_in or "does not name you as somebody who may log in here" in page.content.decode()


@pytest.mark.parametrize(
    ("required", "claims"),
    [("email_verified=true", {"email_verified": True}), ("level=3", {"level": 3}), ("levels=2", {"levels": [1, 2]}),
     ("minor=false", {"minor": False})],
)  # fmt: skip
def test_a_claim_that_is_no_text_is_compared_as_it_is_written(
    university: Provider, client: Client, settings: Any, required: str, claims: dict[str, Any]
) -> None:
    settings.OIDC_REQUIRED = [required]
    university.person |= claims
    signed_on(client)
    assert user_of(client) is not None


def test_pupils_who_are_refused_lock_nobody_out_at_their_address(university: Provider, settings: Any) -> None:
    settings.OIDC_REQUIRED = ["affiliation=staff"]
    for n in range(settings.AXES_FAILURE_LIMIT + 2):
        university.person = {"sub": f"pupil {n}", "affiliation": "student"}
        signed_on(Client())
    university.person = {"sub": "teacher", "affiliation": "staff"}
    client = Client()
    signed_on(client)
    assert user_of(client) is not None


SPOILT: dict[str, Callable[[dict[str, Any]], object]] = {
    "for another client": lambda claims: claims.update(aud="another"),
    "for two clients, by the other": lambda claims: claims.update(aud=[CLIENT, "another"], azp="another"),
    "of another issuer": lambda claims: claims.update(iss="https://elsewhere.example"),
    "expired": lambda claims: claims.update(exp=int(time.time()) - 120),
    "without an end": lambda claims: claims.pop("exp"),
    "of another login": lambda claims: claims.update(nonce="another"),
    "without a nonce": lambda claims: claims.pop("nonce"),
    "of nobody": lambda claims: claims.pop("sub"),
    "of another person than the userinfo": lambda claims: claims.update(sub="another"),
}


@pytest.mark.parametrize("how", SPOILT)
def test_a_token_that_is_not_as_it_must_be_lets_nobody_in(university: Provider, client: Client, how: str) -> None:
    university.spoil, university.userinfo = SPOILT[how], dict(university.person)
    page = signed_on(client)
    assert FAILED in page.content.decode() and user_of(client) is None
    assert not User.objects.exists()


@pytest.mark.parametrize("how", ["another key", "no signature"])
def test_a_token_that_the_institution_did_not_sign_lets_nobody_in(
    university: Provider, client: Client, how: str
) -> None:
    if how == "no signature":
        university.algorithm = "none"
    else:
        university.signing_key = new_key()
    page = signed_on(client)
    assert FAILED in page.content.decode() and user_of(client) is None and not User.objects.exists()


def test_what_ends_at_the_institution_ends_at_the_login_page(university: Provider, client: Client) -> None:
    university.refuses = True
    page = signed_on(client)
    assert page.redirect_chain[-1][0] == "/login/" and FAILED in page.content.decode()


def test_an_answer_that_this_browser_did_not_ask_for_is_refused(university: Provider, client: Client) -> None:
    there = sent_to(client, "/sign-on/")
    back = urllib.parse.urlsplit(requests.get(there, allow_redirects=False, timeout=5).headers["Location"])
    stranger = Client()
    assert stranger.get(f"/sign-on/end/?{back.query}", follow=True).redirect_chain[-1][0] == "/login/"
    sent_to(stranger, "/sign-on/")
    assert stranger.get(f"/sign-on/end/?{back.query}").status_code == 400
    assert user_of(stranger) is None and not User.objects.exists()
    # A login by password asks the institution for nothing.
    asked = len(university.asked)
    client.post(f"/login/?{back.query}", {"username": "m.curie", "password": "x"})
    assert user_of(client) is None and len(university.asked) == asked


def test_an_institution_that_is_away_is_named_and_passwords_go_on(
    university: Provider, client: Client, settings: Any, host: User
) -> None:
    settings.OIDC_ISSUER = "http://127.0.0.1:1"
    page = client.get("/sign-on/", follow=True)
    assert page.redirect_chain[-1][0] == "/login/" and FAILED in page.content.decode()
    client.post("/login/", {"username": "host", "password": "correct horse battery"})
    assert user_of(client) == host


def test_an_issuer_that_calls_itself_otherwise_is_refused(university: Provider, client: Client, settings: Any) -> None:
    settings.OIDC_ISSUER = university.issuer.replace("127.0.0.1", "localhost")
    cache.delete(f"oidc:{settings.OIDC_ISSUER}")
    assert FAILED in client.get("/sign-on/", follow=True).content.decode()


@pytest.mark.django_db(transaction=True)
def test_tabs_that_sign_on_at_once_make_one_account(settings: Any) -> None:
    settings.OIDC_NEW_ACCOUNTS = True
    claims, begin = {"iss": "https://uni.example", "sub": "7", "name": "Marie Curie"}, threading.Barrier(4)

    def in_a_tab() -> User:
        try:
            begin.wait(10)
            return sign_on.account_of(claims, None)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as tabs:
        made = {tab.result().pk for tab in [tabs.submit(in_a_tab) for _ in range(4)]}
    assert made == {User.objects.get().pk} and User.objects.get().username == "Marie-Curie"


@pytest.mark.parametrize(
    ("given", "name"),
    [({"preferred_username": "m curie/<b>"}, "m-curie-b"), ({"email": "m@uni.example"}, "m@uni.example"),
     ({"preferred_username": "HOST"}, "HOST-2"), ({}, "instructor"), ({"name": "李" * 200}, "李" * 140)],
)  # fmt: skip
def test_a_new_account_has_a_free_name(settings: Any, host: User, given: dict[str, str], name: str) -> None:
    settings.OIDC_NEW_ACCOUNTS = True
    made = sign_on.account_of({"iss": "https://uni.example", "sub": "7", **given}, None)
    assert made.username == name
    made.full_clean(exclude=["password"])


@pytest.mark.django_db(transaction=True)
def test_a_real_server_has_it_where_the_environment_says_so_and_nowhere_else() -> None:
    with provider() as university:
        environment = {"OIDC_ISSUER": university.issuer, "OIDC_CLIENT_ID": CLIENT, "OIDC_CLIENT_SECRET": SECRET,
                       "OIDC_NEW_ACCOUNTS": "1", "OIDC_NAME": "University of Göttingen"}  # fmt: skip
        web = Web(**environment).start()
        try:
            browser = requests.Session()
            address = f"http://127.0.0.1:{web.port}"
            assert "Log in by University of Göttingen" in browser.get(f"{address}/login/", timeout=20).text
            page = browser.get(f"{address}/sign-on/", timeout=20)
            assert page.url == f"{address}/dashboard/" and "m.curie" in page.text
            page = browser.get(f"{address}/dashboard/account/", timeout=20)
            assert "connected with you at University of Göttingen" in " ".join(page.text.split())
        finally:
            web.stop()


def test_without_an_institution_its_packages_are_not_loaded() -> None:
    program = (
        "import chsh_project.asgi, sys; print(sorted({'requests', 'jwt', 'mozilla_django_oidc'} & set(sys.modules)))"
    )
    environment = environment_of_tests()
    said = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True, env=environment)
    assert said.stdout.strip() == "[]"


def test_by_default_there_is_no_institution(db: None, client: Client) -> None:
    assert client.get("/sign-on/").status_code == http.client.NOT_FOUND
    assert "sign-on" not in client.get("/login/").content.decode()
    assert BACKENDS[:-1] == project.AUTHENTICATION_BACKENDS
