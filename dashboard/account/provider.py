"""What the institution's server says about itself (OpenID Connect Discovery 1.0), read once an hour."""

from typing import Any
from urllib.parse import urlsplit

import requests
import structlog
from django.conf import settings
from django.core.cache import cache
from mozilla_django_oidc.utils import import_from_settings
from redis.exceptions import RedisError

log = structlog.get_logger(__name__)

KEPT_SECONDS = 3600
# The settings of mozilla-django-oidc that discovery knows.
ENDPOINTS = {
    "OIDC_OP_AUTHORIZATION_ENDPOINT": "authorization_endpoint",
    "OIDC_OP_TOKEN_ENDPOINT": "token_endpoint",
    "OIDC_OP_USER_ENDPOINT": "userinfo_endpoint",
    "OIDC_OP_JWKS_ENDPOINT": "jwks_uri",
}


class BadProvider(ValueError):
    """The institution's server says something that it may not say."""


def setting(name: str, *default: Any) -> Any:
    """Return a setting of mozilla-django-oidc; raises BadProvider or requests' errors where discovery fails."""
    if name in ENDPOINTS:
        return _metadata()[ENDPOINTS[name]]
    return import_from_settings(name, *default)


def _metadata() -> dict[str, str]:
    key = f"oidc:{settings.OIDC_ISSUER}"
    try:
        if known := cache.get(key):
            return dict(known)
    except RedisError as error:
        log.warning("provider_not_remembered", error=repr(error))
    found = _discovered()
    try:
        cache.set(key, found, KEPT_SECONDS)
    except RedisError as error:
        log.warning("provider_not_remembered", error=repr(error))
    return found


def _discovered() -> dict[str, str]:
    address = f"{settings.OIDC_ISSUER.rstrip('/')}/.well-known/openid-configuration"
    answer = requests.get(address, timeout=settings.OIDC_TIMEOUT)
    answer.raise_for_status()
    said = answer.json()
    if said.get("issuer") != settings.OIDC_ISSUER:
        raise BadProvider(f"issuer={said.get('issuer')!r}: OIDC_ISSUER is {settings.OIDC_ISSUER!r}")
    for name in ENDPOINTS.values():
        if urlsplit(str(said.get(name))).scheme != urlsplit(settings.OIDC_ISSUER).scheme:
            raise BadProvider(f"{name}={said.get(name)!r}: not an address like OIDC_ISSUER's")
    return {name: said[name] for name in ENDPOINTS.values()}
