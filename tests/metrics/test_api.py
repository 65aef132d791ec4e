import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.core.management import CommandError, call_command
from django.test import Client, override_settings
from django.utils import timezone
from openapi_spec_validator import validate

from game import tunables
from game.models import Tunable
from game.realtime import emergency
from metrics.api import tokens
from metrics.api.openapi import operations
from metrics.api.operator_view import Operation
from metrics.models import ApiToken, OperatorAct, OptimizationRun
from metrics.tuning.optimise import OPTIMISERS

pytestmark = pytest.mark.django_db

NOWHERE = "redis://127.0.0.1:1/0"


def logged_in(name: str, **client: Any) -> Client:
    browser = Client(**client)
    user = User.objects.get_or_create(username=name, is_staff=name != "teacher")[0]
    if name == "staff":
        user.user_permissions.add(Permission.objects.get(codename="add_operatoract"))
    browser.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return browser


@pytest.fixture
def staff() -> Any:
    yield logged_in("staff")
    Tunable.objects.all().delete()
    tunables.read()


def url(path: str) -> str:
    return f"/api/admin/{path}"


Endpoint = tuple[str, Operation]
ENDPOINTS = list(operations().items())
each_endpoint = pytest.mark.parametrize("endpoint", ENDPOINTS, ids=[address for address, _ in ENDPOINTS])


def ask(client: Client, endpoint: Endpoint, **headers: Any) -> Any:
    address, operation = endpoint
    if operation.method == "GET":
        return client.get(address, **headers)
    return client.post(address, "{}", content_type="application/json", **headers)


def post(client: Client, path: str, **body: Any) -> Any:
    return client.post(url(path), json.dumps(body), content_type="application/json")


@each_endpoint
def test_every_endpoint_answers_staff_alone(staff: Client, endpoint: Endpoint) -> None:
    assert ask(Client(), endpoint).status_code == 401
    assert ask(logged_in("teacher"), endpoint).status_code == 403
    assert not OperatorAct.objects.exists() and not OptimizationRun.objects.exists()
    response = ask(staff, endpoint)
    assert response.status_code == 200, response.content
    address, operation = endpoint
    assert set(response.json()) == set(operation.returns.__struct_fields__)
    other = staff.post if operation.method == "GET" else staff.get
    assert other(address).status_code == 405


@each_endpoint
def test_a_host_who_is_staff_looks_and_changes_nothing(endpoint: Endpoint) -> None:
    browser = logged_in("instructor")
    User.objects.get(username="instructor").groups.add(Group.objects.get(name="Instructors"))
    assert ask(browser, endpoint).status_code == (200 if endpoint[1].method == "GET" else 403)
    assert not OperatorAct.objects.exists() and not OptimizationRun.objects.exists()
    assert "data-api" not in browser.get("/operations/").content.decode()


def test_an_act_needs_the_csrf_token() -> None:
    browser = logged_in("staff", enforce_csrf_checks=True)
    response = post(browser, "cache/clear")
    assert response.status_code == 403 and "X-CSRFToken" in response.json()["error"]
    assert not OperatorAct.objects.exists()
    assert browser.post("/login/").headers["Content-Type"].startswith("text/html")


def test_who_did_what_is_kept(staff: Client) -> None:
    post(staff, "cache/clear", domains=["qr"])
    post(staff, "cache/clear", domains=["secrets"])
    kept = [(act.username, act.act, act.parameters, act.outcome[:3]) for act in OperatorAct.objects.order_by("pk")]
    act = "POST /api/admin/cache/clear"
    assert kept == [("staff", act, {"domains": ["qr"]}, "200"), ("staff", act, {"domains": ["secrets"]}, "400")]


def test_what_is_not_understood_is_named(staff: Client) -> None:
    assert "domain='secrets'" in post(staff, "cache/clear", domains=["secrets"]).json()["error"]
    assert "speed" in post(staff, "optimize/cache", speed=9).json()["error"]
    assert "page_size" in staff.get(url("database/stats"), {"page_size": 101}).json()["error"]
    assert "NOPE22" in post(staff, "cache/warm", games=["nope22"]).json()["error"]
    assert staff.post(url("cache/clear"), "{", content_type="application/json").status_code == 400


def test_lists_come_in_pages_of_20(staff: Client) -> None:
    first = staff.get(url("database/stats")).json()
    assert (len(first["items"]), first["page"], first["page_size"]) == (20, 1, 20) and first["total"] > 25
    second = staff.get(url("database/stats"), {"page": 2}).json()
    everything = staff.get(url("database/stats"), {"page_size": 100}).json()["items"]
    names = [row["table"] for row in first["items"] + second["items"]]
    assert len(set(names)) == len(names) and set(names) <= {row["table"] for row in everything}


def test_long_answers_are_compressed(staff: Client) -> None:
    response = staff.get(url("database/stats"), headers={"Accept-Encoding": "gzip"})
    assert response.headers["Content-Encoding"] == "gzip"
    assert len(gzip.decompress(response.content)) > 1024


