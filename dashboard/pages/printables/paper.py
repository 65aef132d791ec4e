"""The papers that pages are made for.  Each has a stylesheet of its own, which alone can name the size of a page."""

from django.http import HttpRequest

PAPERS = {"a4": "A4", "letter": "Letter", "a3": "A3"}


def chosen(request: HttpRequest, *offered: str) -> dict[str, object]:
    """Return what templates need of the paper in the address; the first one offered where it names none of them."""
    asked = request.GET.get("paper", "")
    paper = asked if asked in offered else offered[0]
    return {
        "paper": paper,
        "papers": [(key, PAPERS[key]) for key in offered],
        "paper_style": f"css/paper/{paper}.css",
    }
