"""Where the page's rows come from: the file itself, a file beside it, the dataset as it is now."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from benchmark.commands.hub_pages import LeaderboardPages
from benchmark.entry import Entry
from benchmark.localhub.settings import HubSettings
from benchmark.localhub.testing import running_hub
from benchmark.page import builder
from tests.page.conftest import opened
from tests.page.samples import EVIL, FAST, REVISION, SLOW, build, entry, row, site
from tests.page.served import Served
from tests.support.entries import data as valid

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.page.webdriver import Browser

    Visit = Callable[..., Browser]

NOW = "f" * 40
DATASET = "/datasets/lab/results"
BETTER = {**SLOW, "metrics": {**SLOW["metrics"], "throughput_tps": 60}}
ODDITIES: list[dict[str, Any]] = [
    valid(),
    valid({"engine": "vllm", "engine_version": "0.11.0", "workload.name": "short"}),
    valid({"metadata.notes": "Benchmark run: Q7", "hardware.interconnect": "NV Link | 4"}),
    valid({"workload.name": "LONG", "workload.input_length": 2048, "workload.output_length": 512}),
    valid({"cluster": {"node_count": 2, "parallelism": {"tensor_parallel": 8}}}),
    valid({"model.name": " two\u00a0 words\t", "workload.concurrent_requests": 4}),
    valid({"model.name": "名" * 100, "model.quantization": "INT4", "workload.dataset": "x"}),
    EVIL,
]


def hub(*entries: dict[str, Any]) -> dict[str, bytes]:
    """What a Hub answers: its head, and the boards there."""
    return {
        f"/api{DATASET}/revision/main": json.dumps({"sha": NOW}).encode(),
        f"{DATASET}/resolve/{NOW}/leaderboard_single.json": json.dumps(entries).encode(),
        f"{DATASET}/resolve/{NOW}/leaderboard_multi.json": b"[]",
    }


def refreshed(browser: Browser, tmp_path: Path, served: Served, *known: dict[str, Any]) -> Browser:
    """The browser with a page of what was known, after a click on Refresh."""
    path = tmp_path / "page.html"
    path.write_bytes(build([row(one) for one in known], dataset_url=f"{served.url}{DATASET}"))
    opened(browser, f"{path.as_uri()}#model=*&each=1")
    browser.click("#refresh")
    browser.wait(lambda: browser.run("return !document.getElementById('refresh').disabled"))
    return browser


def test_the_page_asks_nothing_of_any_host_by_itself(visit: Visit) -> None:
    """Not even an icon."""
    browser = visit()
    assert browser.run("return performance.getEntriesByType('resource').length") == 0


def test_the_page_says_which_revision_it_shows(visit: Visit) -> None:
    """With a link to exactly that."""
    browser = visit()
    link = "return document.querySelector('#source a').href"
    assert browser.run(link).endswith(f"{DATASET}/tree/{REVISION}")
    assert browser.text("#source") == "Data as of revision 0123456 · 2026-03-04 05:06 UTC"


@pytest.mark.parametrize(("kept", "said"), [("runs", "Data"), ("boards", "Leaderboards")])
def test_a_page_among_the_datasets_files_says_so(
    clean: Browser, tmp_path: Path, kept: str, said: str
) -> None:
    """It cannot name the commit that it is part of; once the head was read it names that."""
    path = tmp_path / "page.html"
    with Served(hub(SLOW)) as served:
        about = {"dataset_url": f"{served.url}{DATASET}", "revision": None, "generated_at": ""}
        path.write_bytes(build([row(SLOW)], **about, kept=kept))
        opened(clean, path.as_uri())
        assert clean.text("#source") == f"{said} of the commit that this page is part of"
        clean.click("#refresh")
        clean.wait(lambda: clean.text("#source").startswith("Data as of revision fffffff · 20"))


def test_a_click_reads_the_dataset_at_its_head(clean: Browser, tmp_path: Path) -> None:
    """New results come, a better run takes the place of the one before, which is history."""
    with Served(hub(BETTER, FAST, entry("brand-new"))) as served:
        browser = refreshed(clean, tmp_path, served, SLOW, FAST)
    assert browser.text("#news") == "Read at its head: 2 more results."
    assert browser.text("#source").startswith("Data as of revision fffffff · 20")
    assert set(browser.texts("td[data-column=model] .value")) == {"gpt2", "brand-new"}
    browser.click("#view-history")
    assert sorted(browser.texts("td[data-column=fate] .value")) == ["best"] * 3 + ["superseded"]
    assert f"{DATASET}/resolve/{NOW}/leaderboard_single.json" in served.asked


def test_what_is_read_in_the_browser_is_named_as_everywhere_else(
    clean: Browser, tmp_path: Path
) -> None:
    """Run ids and labels are those of the package, whatever the entry looks like."""
    with Served(hub(*ODDITIES)) as served:
        browser = refreshed(clean, tmp_path, served)
        browser.run("location.hash = '#model=*&view=history'")
    found = {}
    for one in ODDITIES:
        run_id = Entry(one).run_id
        browser.run(f"location.hash = '#model=*&view=history&show={run_id[:12]}'")
        browser.wait(lambda id_=run_id: browser.texts("#dialog .run code") == [id_])
        found[run_id] = browser.text("#dialog-title")
    assert found == {Entry(one).run_id: " ".join(Entry(one).label.split()) for one in ODDITIES}


@pytest.mark.parametrize(
    "broken",
    [{}, {f"/api{DATASET}/revision/main": b'{"sha": "main"}'}, {**hub(), next(iter(hub())): b"<"}],
)
def test_a_dataset_that_cannot_be_read_changes_nothing(
    browser: Browser, tmp_path: Path, broken: dict[str, bytes]
) -> None:
    """It is said, and what was shown is shown."""
    with Served(broken) as served:
        refreshed(browser, tmp_path, served, SLOW, FAST)
    assert browser.text("#news").startswith("The dataset could not be read")
    assert len(browser.texts("td[data-column=model]")) == 2
    browser.complaints()


def test_the_embedded_hub_has_all_rows_of_too_many(
    clean: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its page fetches them from the hub that served it."""
    monkeypatch.setattr(builder, "INLINE_ROWS", 2)
    results = [valid({"model.name": name}) for name in "abcde"]
    with running_hub(tmp_path, settings=HubSettings(pages=LeaderboardPages())) as served:
        served.create("lab/results")
        served.write("lab/results", {"leaderboard_single.json": json.dumps(results).encode()})
        opened(clean, f"{served.endpoint}{DATASET}#model=*")
        assert len(clean.texts("td[data-column=model] .value")) == 5
        assert not clean.run("return !document.getElementById('notice').hidden")


