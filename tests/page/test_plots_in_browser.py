"""Curves, the matched table and the history in a real browser."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmark.decisions import Tombstone
from benchmark.entry import Entry, RunId
from tests.page.conftest import opened
from tests.page.samples import at_once, build, entry, row

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from typing import Any

    from benchmark import page
    from tests.page.webdriver import Browser

    Visit = Callable[..., Browser]

DOWN, RIGHT, ENTER, ESCAPE = "\ue015", "\ue014", "\ue007", "\ue00c"
STAGE = "#plot .stage"


def sweep(engine: str, figures: dict[int, tuple[float, float]], **more: Any) -> list[page.Row]:
    """A curve: requests at a time → tok/s and TPOT in ms."""
    one = entry("m", engine=engine, **more)
    return [row(at_once(one, level, measured)) for level, measured in figures.items()]


GOOD = sweep("good", {1: (100, 10), 2: (180, 11), 4: (300, 14)})
POOR = sweep("poor", {1: (60, 16), 4: (150, 25)})


def walked(browser: Browser, keys: str) -> list[list[str]]:
    """What the plot says at each step of a walk."""
    said = []
    for key in keys:
        browser.type(STAGE, key)
        said.append(browser.texts(".tip > *"))
    return said


def test_a_curve_runs_along_the_concurrency_of_one_configuration(show: Visit) -> None:
    """Arrow keys walk along it and to the next; every point says what it is."""
    browser = show([*GOOD, *POOR])
    assert browser.texts("#plot .legend span") == [
        "RTX 4090 · good · FP16",
        "RTX 4090 · poor · FP16",
    ]
    points = walked(browser, RIGHT * 3 + DOWN)
    assert [point[2:] for point in points] == [
        ["Concurrency 1", "Throughput 100.0 tok/s", "Interactivity 100.0 tok/s"],
        ["Concurrency 2", "Throughput 180.0 tok/s", "Interactivity 90.91 tok/s"],
        ["Concurrency 4", "Throughput 300.0 tok/s", "Interactivity 71.43 tok/s"],
        ["Concurrency 1", "Throughput 60.00 tok/s", "Interactivity 62.50 tok/s"],
    ]
    assert points[3][0] == "RTX 4090 · poor · FP16"


def test_enter_opens_the_point_and_escape_gives_the_focus_back(show: Visit) -> None:
    """As a click on it does."""
    browser = show([*GOOD, *POOR])
    walked(browser, RIGHT)
    browser.type(STAGE, ENTER)
    browser.wait(lambda: browser.run("return document.getElementById('dialog').open"))
    assert browser.text("#dialog-title") == Entry(GOOD[0].entry).label
    browser.press(ESCAPE)
    browser.wait(lambda: browser.run("return document.activeElement.className") == "stage")


def test_both_axes_can_be_chosen(show: Visit) -> None:
    """Waiting time across, throughput per chip up; the choice is in the link."""
    browser = show(sweep("x", {1: (100, 10), 2: (160, 12)}, chip=("A100", 4, 1)))
    browser.click(".segments:first-child button:last-child")
    browser.click(".segments:last-child button:last-child")
    assert browser.run("return location.hash") == "#across=ttft_ms&up=tps_per_chip"
    assert walked(browser, RIGHT)[0][3:] == ["Per chip 25.00 tok/s", "TTFT 50.00 ms"]


def test_results_without_tpot_are_plotted_by_their_first_token(show: Visit) -> None:
    """Interactivity is not known of them."""
    browser = show([row(entry("m", metrics=(100, 50, 1))), row(entry("m", engine="x"))])
    assert browser.text(".segments [aria-pressed=true]") == "TTFT"
    assert walked(browser, RIGHT)[0][-1] == "TTFT 50.00 ms"


def test_the_front_is_of_one_model_and_workload_only(show: Visit) -> None:
    """Models are not compared with models: with all of them there is no front."""
    other = [row(at_once(entry("other"), 1, (9000, 1)))]
    browser = show([*GOOD, *POOR, *other])
    assert "Pareto front" in browser.text("#plot .legend")
    browser = show([*GOOD, *POOR, *other], "model=*&view=curves")
    assert (
        browser.text("#plot") == "Choose one model and one workload: curves compare like with like."
    )


def test_the_matched_table_compares_at_equal_concurrency(show: Visit) -> None:
    """The best of each is marked; what was not measured is a dash; a figure opens its result."""
    browser = show([*GOOD, *POOR], "view=matched")
    assert browser.texts(".matched thead th")[3:] == ["c = 1", "c = 2", "c = 4"]
    assert browser.texts(".matched tbody td.number") == [
        "100.0",
        "180.0",
        "300.0",
        "60.00",
        "–",
        "150.0",
    ]
    assert browser.texts(".matched .best") == ["100.0", "180.0", "300.0"]
    browser.click(".matched tbody tr:nth-child(2) .figure")
    browser.wait(lambda: browser.run("return document.getElementById('dialog').open"))
    assert browser.text("#dialog-title") == Entry(POOR[0].entry).label


def test_examples_and_doubts_are_told_of_in_curves_and_the_matched_table_too(show: Visit) -> None:
    """Nowhere does an invented result pass for a measured one."""
    invented = row(at_once(entry("m", data_source="generated for the demo"), 1, (100, 10)))
    doubted = row(at_once(entry("m", engine="x"), 1, (90, 11)), verdict="doubtful")
    browser = show([invented, doubted], "view=matched")
    assert browser.texts(".matched .badge") == ["example", "doubtful"]
    browser = show([invented, doubted])
    assert [point[-1] for point in walked(browser, RIGHT + DOWN)] == ["example", "doubtful"]


def test_the_matched_table_follows_the_measure_that_is_sorted_by(show: Visit) -> None:
    """Of times the shorter is the better."""
    browser = show([*GOOD, *POOR], "view=matched&sort=tpot_ms")
    assert browser.texts(".matched .best") == ["10.00", "11.00", "14.00"]


def versions() -> list[page.Row]:
    """Three runs of one configuration but for the version, and one that was beaten."""
    runs = [
        {
            **entry("m", metrics=(tps, 50, 1), submitted_at=f"2026-0{month}-01T00:00:00Z"),
            "engine_version": version,
        }
        for month, version, tps in (
            (1, "0.1", 80),
            (2, "0.2", 100),
            (3, "0.3", 90),
            (4, "0.3", 120),
        )
    ]
    best = row(runs[3])
    beaten = row(runs[2], superseded_by=best.run_id)
    return [*map(row, runs[:2]), beaten, best]


def test_the_history_has_every_run_newest_first_with_its_fate(show: Visit) -> None:
    """Superseded runs are in no ranking; they say by what."""
    browser = show(versions())
    assert len(browser.texts("#table tr[data-id]")) == 3
    browser.click("#view-history")
    assert browser.texts("td[data-column=submitted] .value") == [
        "2026-04-01", "2026-03-01", "2026-02-01", "2026-01-01",
    ]  # fmt: skip
    assert browser.texts("td[data-column=fate] .value") == ["best", "superseded", "best", "best"]
    why = browser.run("return document.querySelector('.badge.superseded').title")
    assert why == "a better run of its configuration: 120.0 tok/s"


def test_runs_that_were_taken_down_are_told_of_without_what_they_held(
    clean: Browser, tmp_path: Path
) -> None:
    """Which, why, by whom and when."""
    stone = Tombstone(RunId("ab" * 32), "<b>a name</b>", "ada", "2026-02-03T04:05:06Z")
    path = tmp_path / "page.html"
    path.write_bytes(build(versions(), graves=[stone]))
    browser = opened(clean, f"{path.as_uri()}#view=history")
    assert browser.texts("#graves li") == ["abababababab 2026-02-03 · ada · <b>a name</b>"]
    browser.click("#view-ranking")
    assert browser.run("return document.getElementById('graves').hidden")


def test_a_trend_runs_over_dates_and_engine_versions(show: Visit) -> None:
    """One line a configuration, whatever the version."""
    browser = show(versions(), "view=history")
    points = walked(browser, RIGHT * 4)
    assert [point[1:4] for point in points] == [
        ["vllm 0.1", "2026-01-01", "best"],
        ["vllm 0.2", "2026-02-01", "best"],
        ["vllm 0.3", "2026-03-01", "superseded"],
        ["vllm 0.3", "2026-04-01", "best"],
    ]


def test_a_plot_of_thousands_of_points_is_a_few_nodes(show: Visit) -> None:
    """It is a picture, not a document."""
    many = [row(at_once(entry("m", engine=f"e{n}"), 1, (n + 1, 10))) for n in range(3000)]
    browser = show(many)
    assert browser.run("return document.querySelectorAll('#plot *').length") < 120
