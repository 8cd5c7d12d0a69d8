"""Filters, search, links and the way back in a real browser."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmark.entry import Entry
from tests.page.samples import EVIL, FAST, at_once, entry, row

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.page.webdriver import Browser

    Visit = Callable[..., Browser]

HARDWARE = "td[data-column=hardware] .value"
MODELS = "td[data-column=model] .value"


def test_the_way_back_undoes_a_filter_and_leads_to_the_view_before(visit: Visit) -> None:
    """Step by step, and forward again; what is typed is no step."""
    browser = visit("model=*")
    browser.click("#facet-precision")
    browser.click("#facet-precision-sheet input[data-value='fp32']")
    browser.press("\ue00c")
    browser.click("#view-history")
    browser.type("#query", "gpt2")
    browser.wait(lambda: "q=gpt2" in browser.run("return location.hash"))
    for direction, hash_ in (
        ("back", "#model=*&workload=*&precision=fp32"), ("back", "#model=*"),
        ("forward", "#model=*&workload=*&precision=fp32"),
    ):  # fmt: skip
        browser.run(f"history.{direction}()")
        browser.wait(lambda hash_=hash_: browser.run("return location.hash") == hash_)
    browser.run("history.forward()")
    browser.wait(lambda: browser.texts("#view-history[aria-selected=true]"))
    assert browser.text("#facet-precision") == "Precision: FP32"


def test_a_facet_narrows_the_table_and_the_address_brings_it_back(visit: Visit) -> None:
    """What is filtered is in the link."""
    browser = visit("model=*")
    browser.click("#facet-hardware")
    browser.click("#facet-hardware-sheet input[data-value=cpu]")
    assert browser.texts(HARDWARE) == ["CPU"]
    address = browser.run("return location.href")
    assert address.endswith("#model=*&workload=*&hardware=cpu")
    browser = visit("model=*&hardware=cpu")
    assert browser.texts(HARDWARE) == ["CPU"]
    assert browser.text("#facet-hardware") == "Hardware: CPU"


def test_every_facet_that_tells_rows_apart_is_offered(show: Visit) -> None:
    """Engine version, concurrency, nodes and submitter among them; one with one value is not."""
    rows = [
        row(at_once(entry("m"), 1, (10, 5))),
        row(at_once({**entry("m", submitter="bob"), "engine_version": "0.12.0"}, 4, (30, 6))),
        row(entry("m", chip=("A100", 16, 2))),
    ]
    browser = show(rows)
    offered = browser.run(
        "return [...document.querySelectorAll('#filters > .facet:not([hidden])')].map((n) => n.id)"
    )
    assert offered == [
        "facet-hardware", "facet-version", "facet-concurrency", "facet-scale", "facet-nodes",
        "facet-submitter", "facet-dates",
    ]  # fmt: skip
    for name, value, count in (
        ("version", "vllm 0.12.0", 1),
        ("nodes", "2", 1),
        ("concurrency", "4", 1),
    ):
        browser = show(rows, f"{name}={value.replace(' ', '+')}")
        assert len(browser.texts(HARDWARE)) == count


def test_a_long_facet_is_searched_and_counts_what_the_other_filters_leave(show: Visit) -> None:
    """Of many values a hundred are listed."""
    rows = [row(entry("m", engine=f"e{n}", submitter=f"lab {n}")) for n in range(150)]
    browser = show(rows)
    browser.click("#facet-submitter")
    labels = "#facet-submitter-sheet label span"
    assert len(browser.texts(labels)) == 100
    browser.type("#facet-submitter-sheet input[type=search]", "LAB 149")
    assert browser.texts(labels) == ["lab 149"]
    browser.click("#facet-submitter-sheet label input")
    assert browser.text("#count") == "1 of 150 results"


def test_days_are_a_filter(show: Visit) -> None:
    """Both ends belong to it; times are UTC."""
    days = ("2026-01-31T23:59:00Z", "2026-02-01T00:00:00Z", "2026-02-10T23:59:59Z")
    rows = [row(entry("m", engine=f"e{n}", submitted_at=at)) for n, at in enumerate(days)]
    browser = show(rows, "from=2026-02-01&to=2026-02-10")
    assert sorted(browser.texts("td[data-column=engine] .value")) == ["e1 0.11.0", "e2 0.11.0"]
    assert browser.text("#facet-dates") == "Date: 2026-02-01 – 2026-02-10"


def test_words_typed_are_searched_in_all_fields(visit: Visit) -> None:
    """Every word must occur, wherever it stands: a label, a note, a run id."""
    browser = visit("model=*")
    browser.type("#query", "q5 ADA")
    browser.wait(lambda: browser.texts(MODELS) == ["Qwen2.5-7B"])
    assert browser.run("return location.hash") == "#model=*&workload=*&q=q5+ADA"
    browser = visit(f"model=*&q={Entry(EVIL).run_id[:9]}")
    assert len(browser.texts(MODELS)) == 1


def test_fields_that_only_the_details_show_are_searched_too(show: Visit) -> None:
    """Once the page has read them."""
    rows = [
        row({**entry("m", engine=f"e{n}"), "environment": {"os": f"Solaris-{n}"}}) for n in (1, 2)
    ]
    browser = show(rows)
    browser.type("#query", "solaris-2")
    browser.wait(lambda: browser.texts("td[data-column=engine] .value") == ["e2 0.11.0"])


def test_a_redraw_does_not_undo_what_is_being_typed(visit: Visit) -> None:
    """The search field belongs to the reader."""
    browser = visit()
    browser.run("document.getElementById('query').value = 'gp'")
    browser.click("th[data-column=ttft_ms] button")
    assert browser.run("return document.getElementById('query').value") == "gp"


def test_a_search_without_result_says_so_and_shows_a_way_out(visit: Visit) -> None:
    """Nobody is left with an empty page."""
    browser = visit("q=nothing-has-this")
    assert browser.text("#empty p") == "No result matches these filters."
    browser.click("#empty button")
    assert browser.texts(HARDWARE) == ["RTX 4090", "CPU"]
    browser = visit("q=qwen")
    browser.click("#empty button:last-of-type")
    assert browser.texts(MODELS) == ["Qwen2.5-7B"]


def test_a_hash_nobody_wrote_changes_nothing(visit: Visit) -> None:
    """Unknown views, columns, rows and languages are the default."""
    browser = visit("view=x&sort=__proto__&pick=zz&show=zz&lang=toString&engine=&model=x&across=y")
    assert browser.run("return document.documentElement.lang") == "en"
    assert browser.text("#views [aria-selected=true]") == "Ranking"
    assert browser.text("#count") == "2 results"


def test_back_closes_a_result_and_does_not_leave_the_page(visit: Visit) -> None:
    """And closing it comes to the same."""
    browser = visit("engine=vllm")
    browser.click("#table tr[data-id]")
    browser.wait(lambda: browser.run("return document.getElementById('dialog').open"))
    assert f"show={Entry(FAST).run_id[:12]}" in browser.run("return location.hash")
    browser.run("history.back()")
    browser.wait(lambda: not browser.run("return document.getElementById('dialog').open"))
    assert browser.run("return location.hash").endswith("engine=vllm")
    browser.click("#table tr[data-id]")
    browser.wait(lambda: browser.run("return document.getElementById('dialog').open"))
    browser.click("#dialog .close")
    browser.wait(lambda: browser.run("return location.hash").endswith("engine=vllm"))
    assert browser.texts(HARDWARE) == ["RTX 4090"]