def test_of_too_many_rows_the_others_are_fetched_where_the_page_is_served(
    clean: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All of them are there then, with every field."""
    monkeypatch.setattr(builder, "INLINE_ROWS", 3)
    made = site([row(entry("m", engine=f"e{n}", metrics=(n + 1, 1, 1))) for n in range(9)])
    answers = {"/index.html": made.html, "/leaderboard-data.json": made.data or b""}
    with Served(answers) as served:
        browser = opened(clean, f"{served.url}/index.html")
        assert browser.text("#count") == "9 results"
        assert browser.run("return document.getElementById('notice').hidden")
        assert served.asked == ["/index.html", "/leaderboard-data.json"]


def test_of_too_many_rows_a_file_shows_the_best_and_says_so(
    clean: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A browser fetches nothing for a page that is a file."""
    monkeypatch.setattr(builder, "INLINE_ROWS", 3)
    path = tmp_path / "page.html"
    path.write_bytes(
        build([row(entry("m", engine=f"e{n}", metrics=(n + 1, 1, 1))) for n in range(9)])
    )
    browser = opened(clean, path.as_uri())
    assert browser.texts("td[data-column=engine] .value") == ["e8 0.11.0", "e7 0.11.0", "e6 0.11.0"]
    assert browser.text("#notice").startswith("Showing the best 3 of 9 results. Serve the folder")


def test_an_empty_page_says_how_to_fill_it(show: Visit) -> None:
    """With the commands."""
    browser = show([])
    assert browser.text("#empty h2") == "No results yet"
    assert browser.texts("#empty code")[-1] == "sagellm-benchmark page outputs"