def test_a_dry_run_over_the_api_changes_nothing(staff: Client) -> None:
    run = post(staff, "optimize/full", dry_run=True).json()
    assert run["dry_run"] and run["kind"] == "full" and run["observations"]
    assert OptimizationRun.objects.get(pk=run["id"]).asked_by == "staff"


def test_the_emergency_mode_is_switched_on_and_off(staff: Client) -> None:
    assert post(staff, "cache/emergency-mode", seconds=60).json()["until"]
    assert emergency.dashboard_interval() == 2
    assert post(staff, "cache/emergency-mode", on=False).json() == {"until": None}
    assert emergency.dashboard_interval() == 0.25
    assert post(staff, "cache/emergency-mode", seconds=10**6).status_code == 400


def test_valkey_away_is_said(staff: Client, settings: Any) -> None:
    with override_settings(CACHES={**settings.CACHES, "derived": {**settings.CACHES["derived"], "LOCATION": NOWHERE}}):
        response = staff.get(url("cache/stats"))
    assert response.status_code == 503 and "Valkey does not answer" in response.json()["error"]


def test_the_description_is_in_step_and_valid() -> None:
    call_command("openapi", check=True)
    described = json.loads(Path("docs/protocol/openapi.json").read_text())
    validate(described)
    assert {f"/api/admin/optimize/{kind}" for kind in OPTIMISERS if kind != "maintenance"} <= set(described["paths"])


def program_with(token: str) -> Client:
    return Client(headers={"Authorization": f"Bearer {token}"}, enforce_csrf_checks=True)


def token_of(name: str, scope: str = "read") -> str:
    logged_in(name)
    return tokens.create(User.objects.get(username=name), "a script", scope, 1)[1]


def test_a_token_looks_and_acts_for_its_person_and_the_act_says_so() -> None:
    program = program_with(token_of("staff", "act"))
    assert program.get(url("database/stats")).status_code == 200
    assert post(program, "cache/clear").status_code == 200
    act = OperatorAct.objects.get()
    assert (act.username, act.token) == ("staff", "a script")
    assert ApiToken.objects.get().last_used_at is not None


def test_a_token_that_may_look_does_not_act() -> None:
    program = program_with(token_of("staff"))
    assert program.get(url("cache/stats")).status_code == 200
    response = post(program, "cache/clear")
    assert (response.status_code, response.json()["error"]) == (403, "This token may only look.")
    assert not OperatorAct.objects.exists()


def test_a_token_never_has_more_rights_than_its_person() -> None:
    program = program_with(token_of("instructor", "act"))
    assert post(program, "cache/clear").status_code == 403
    with pytest.raises(ValueError, match="user='teacher': only for staff"):
        token_of("teacher")
    User.objects.filter(username="instructor").update(is_staff=False)
    assert program.get(url("cache/stats")).status_code == 403
    User.objects.filter(username="instructor").update(is_active=False)
    assert program.get(url("cache/stats")).status_code == 401


@pytest.mark.parametrize("how", ["expired", "ended", "invented", "cut"])
def test_a_token_that_is_no_longer_one_is_refused(how: str) -> None:
    token = token_of("staff", "act")
    if how == "expired":
        ApiToken.objects.update(expires_at=timezone.now())
    elif how == "ended":
        call_command("api_token", end=ApiToken.objects.get().pk)
    else:
        token = token[:-1] if how == "cut" else "chsh_" + "A" * 43
    program = program_with(token)
    response = post(program, "cache/clear")
    assert response.status_code == 401 and response.json()["error"]


def test_a_session_still_needs_the_csrf_token(staff: Client) -> None:
    browser = logged_in("staff", enforce_csrf_checks=True)
    response = post(browser, "cache/clear")
    assert response.status_code == 403 and "X-CSRFToken" in response.json()["error"]


def test_the_command_makes_lists_and_ends_tokens_and_stores_no_token(capsys: Any) -> None:
    logged_in("staff")
    call_command("api_token", create="staff", name="nightly", scope="act", days=30)
    printed = capsys.readouterr()
    token = printed.out.strip()
    row = ApiToken.objects.get()
    assert token.startswith("chsh_") and token not in str(ApiToken.objects.values())
    call_command("api_token", list=True)
    assert "nightly of staff may act until" in capsys.readouterr().out
    for wrong_call, said in (
        ({"create": "nobody", "name": "x"}, "no account"),
        ({"create": "staff"}, "--name is missing"),
        ({"create": "staff", "name": "x", "days": 1000}, "days=1000: use 1 to 366"),
        ({"end": row.pk + 1}, "no token has this number"),
    ):
        with pytest.raises(CommandError, match=said):
            call_command("api_token", **wrong_call)
    call_command("api_token", end=row.pk)
    assert not ApiToken.objects.exists()
