"""The projector inside pages of other sites, such as slides, where the operator allows them (EMBED_ORIGINS)."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from csp.constants import SELF
from django.conf import settings
from django.http import HttpResponseBase

View = Callable[..., HttpResponseBase]


def embeddable(view: View) -> View:
    """
    Let pages of EMBED_ORIGINS show this one inside themselves; without any origin nobody may, as everywhere else.

    Cookies are not sent there: the page needs none, because whatever it shows is public to those who know the code.
    """

    @wraps(view)
    def may_be_embedded(*arguments: Any, **named: Any) -> HttpResponseBase:
        response: Any = view(*arguments, **named)
        if settings.EMBED_ORIGINS:
            response._csp_replace = {"frame-ancestors": [SELF, *settings.EMBED_ORIGINS]}
            # The older header can name no origin, and browsers that know the policy leave it out.
            response.xframe_options_exempt = True
        return response

    return may_be_embedded
