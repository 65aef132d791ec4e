"""The check for accessibility finds what it is for."""

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext

from tests.e2e.support.product import LAPTOP, assert_accessible

PAGE = "<html lang=en><title>Page</title><style>{style}</style><main><h1>Page</h1>{body}</main></html>"
FAULTY = {
    "image-alt": ("", "<img src='data:,'>"),
    "dark.*color-contrast": ("@media (prefers-color-scheme: dark) { h1 { color: #eee; background: #fff } }", ""),
    "light.*color-contrast": ("@media (prefers-color-scheme: light) { h1 { color: #eee; background: #fff } }", ""),
    "color-contrast": ("@media (max-width: 400px) { h1 { color: #eee } }", ""),
}


def test_a_page_without_faults_passes(new_context: Callable[..., BrowserContext]) -> None:
    page = new_context(LAPTOP).new_page()
    page.set_content(PAGE.format(style="", body="<p>Text</p>"))
    assert_accessible(page, 1280, 320)


@pytest.mark.parametrize("fault", FAULTY)
def test_a_fault_is_found_at_every_width_and_in_every_colour_scheme(
    new_context: Callable[..., BrowserContext], fault: str
) -> None:
    style, body = FAULTY[fault]
    page = new_context(LAPTOP).new_page()
    page.set_content(PAGE.format(style=style, body=body))
    with pytest.raises(AssertionError, match=fault):
        assert_accessible(page, 1280, 320)
