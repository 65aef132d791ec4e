"""The account of a person whom an institution signs on: found by issuer and subject, never by name or mail address."""

import re
from collections.abc import Mapping
from typing import Any

import structlog
from django.conf import settings
from django.contrib.auth.models import Group, User
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from game.lobby.refusal import Refusal
from game.models import SignOn

log = structlog.get_logger(__name__)

# Claims of which an account's name is made, the first that is there.
NAMES = ("preferred_username", "email", "name")
_NO_NAME = re.compile(r"[^\w.@+-]+")
MOST_IN_NAME = 140


def account_of(claims: Mapping[str, Any], here: User | None) -> User:
    """
    Return the account of the person of these claims.

    A person who is unknown is connected with the account that is logged in here; without one a new account is made, if
    OIDC_NEW_ACCOUNTS says so, with the groups of OIDC_GROUPS and no other right.  Refused to others, and to persons
    without a value that OIDC_REQUIRED asks for.
    """
    issuer, subject = str(claims["iss"]), str(claims["sub"])
    if missing := [wanted for wanted in settings.OIDC_REQUIRED if not _has(claims, wanted)]:
        log.info("sign_on_refused", issuer=issuer, missing=missing)
        raise Refusal("not_required", _("Your institution does not name you as somebody who may log in here."))
    if known := _known(issuer, subject):
        return known
    try:
        with transaction.atomic():
            owner = _to_connect(here) or _new(claims)
            SignOn.objects.create(owner=owner, issuer=issuer, subject=subject)
    except IntegrityError:
        # Two tabs signed on at once: the first one made the account.
        if known := _known(issuer, subject):
            return known
        raise
    log.info("signed_on_first", user=owner.pk, new=owner != here)
    return owner


def _known(issuer: str, subject: str) -> User | None:
    return User.objects.filter(sign_on__issuer=issuer, sign_on__subject=subject).first()


def _has(claims: Mapping[str, Any], wanted: str) -> bool:
    """Whether a claim has the value, alone or in a list, that a line of OIDC_REQUIRED names: claim=value."""
    claim, _equals, value = wanted.partition("=")
    given = claims.get(claim)
    return value in map(_written, given if isinstance(given, list) else [given])


def _written(value: object) -> str:
    """Return a value of a claim as a line of OIDC_REQUIRED has it: true and false as in JSON."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _to_connect(here: User | None) -> User | None:
    if here is not None and SignOn.objects.filter(owner=here).exists():
        raise Refusal("connected", _("This account is connected with another person of an institution."))
    return here


def _new(claims: Mapping[str, Any]) -> User:
    if not settings.OIDC_NEW_ACCOUNTS:
        raise Refusal(
            "no_account", _("No account here is connected with you. Log in with its password and connect it.")
        )
    # Without a password: the institution alone signs this account on.
    made = User.objects.create_user(_free_name(claims))
    made.groups.set(_groups())
    return made


def _free_name(claims: Mapping[str, Any]) -> str:
    given = next((str(claims[name]) for name in NAMES if claims.get(name)), "")
    name = _NO_NAME.sub("-", given).strip("-")[:MOST_IN_NAME] or "instructor"
    alike = set(User.objects.filter(username__istartswith=name).values_list("username", flat=True))
    taken = {one.lower() for one in alike}
    return next(one for one in (name, *(f"{name}-{n}" for n in range(2, len(taken) + 3))) if one.lower() not in taken)


def _groups() -> list[Group]:
    groups = list(Group.objects.filter(name__in=settings.OIDC_GROUPS))
    if missing := set(settings.OIDC_GROUPS) - {group.name for group in groups}:
        log.error("sign_on_groups_missing", groups=sorted(missing))
    return groups
