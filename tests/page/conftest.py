"""A browser for all tests of a worker, and a page in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.page.samples import build
from tests.page.webdriver import Browser, missing_programs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from benchmark import page


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
def clean(browser: Browser) -> Iterator[Browser]:
    """The browser; whatever a page does in it, the console stays clean."""
    yield browser
    browser.emulate("Emulation.setEmulatedMedia", features=[])
    browser.emulate("Emulation.clearDeviceMetricsOverride")
    assert browser.complaints() == []


@pytest.fixture
def visit(clean: Browser, address: str) -> Callable[[str], Browser]:
    """Open the sample page anew with a hash."""

    def _visit(hash_: str = "") -> Browser:
        return opened(clean, f"{address}#{hash_}")

    return _visit


@pytest.fixture
def show(clean: Browser, tmp_path: Path) -> Callable[..., Browser]:
    """Open a page of some rows."""

    def _show(rows: list[page.Row], hash_: str = "") -> Browser:
        path = tmp_path / "rows.html"
        path.write_bytes(build(rows))
        return opened(clean, f"{path.as_uri()}#{hash_}")

    return _show


def opened(browser: Browser, url: str) -> Browser:
    """The browser, once the page shows its rows."""
    browser.open(url)
    browser.wait(lambda: browser.run("return performance.getEntriesByName('all rows').length"))
    return browser
