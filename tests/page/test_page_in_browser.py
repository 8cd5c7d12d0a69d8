"""The page in a real browser: sorting, filters, links, chart, languages, looks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmark.entry import Entry
from tests.page.samples import FAST, HOSTILE, SLOW, build, entry, row

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.page.webdriver import Browser

    Visit = Callable[..., Browser]

NAMES = "#table .name"
ENTER, RIGHT, ESCAPE = "\ue007", "\ue014", "\ue00c"


def test_rows_come_best_throughput_first(visit: Visit) -> None:
    """Only ranked rows of one chip are on the first tab."""
    browser = visit()
    assert browser.texts(NAMES) == ["gpt2", "Qwen2.5-7B", "gpt2", HOSTILE]
    assert browser.text("#count") == "4 of 4 results"


def test_a_click_on_a_head_sorts_and_another_turns_it_round(visit: Visit) -> None:
    """The better end comes first, and assistive technology is told."""
    browser = visit()
    browser.click("th[data-column=ttft_ms] button")
    assert browser.texts("td[data-column=ttft_ms]") == ["28.5 ms", "35 ms", "210 ms", "900 ms"]
    assert browser.run("return document.querySelectorAll('[aria-sort=ascending]').length") == 1
    browser.click("th[data-column=ttft_ms] button")
    assert browser.texts("td[data-column=ttft_ms]") == ["900 ms", "210 ms", "35 ms", "28.5 ms"]
    assert browser.run("return document.querySelectorAll('[aria-sort=descending]').length") == 1


def test_every_column_sorts(visit: Visit) -> None:
    """Each head has a button that makes its column the sorted one."""
    browser = visit()
    heads = "return [...document.querySelectorAll('th[data-column]')].map((n) => n.dataset.column)"
    columns = browser.run(heads)
    for column in columns:
        browser.click(f"th[data-column={column}] button")
        sorted_by = "return document.querySelector('[aria-sort]').dataset.column"
        assert browser.run(sorted_by) == column
    assert len(columns) == 14


def test_a_missing_value_is_a_dash_and_comes_last_either_way(visit: Visit) -> None:
    """Never 0, never a word of JavaScript."""
    browser = visit()
    for direction in ("", "-"):
        visit(f"sort={direction}peak_mem_mb")
        assert browser.texts("td[data-column=peak_mem_mb]")[-1] == "–"
    words = browser.run("return document.body.innerText")
    assert not any(word in words for word in ("undefined", "NaN", "null", "[object"))


def test_a_facet_narrows_the_table_and_the_address_brings_it_back(visit: Visit) -> None:
    """What is filtered is in the link."""
    browser = visit()
    browser.click("[data-facet=hardware] summary")
    browser.click("[data-facet=hardware] label:not([hidden]) input")
    assert browser.texts("td[data-column=hardware]") == ["CPU"]
    address = browser.run("return location.href")
    assert address.endswith("#hardware=cpu")
    browser.open(address)
    assert browser.texts("td[data-column=hardware]") == ["CPU"]
    assert browser.text("[data-facet=hardware] summary") == "Hardware:\nCPU"


def test_words_typed_are_searched_in_all_fields(visit: Visit) -> None:
    """Every word must occur, wherever it stands."""
    browser = visit()
    browser.type("#query", "q5 ADA")
    browser.wait(lambda: browser.texts(NAMES) == ["Qwen2.5-7B"])
    assert browser.run("return location.hash") == "#q=q5+ADA"


def test_a_redraw_does_not_undo_what_is_being_typed(visit: Visit) -> None:
    """The search field belongs to the reader."""
    browser = visit()
    browser.run("document.getElementById('query').value = 'gp'")
    browser.click("th[data-column=ttft_ms] button")
    assert browser.run("return document.getElementById('query').value") == "gp"


def test_a_search_without_result_says_so_and_can_be_cleared(visit: Visit) -> None:
    """Nobody is left with an empty page."""
    browser = visit("q=nothing-has-this")
    assert browser.text("#empty p") == "No result matches these filters."
    browser.click("#empty button")
    assert len(browser.texts(NAMES)) == 4


def test_tabs_split_by_chips_and_nodes_and_obey_arrow_keys(visit: Visit) -> None:
    """One chip, several chips, several nodes."""
    browser = visit()
    browser.type("#tab-single", RIGHT)
    assert browser.texts("td[data-column=hardware]") == ["A100 80GB ×8"]
    browser.type("#tab-chips", RIGHT)
    assert browser.texts("td[data-column=hardware]") == ["Ascend 910B ×16 (2 × 8)"]
    assert browser.run("return document.activeElement.id") == "tab-nodes"


def test_a_row_that_is_not_ranked_appears_on_demand_and_is_marked(visit: Visit) -> None:
    """It is never in the chart."""
    browser = visit()
    browser.click("#unranked")
    assert browser.texts(".badge") == ["not ranked"]
    assert len(browser.texts(".point")) == 4


def test_the_chart_marks_the_pareto_front(visit: Visit) -> None:
    """Only rows that nothing beats in both measures are on it."""
    browser = visit()
    labels = "return [...document.querySelectorAll('.point.best')].map((n) => n.dataset.id)"
    best = [browser.run(f"return document.querySelector('tr[data-id=\"{i}\"] .name').textContent")
            for i in browser.run(labels)]  # fmt: skip
    assert best == ["Qwen2.5-7B", "gpt2"]


def test_what_is_only_as_good_is_not_on_the_front(browser: Browser, tmp_path: Path) -> None:
    """Equal throughput later, or less throughput at the same time, is beaten."""
    measures = {"best": (100, 10, 1), "later": (100, 20, 1), "less": (50, 10, 1)}
    path = tmp_path / "ties.html"
    path.write_bytes(build([row(entry(name, metrics=m)) for name, m in measures.items()]))
    browser.open(path.as_uri())
    best = browser.run("return document.querySelector('.point.best').ariaLabel")
    assert len(browser.texts(".point.best")) == 1
    assert "|best|" in best


def test_the_chart_can_be_walked_and_opened_by_keyboard(visit: Visit) -> None:
    """One stop for the tab key, then arrows; the tooltip follows the focus."""
    browser = visit()
    browser.type(".point[tabindex='0']", RIGHT)
    assert "900.5 tok/s, TTFT 35 ms" in browser.text(".tooltip")
    browser.type(".point[tabindex='0']", ENTER)
    assert browser.text("#dialog-title") == Entry(FAST).label


def test_the_language_switch_changes_every_word_and_the_document(visit: Visit) -> None:
    """The choice is in the link."""
    browser = visit()
    browser.click("#lang")
    assert browser.run("return document.documentElement.lang") == "zh-CN"
    assert browser.text("th[data-column=throughput_tps] span") == "吞吐量"
    assert browser.text("#count") == "显示 4 / 4 条结果"
    assert browser.run("return location.hash") == "#lang=zh"


def test_both_languages_have_the_same_messages(visit: Visit) -> None:
    """No label falls back to its own key in Chinese."""
    browser = visit("lang=zh&unranked=1")
    keys = browser.run("return [...document.querySelectorAll('[data-t]')].map((n) => n.dataset.t)")
    words = browser.texts("[data-t]")
    assert len(words) >= 9
    assert not [key for key, text in zip(keys, words, strict=True) if key == text]


def test_the_page_follows_the_dark_preference(visit: Visit) -> None:
    """Ground dark, ink light."""
    browser = visit()
    ground = "return getComputedStyle(document.body).backgroundColor"
    light = browser.run(ground)
    features = [{"name": "prefers-color-scheme", "value": "dark"}]
    browser.emulate("Emulation.setEmulatedMedia", features=features)
    assert browser.run(ground) != light


def test_a_phone_shows_every_value_without_scrolling_sideways(visit: Visit) -> None:
    """Rows become cards whose values carry their names."""
    browser = visit()
    phone = {"width": 360, "height": 740, "deviceScaleFactor": 1, "mobile": True}
    browser.emulate("Emulation.setDeviceMetricsOverride", **phone)
    assert browser.run("return document.documentElement.scrollWidth") <= 360
    cell = "document.querySelector('td[data-column=ttft_ms]')"
    assert browser.run(f"return {cell}.innerText") == "35 ms"
    assert browser.run(f"return getComputedStyle({cell}, '::before').content") == '"TTFT"'


def test_the_page_asks_nothing_of_any_host(visit: Visit) -> None:
    """Not even an icon."""
    browser = visit()
    assert browser.run("return performance.getEntriesByType('resource').length") == 0


def test_the_page_says_which_revision_it_shows(visit: Visit) -> None:
    """With a link to exactly that."""
    browser = visit()
    link = "return document.querySelector('#source a').href"
    assert browser.run(link).endswith(
        "/datasets/lab/results/tree/0123456789abcdef0123456789abcdef01234567"
    )
    assert browser.text("#source").startswith("Data as of revision 0123456")


def test_a_thousand_rows_all_arrive(browser: Browser, tmp_path: Path) -> None:
    """The first ones at once, the rest frame by frame."""
    rows = [row(entry(f"model-{n}", metrics=(1000 - n, n + 1, n))) for n in range(1000)]
    path = tmp_path / "many.html"
    path.write_bytes(build(rows))
    browser.open(path.as_uri())
    browser.wait(lambda: len(browser.texts(NAMES)) == 1000)
    assert browser.texts(NAMES)[-1] == "model-999"


def test_a_page_without_rows_invites(browser: Browser, tmp_path: Path) -> None:
    """No table, no chart, no error."""
    path = tmp_path / "empty.html"
    path.write_bytes(build([]))
    browser.open(path.as_uri())
    assert browser.text("#empty p") == "No results here yet."
    assert browser.complaints() == []


def test_rows_with_strange_types_do_not_break_the_page(browser: Browser, tmp_path: Path) -> None:
    """What is no object or no number is shown as it is or as a dash."""
    strange = {"metrics": [1], "model": "x", "hardware": {"chip_model": {"a": 1}}, "metadata": None}
    path = tmp_path / "strange.html"
    path.write_bytes(build([row(strange), row(SLOW), row({})]))
    browser.open(path.as_uri())
    assert len(browser.texts(NAMES)) == 3
    browser.click("tbody tr:last-child .name")
    assert browser.complaints() == []


def test_escape_closes_an_open_facet(visit: Visit) -> None:
    """And gives the focus back to its button."""
    browser = visit()
    browser.click("[data-facet=model] summary")
    browser.type("[data-facet=model] input", ESCAPE)
    assert browser.run("return document.querySelector('[data-facet=model]').open") is False
