"""The README's picture of the page: the demo's leaderboard in Chromium, 1440 by 900 pixels."""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from benchmark import page
from benchmark.dataset import Dataset
from benchmark.demo import generated
from tests.page.webdriver import Browser, missing_programs

FACTS = page.Facts(
    title="sagellm-benchmark leaderboard", dataset_url="https://huggingface.co/datasets/lab/results",
    revision="c0ffee" + "0" * 34, generated_at="2026-04-01 09:00 UTC", lang="en",
)  # fmt: skip


def main() -> None:
    """Write the picture."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("picture", type=Path)
    chosen = parser.parse_args()
    if missing := missing_programs():
        parser.error(f"{missing} not installed: apt-get install chromium chromium-driver")
    entries = [*generated.leaderboard(), *generated.contributions("Mei", "Tomas")]
    with tempfile.TemporaryDirectory() as temporary:
        file = Path(temporary) / "page.html"
        file.write_bytes(page.build(page.rows_of(Dataset().joined(entries)), FACTS).html)
        browser = Browser(Path(temporary))
        try:
            chosen.picture.write_bytes(_taken(browser, file.as_uri()))
        finally:
            browser.close()


def _taken(browser: Browser, url: str) -> bytes:
    size = {"width": 1440, "height": 900, "deviceScaleFactor": 1, "mobile": False}
    browser.emulate("Emulation.setDeviceMetricsOverride", **size)
    browser.open(url)
    browser.wait(lambda: browser.run("return performance.getEntriesByName('all rows').length"))
    return browser.screenshot()


if __name__ == "__main__":
    main()
