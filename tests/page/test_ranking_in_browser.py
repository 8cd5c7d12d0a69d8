"""The ranking in a real browser: which model, who is first, by how much."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmark.entry import Entry
from tests.page.samples import FAST, HOSTILE, SLOW, at_once, entry, row

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.page.webdriver import Browser

    Visit = Callable[..., Browser]

HARDWARE = "td[data-column=hardware] .value"
THROUGHPUT = "td[data-column=throughput_tps] .value"
RATIOS = "#table .ratio"
DOWN, UP, RIGHT, ENTER, TAB, SPACE = "\ue015", "\ue013", "\ue014", "\ue007", "\ue004", "\ue00d"
LONG = {"name": "Q3", "input_length": 2048, "output_length": 256}


def test_the_page_opens_with_the_model_and_workload_most_measured(visit: Visit) -> None:
    """The best is first, and the others say how many times it is better."""
    browser = visit()
    assert browser.text("#model b") == "gpt2"
    assert browser.text("#work b") == "Q1 · 128 → 256"
    assert browser.texts(HARDWARE) == ["RTX 4090", "CPU"]
    assert browser.texts(THROUGHPUT) == ["900.5", "48.00"]
    assert browser.texts(RATIOS) == ["×1.00", "×18.8"]
    assert browser.text("#count") == "2 results"


def test_a_doubtful_result_is_no_measure_of_the_others(show: Visit) -> None:
    """The best that can be believed is 1.00; where none can be, the best of all is."""
    speeds = {"odd": 400.0, "good": 200.0, "slow": 100.0}
    rows = [
        row(
            entry("m", engine=name, metrics=(tps, 9.0, 1)),
            verdict="doubtful" if name == "odd" else "sound",
        )
        for name, tps in speeds.items()
    ]
    browser = show(rows)
    assert browser.texts(RATIOS) == ["×0.50", "×1.00", "×2.00"]
    shares = "return [...document.querySelectorAll('td .bar')].map((n) => n.offsetWidth)"
    widths = browser.run(shares)
    assert widths[0] == widths[1]
    assert abs(widths[2] / widths[1] - 0.5) < 0.01
    assert show(rows, "engine=odd").texts(RATIOS) == ["×1.00"]


def test_a_bar_is_as_long_as_the_result_is_good(show: Visit) -> None:
    """Half as fast is half as long; of times the shorter is the longer bar."""
    rows = [row(entry("m", engine=f"e{n}", metrics=(100 * n, 80 / n, 1))) for n in (1, 2)]
    for sort in ("-throughput_tps", "ttft_ms"):
        browser = show(rows, f"sort={sort}")
        widths = browser.run(
            "return [...document.querySelectorAll('td .bar')].map((n) => n.offsetWidth)"
        )
        assert abs(widths[1] / widths[0] - 0.5) < 0.01


def test_the_page_opens_with_what_can_be_believed(show: Visit) -> None:
    """Two results that can come before three that are doubtful; alone they are better than none."""
    doubted = [row(entry("odd", engine=f"e{n}"), verdict="doubtful") for n in range(3)]
    sound = [row(entry("good", engine=f"e{n}"), verdict="sound") for n in range(2)]
    assert show([*doubted, *sound]).text("#model b") == "good"
    assert show([*doubted, sound[0]]).text("#model b") == "odd"
    assert show(sound[:1]).text("#count") == "1 result"


def test_the_address_chooses_the_model_and_the_workload(show: Visit) -> None:
    """And an unknown one changes nothing."""
    rows = [row(entry("a")), row(entry("a", engine="x")), row({**entry("b"), "workload": LONG})]
    assert show(rows, "model=b").text("#work b") == "Q3 · 2,048 → 256"
    assert show(rows, "model=b&workload=q3/2048/256").text("#model b") == "b"
    assert show(rows, "model=unknown").text("#model b") == "a"


def test_another_model_is_two_clicks_away_and_back_leads_back(visit: Visit) -> None:
    """The list has them all, with how many results each has."""
    browser = visit()
    browser.click("#model")
    assert browser.texts("#model-sheet label span")[0] == "All models"
    browser.click("#model-sheet input[data-value='qwen2.5-7b']")
    assert browser.text("#model b") == "Qwen2.5-7B"
    assert browser.texts(THROUGHPUT) == ["110.0"]
    browser.run("history.back()")
    browser.wait(lambda: browser.text("#model b") == "gpt2")


def test_all_models_are_scored_each_against_its_own_best(visit: Visit) -> None:
    """And the table says which is which."""
    browser = visit("model=*")
    assert len(browser.texts(HARDWARE)) == 6
    assert browser.texts("td[data-column=model]").count("gpt2") == 2
    assert browser.texts(RATIOS).count("×1.00") == 4
    assert browser.run("return document.getElementById('plot').hidden")


def test_of_a_sweep_the_ranking_shows_the_best_and_the_rest_on_demand(show: Visit) -> None:
    """Three numbers of requests at a time are one configuration."""
    one = entry("m")
    levels = {1: (50, 18), 4: (160, 22), 8: (240, 30)}
    rows = [row(at_once(one, level, measured)) for level, measured in levels.items()]
    browser = show([*rows, row(entry("m", engine="x", metrics=(100, 10, 1)))])
    assert browser.texts("td[data-column=concurrency]") == ["8", "–"]
    assert browser.text("#count") == "2 configurations at their best, of 4 results"
    browser.click("#each")
    assert browser.texts("td[data-column=concurrency]") == ["8", "4", "–", "1"]


def test_equal_results_share_a_place(show: Visit) -> None:
    """As in sports: 1, 2, 2, 4."""
    figures = {"a": 9.0, "b": 8.0, "c": 8.0, "d": 7.0}
    rows = [row(entry("m", engine=name, metrics=(tps, 1, 1))) for name, tps in figures.items()]
    assert show(rows).texts("td.rank") == ["1", "2=", "2=", "4"]


def test_results_within_noise_share_a_place_by_throughput_and_no_other_measure(
    show: Visit,
) -> None:
    """Their ranks say so; what is filtered out leaves no gap."""
    figures = {"a": (9.0, 1), "b": (8.9, 1), "c": (7.0, 3)}
    rows = [
        row(entry("m", engine=name, metrics=(tps, 10 / tps, 1)), rank=rank)
        for name, (tps, rank) in figures.items()
    ]
    assert show(rows).texts("td.rank") == ["1=", "1=", "3"]
    assert show(rows, "engine=a&engine=c").texts("td.rank") == ["1", "2"]
    assert show(rows, "sort=ttft_ms").texts("td.rank") == ["1", "2", "3"]


def test_a_click_on_a_head_sorts_and_another_turns_it_round(visit: Visit) -> None:
    """The better end comes first, and assistive technology is told."""
    browser = visit("model=*")
    browser.click("th[data-column=ttft_ms] button")
    found = browser.texts("td[data-column=ttft_ms] .value")
    assert found == ["28.50", "35.00", "80.00", "120.0", "210.0", "900.0"]
    assert browser.run("return document.querySelectorAll('[aria-sort=ascending]').length") == 1
    browser.click("th[data-column=ttft_ms] button")
    assert browser.texts("td[data-column=ttft_ms] .value") == found[::-1]
    assert browser.run("return document.querySelectorAll('[aria-sort=descending]').length") == 1


def test_every_column_can_be_shown_and_sorts(visit: Visit) -> None:
    """Each head has a button that makes its column the sorted one."""
    browser = visit("model=*")
    browser.click("#columns")
    names = browser.run(
        "return [...document.querySelectorAll('#columns-sheet input')].map((n) => n.dataset.value)"
    )
    assert len(names) == 21
    browser = visit("model=*&" + "&".join(f"column={name}" for name in names))
    for name in names:
        browser.run(f"document.querySelector('th[data-column={name}] button').click()")
        sorted_by = "return document.querySelector('[aria-sort]').dataset.column"
        assert browser.run(sorted_by) == name


def test_columns_are_chosen_and_the_choice_is_in_the_link(visit: Visit) -> None:
    """The usual ones are a click away."""
    browser = visit()
    browser.click("#columns")
    browser.click("#columns-sheet input[data-value=submitter]")
    assert browser.texts("td[data-column=submitter]") == ["ada", "ada"]
    assert "column=submitter" in browser.run("return location.hash")
    browser.click("#columns-sheet > button")
    assert "column" not in browser.run("return location.hash")


def test_a_missing_value_is_a_dash_and_comes_last_either_way(visit: Visit) -> None:
    """Never 0, never a word of JavaScript."""
    for direction in ("", "-"):
        browser = visit(f"model=*&column=hardware&column=peak_mem_mb&sort={direction}peak_mem_mb")
        assert browser.texts("td[data-column=peak_mem_mb]")[-2:] == ["–", "–"]
        words = browser.run("return document.body.innerText")
        assert not any(word in words for word in ("undefined", "NaN", "null", "[object"))


def test_what_is_not_ranked_appears_on_demand_and_says_why(visit: Visit) -> None:
    """It has no place and no bar."""
    browser = visit("model=*")
    browser.click("#unranked")
    badge = "return document.querySelector('.badge.notRanked').title"
    assert browser.run(badge) == "throughput_tps is not above 0"
    assert browser.texts("td.rank")[-1] == "–"


def test_examples_and_doubts_stand_beside_the_name(show: Visit) -> None:
    """And above the table it says that nobody measured the examples."""
    invented = entry("m", data_source="generated for the demo")
    doubted = row(SLOW, verdict="doubtful", verdict_reasons=("TPOT is too short",))
    browser = show([row(invented), row(FAST, reproduced_by=2), doubted], "model=*")
    assert sorted(browser.texts(".badge")) == ["doubtful", "example", "reproduced"]
    assert (
        browser.run("return document.querySelector('.badge.doubtful').title") == "TPOT is too short"
    )
    assert browser.text("#notice").startswith("Example data: 1 of 3")


def test_ten_thousand_rows_are_a_few_hundred_nodes_and_all_can_be_reached(show: Visit) -> None:
    """Only rows in sight are in the document, and assistive technology knows how many there are."""
    browser = show(
        [row(entry(f"model {n}", metrics=(10_000 - n, 1, 1))) for n in range(10_000)], "model=*"
    )
    assert browser.run("return document.querySelectorAll('*').length") < 1500
    assert browser.run("return document.querySelector('[role=grid]').ariaRowCount") == "10001"
    browser.run("scrollTo(0, document.body.scrollHeight)")
    browser.wait(lambda: browser.texts("td[data-column=model]")[-1] == "model 9999")
    last = "return document.querySelector('#table tbody tr:nth-last-child(2)').ariaRowIndex"
    assert browser.run(last) == "10001"


def test_the_first_row_is_six_stops_of_the_tab_key_away(visit: Visit) -> None:
    """Model, workload, views and filters come before it, and the way to skip them."""
    browser = visit()
    browser.press(TAB * 6)
    assert browser.run("return document.activeElement.dataset.id") == Entry(FAST).run_id[:12]


def test_filters_are_reached_by_keyboard_where_the_first_is_not_shown(show: Visit) -> None:
    """Hardware that is all the same is no filter; arrow keys lead from one to the next."""
    browser = show([row(entry("m", engine=name)) for name in ("a", "b")])
    browser.press(TAB * 5)
    focused = "return document.activeElement.id"
    assert browser.run(focused) == "facet-engine"
    browser.press(RIGHT)
    assert browser.run(focused) == "facet-version"


def test_arrow_keys_walk_through_the_table_into_its_head_and_space_chooses(visit: Visit) -> None:
    """The table is one stop of the tab key."""
    browser = visit()
    browser.press(TAB * 6 + DOWN)
    assert browser.run("return document.activeElement.dataset.id") == Entry(SLOW).run_id[:12]
    browser.press(SPACE)
    assert browser.texts("#picked li b") == ["A"]
    browser.press(UP * 2 + RIGHT + ENTER)
    assert browser.run("return document.querySelector('[aria-sort]').dataset.column") == "ttft_ms"


def test_the_skip_link_leads_to_the_rows_and_keeps_the_filters(visit: Visit) -> None:
    """Skipping is no address."""
    browser = visit("model=*&engine=vllm")
    browser.press(TAB + ENTER)
    assert browser.run("return document.activeElement.closest('#results') !== null")
    assert "engine=vllm" in browser.run("return location.hash")


def test_hostile_text_is_shown_and_does_nothing(visit: Visit) -> None:
    """Whatever a contributor wrote is text, in the table, the lists and the title of a column."""
    browser = visit("model=*")
    assert HOSTILE.split()[0] in "".join(browser.texts("td[data-column=model]"))
    browser.click("#model")
    assert browser.run("return document.querySelectorAll('img').length") == 0
    assert browser.run("return document.title") == "Lab leaderboard"


def test_rows_with_strange_types_do_not_break_the_page(show: Visit) -> None:
    """What is no object or no number is shown as it is or as a dash."""
    strange = {"metrics": [1], "model": "x", "hardware": {"chip_model": {"a": 1}}, "metadata": None}
    odd = {"__proto__": {"polluted": 1}, "metrics": {"throughput_tps": 5, "ttft_ms": "soon"}}
    browser = show([row(strange), row(SLOW), row({}), row(odd)], "model=*&each=1")
    assert len(browser.texts(HARDWARE)) == 4
    browser.run("document.querySelector('#table tbody tr:nth-last-child(2)').click()")
    browser.wait(lambda: browser.run("return document.getElementById('dialog').open"))
    assert browser.run("return ({}).polluted") is None
