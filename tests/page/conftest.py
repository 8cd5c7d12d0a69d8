"""A browser for all tests of a worker, and a page in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.page.samples import build
from tests.page.webdriver import Browser, missing_programs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """A headless Chromium; without one installed the test is skipped."""
    if missing := missing_programs():
        pytest.skip(f"{missing} not installed: apt-get install chromium chromium-driver")
    browser = Browser(tmp_path_factory.mktemp("browser"))
    yield browser
    browser.close()


@pytest.fixture(scope="session")
def address(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The sample page as a file."""
    path = tmp_path_factory.mktemp("page") / "leaderboard.html"
    path.write_bytes(build())
    return path.as_uri()


@pytest.fixture
def visit(browser: Browser, address: str) -> Iterator[Callable[[str], Browser]]:
    """Open the sample page anew with a hash; whatever it does, the console stays clean."""

    def _visit(hash_: str = "") -> Browser:
        browser.open(f"{address}#{hash_}")
        return browser

    yield _visit
    browser.emulate("Emulation.setEmulatedMedia", features=[])
    browser.emulate("Emulation.clearDeviceMetricsOverride")
    assert browser.complaints() == []
