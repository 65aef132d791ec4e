from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from metrics.models import OptimizationRun, Report
from metrics.reports import charts, tiles
from tests.support.measurements import minute

pytestmark = pytest.mark.django_db


@pytest.fixture
def root() -> Client:
    client = Client()
    client.force_login(User.objects.create_superuser("root"), backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_the_operations_page_is_for_staff_alone(host: Any, root: Client, client: Client) -> None:
    assert client.get("/operations/").headers["Location"].startswith("/login/")
    client.force_login(host, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get("/operations/").status_code == 403
    assert root.get("/operations/").status_code == 200
    assert root.get("/api/").headers["Location"] == "/operations/"


def test_what_is_not_measured_is_a_dash_and_never_0(root: Client) -> None:
    assert {(tile.value, tile.state) for tile in tiles.tiles()} == {("–", "unknown")}
    page = root.get("/operations/").content.decode()
    assert "Not known yet: no process has measured in the last 10 minutes." in page


def test_the_worst_stands_first_with_its_word_and_its_target() -> None:
    for ago in (2, 3, 4):
        minute(timedelta(minutes=ago), cpu_share=0.5, memory_bytes=600 * 2**20, cache_hits=95, cache_misses=5)
    first, second, *_ = tiles.tiles()
    assert (first.word, first.value, first.state) == ("Memory of a web process", "600 MB", "beyond")
    assert first.target == "at most 500 MB" and first.curve.startswith("M2.0,")
    assert second.word in ("Busiest web process", "Cache hits") and second.state == "good"
    hits = next(tile for tile in tiles.tiles() if tile.word == "Cache hits")
    assert hits.target == "at least 90.0 %" and hits.use == pytest.approx(0.5)


def test_the_page_names_what_limits_the_last_runs_and_the_reports(root: Client) -> None:
    minute(timedelta(minutes=2), cpu_share=0.97)
    OptimizationRun.objects.create(kind="cache", asked_by="schedule", seconds=0.5, error="KeyError: 'x'")
    now = timezone.now()
    report = Report.objects.create(
        kind="capacity", since=now, until=now, html="<h1>Report &amp; review</h1>", markdown="# Report"
    )
    page = root.get("/operations/").content.decode()
    assert "used 97% of a processor" in page and "failed" in page and "optimise cache" in page
    assert f"/operations/reports/{report.pk}/" in page
    assert "<h1>Report &amp; review</h1>" in root.get(f"/operations/reports/{report.pk}/").content.decode()
    markdown = root.get(f"/operations/reports/{report.pk}.md")
    assert markdown.content == b"# Report" and markdown.headers["Content-Type"].startswith("text/markdown")


def test_a_curve_lifts_its_pen_where_nothing_is_known() -> None:
    assert charts.sparkline([1, 2, None, 4, 4]).count("M") == 2
    assert charts.sparkline([None, 3]) == "" and charts.sparkline([0, 0]).startswith("M2.0,22.0")
