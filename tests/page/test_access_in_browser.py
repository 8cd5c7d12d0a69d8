"""Accessibility: axe (https://github.com/dequelabs/axe-core) finds nothing in any view."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.page.samples import EVIL, FAST, ROWS, SLOW, at_once, entry, row
from tests.page.test_sheets_in_browser import id_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.page.webdriver import Browser

    Visit = Callable[..., Browser]

AXE = Path(__file__).resolve().parents[2] / ".venvs" / "axe" / "axe.min.js"
RUN = """
const done = arguments[0];
axe.run(document).then(({ violations }) =>
  done(violations.map(({ id, nodes }) => `${id}: ${nodes[0].html.slice(0, 200)}`)));
"""
SWEEP = [row(at_once(entry("gpt2"), level, (90 * level, 9 + level))) for level in (1, 2, 4)]
MARKED = [
    row(
        entry("gpt2", engine="x", data_source="generated for the demo"),
        tier="reproduced",
        reproduced_by=2,
    ),
    row(entry("gpt2", engine="y"), verdict="doubtful", verdict_reasons=("TPOT is too short",)),
    row(entry("gpt2", engine="z"), superseded_by="0" * 64),
]
STATES = {
    "ranking": "",
    "ranking of all": "model=*&unranked=1&each=1",
    "curves": "view=curves",
    "by concurrency": "view=matched",
    "history": "view=history&model=*",
    "nothing found": "q=nothing-has-this",
    "Chinese": "lang=zh",
    "a result": f"show={id_of(EVIL)}",
    "compared": f"pick={id_of(FAST)}&pick={id_of(SLOW)}&show=compare",
}


@pytest.fixture(scope="module")
def axe() -> str:
    """The checker's source; `make test` fetches it."""
    if not AXE.exists():
        pytest.skip(f"{AXE} is not there: make {AXE.relative_to(AXE.parents[2])}")
    return AXE.read_text("utf-8")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("hash_", STATES.values(), ids=STATES)
def test_axe_finds_nothing(show: Visit, axe: str, hash_: str, scheme: str) -> None:
    """In light and in dark; on a phone when dark."""
    browser = show([*ROWS, *SWEEP, *MARKED], hash_)
    # Half-way between two colours there is no contrast.
    wishes = {"prefers-color-scheme": scheme, "prefers-reduced-motion": "reduce"}
    features = [{"name": name, "value": value} for name, value in wishes.items()]
    browser.emulate("Emulation.setEmulatedMedia", features=features)
    if scheme == "dark":
        size = {"width": 390, "height": 844, "deviceScaleFactor": 1, "mobile": True}
        browser.emulate("Emulation.setDeviceMetricsOverride", **size)
    browser.run(axe)
    assert browser.run_async(RUN) == []


@pytest.mark.parametrize("sheet", ["model", "facet-hardware", "columns", "export"])
def test_axe_finds_nothing_in_an_open_list(show: Visit, axe: str, sheet: str) -> None:
    """Nor in what lies under it."""
    browser = show([*ROWS, *SWEEP])
    browser.click(f"#{sheet}")
    browser.run(axe)
    assert browser.run_async(RUN) == []
