"""Light and dark, wide and narrow, English and Chinese in a real browser."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from benchmark.entry import Entry
from tests.page.samples import FAST, at_once, entry, row

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.page.webdriver import Browser

    Visit = Callable[..., Browser]

GROUND = "return getComputedStyle(document.body).backgroundColor"
LONG_NAMES = [
    row(
        at_once(
            entry(
                "meta-llama/Llama-3.1-70B-Instruct",
                engine=f"engine-{n}",
                chip=("NVIDIA H100 80GB HBM3", 16, 2),
            ),
            64,
            (9000 + n, 20),
        )
    )
    for n in range(60)
]


def sized(browser: Browser, width: int, height: int) -> None:
    """Give the window a size."""
    browser.emulate(
        "Emulation.setDeviceMetricsOverride",
        width=width, height=height, deviceScaleFactor=1, mobile=width < 700,
    )  # fmt: skip


def test_the_page_follows_the_dark_preference_until_the_reader_chooses(visit: Visit) -> None:
    """The choice outlives a reload."""
    browser = visit()
    light = browser.run(GROUND)
    features = [{"name": "prefers-color-scheme", "value": "dark"}]
    browser.emulate("Emulation.setEmulatedMedia", features=features)
    dark = browser.run(GROUND)
    assert dark != light
    browser.click("#theme")
    assert browser.run(GROUND) == light
    assert visit().run(GROUND) == light
    browser.run("localStorage.clear()")
    assert visit().run(GROUND) == dark


def test_the_language_switch_changes_every_word_and_the_document(visit: Visit) -> None:
    """The choice is in the link."""
    browser = visit()
    browser.click("#lang")
    assert browser.run("return document.documentElement.lang") == "zh-CN"
    assert browser.text("th[data-column=throughput_tps] span") == "吞吐量"
    assert browser.text("#count") == "2 条结果"
    assert browser.run("return location.hash") == "#lang=zh"


def test_the_language_can_be_asked_for_in_the_address(clean: Browser, address: str) -> None:
    """As a query, too."""
    clean.open(f"{address}?lang=zh")
    clean.wait(lambda: clean.run("return document.documentElement.lang") == "zh-CN")


@pytest.mark.parametrize("hash_", ["", "view=matched", "view=history", "view=curves", "model=*"])
@pytest.mark.parametrize("width", [1366, 1024, 360])
def test_nothing_is_wider_than_the_window(show: Visit, hash_: str, width: int) -> None:
    """No column is cut at 1366 pixels, and a phone does not scroll sideways."""
    browser = show(LONG_NAMES, hash_)
    sized(browser, width, 768)
    browser.wait(lambda: browser.run("return innerWidth") == width)
    browser.wait(lambda: browser.run("return document.documentElement.scrollWidth") <= width)
    box = "const box = document.getElementById('table'); return box.scrollWidth - box.clientWidth"
    browser.wait(lambda: browser.run(box) <= 1)


def test_a_bar_never_runs_through_a_figure(show: Visit) -> None:
    """It has a place of its own, and figures end below one another."""
    browser = show([row(entry("m", engine=f"e{n}", metrics=(10.0**n, 9, 1))) for n in range(1, 6)])
    crossed = """
        const box = (node) => node.getBoundingClientRect();
        return [...document.querySelectorAll("td.scored")].filter(
            (cell) => box(cell.querySelector(".bar")).right > box(cell.querySelector(".value")).left
        ).length;
    """
    assert browser.run(crossed) == 0
    ends = """
        const ends = [...document.querySelectorAll("td.scored .value")].map(
            (node) => Math.round(node.getBoundingClientRect().right)
        );
        return new Set(ends).size;
    """
    assert browser.run(ends) == 1


def test_a_phone_shows_names_whole_beside_their_marks(show: Visit) -> None:
    """A mark has a place of its own; the table by concurrency has its figures in sight."""
    doubted = [
        row(at_once(entry("m", chip=("H100-SXM5-80GB", 1, 1)), 1, (9, 9)), verdict="doubtful")
    ]
    browser = show(doubted)
    sized(browser, 390, 844)
    cut = """
        const name = document.querySelector("#table .named .value");
        return name.scrollWidth - name.clientWidth;
    """
    browser.wait(lambda: browser.run("return innerWidth") == 390)
    browser.wait(lambda: browser.run(cut) <= 0)
    assert browser.texts("#table .badge") == ["doubtful"]
    browser = show(doubted, "view=matched")
    figure = "return document.querySelector('.figure').getBoundingClientRect().right"
    browser.wait(lambda: 0 < browser.run(figure) < 390)


def test_wider_letters_are_measured(show: Visit) -> None:
    """As readers set them who need them so (WCAG 2.2, 1.4.12): no head is cut short."""
    browser = show([row(entry("m", engine=f"an-engine-{n}")) for n in range(3)])
    browser.run("""
        const sheet = new CSSStyleSheet();
        const spaces = "letter-spacing: .12em !important; word-spacing: .16em !important";
        sheet.replaceSync(`* { ${spaces} }`);
        document.adoptedStyleSheets = [sheet];
    """)
    cut = """
        const nodes = [...document.querySelectorAll("thead button, td[data-column=engine]")];
        return nodes.filter((node) => node.scrollWidth > node.clientWidth).length;
    """
    browser.wait(lambda: browser.run(cut) == 0)


def test_every_row_is_printed(show: Visit) -> None:
    """As a table, without what only a screen needs; afterwards all is as before."""
    browser = show([row(entry("m", engine=f"e{n}")) for n in range(200)])
    drawn = "return document.querySelectorAll('#table tr[data-id]').length"
    before = browser.run(drawn)
    browser.emulate("Emulation.setEmulatedMedia", media="print", features=[])
    browser.run("dispatchEvent(new Event('beforeprint'))")
    assert (before < 100, browser.run(drawn)) == (True, 200)
    tools = "return getComputedStyle(document.getElementById('tools')).display"
    assert browser.run(tools) == "none"
    browser.run("dispatchEvent(new Event('afterprint'))")
    browser.emulate("Emulation.setEmulatedMedia", media="", features=[])
    assert browser.run(drawn) < 100


def test_the_head_of_the_table_stays_in_sight(show: Visit) -> None:
    """Also where more columns were chosen than there is room for."""
    browser = show([row(entry("m", engine=f"e{n}")) for n in range(300)])
    top = "return document.querySelector('#table thead th').getBoundingClientRect().top"
    browser.run("scrollTo(0, 3000)")
    browser.wait(lambda: browser.run(top) == 0)
    names = ("hardware", "engine", "vendor", "submitter", "model", "workload", "lengths", "fate")
    more = "&".join(
        f"column={name}" for name in (*names, "throughput_tps", "submitted", "precision")
    )
    browser = show([row(entry("m", engine=f"e{n}")) for n in range(300)], f"view=history&{more}")
    browser.run("document.getElementById('table').scrollTo(0, 3000)")
    place = """
        const top = (css) => document.querySelector(css).getBoundingClientRect().top;
        return Math.abs(top("#table thead th") - top("#table"));
    """
    browser.wait(lambda: browser.run(place) < 2)


def test_the_first_screen_of_a_phone_shows_results(show: Visit) -> None:
    """Each with its name, its figure and how it stands."""
    browser = show(LONG_NAMES)
    sized(browser, 390, 844)
    browser.wait(lambda: browser.run("return innerWidth") == 390)
    in_sight = """
        const rows = [...document.querySelectorAll("#table tr[data-id]")];
        return rows.filter((row) => row.getBoundingClientRect().bottom < innerHeight).length;
    """
    browser.wait(lambda: browser.run(in_sight) >= 5)
    first = "return document.querySelector('#table tr[data-id]').innerText"
    for words in ("9,059", "c=64", "×1.00"):
        browser.wait(lambda words=words: words in browser.run(first))


def test_a_picked_row_is_marked_on_a_phone_too(visit: Visit) -> None:
    """And the tray does not cover the way to compare."""
    browser = visit()
    sized(browser, 390, 844)
    browser.click(f"tr[data-id='{Entry(FAST).run_id[:12]}'] input")
    assert browser.run("return document.querySelectorAll('tr.picked').length") == 1
