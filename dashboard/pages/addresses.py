"""The page on which an instructor finds the address that phones reach."""

from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from game.web import addresses
from game.web.join_address import on_host, players_url, qr_picture


@never_cache
@login_required
def join_addresses(request: HttpRequest) -> HttpResponseBase:
    """Every address of this machine with its test; a POST chooses where players are sent."""
    if request.method == "POST":
        if addresses.choose(request.POST.get("host", "")):
            messages.success(request, _("Players are sent to this address now."))
        else:
            messages.error(request, _("This computer does not have this address any more."))
        return redirect("join_addresses")
    used = urlsplit(players_url(request, "/")).hostname
    known = [
        {**one._asdict(), "url": _test_url(request, one.host), "in_use": one.host == used} for one in addresses.known()
    ]
    return render(request, "dashboard/addresses.html", {"addresses": known, "fixed": bool(settings.PUBLIC_URL)})


@never_cache
@require_GET
@login_required
def state(request: HttpRequest) -> HttpResponseBase:
    """Tell the page which addresses there are, and by which of them a phone came lately."""
    return JsonResponse({"addresses": [one._asdict() for one in addresses.known()]})


@never_cache
@require_GET
@login_required
def qr_code(request: HttpRequest) -> HttpResponseBase:
    """Return the test page by the address in ?host= as a QR code."""
    host = request.GET.get("host", "")
    if host not in addresses.hosts():
        raise Http404(f"host={host!r}: not an address of this machine")
    return HttpResponse(qr_picture(_test_url(request, host)), content_type="image/svg+xml")


def _test_url(request: HttpRequest, host: str) -> str:
    if settings.PUBLIC_URL:
        return f"{settings.PUBLIC_URL}{reverse('reach')}"
    return on_host(players_url(request, reverse("reach")), host)
