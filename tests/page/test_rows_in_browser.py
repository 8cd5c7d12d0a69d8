"""Single rows in a real browser: details, comparison, files, and hostile text."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING, Any

from benchmark.entry import Entry
from tests.page.samples import EVIL, FAST, HOSTILE, REVISION, SLOW, UNWEIGHED

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.page.webdriver import Browser

    Visit = Callable[..., Browser]

ENTER, ESCAPE = "\ue007", "\ue00c"


def id_of(entry: dict[str, Any]) -> str:
    """The part of a run id that links carry."""
    return Entry(entry).run_id[:12]


def downloaded(browser: Browser, name: str) -> bytes:
    """A file the page gave to the browser, which reserves its name before it has its content."""
    path = browser.downloads / name
    browser.wait(lambda: path.exists() and path.stat().st_size)
    data = path.read_bytes()
    path.unlink()
    return data


def test_a_row_opens_by_keyboard_and_escape_gives_the_focus_back(visit: Visit) -> None:
    """The open row is in the link."""
    browser = visit()
    browser.type(f"tr[data-id='{id_of(SLOW)}'] .name", ENTER)
    assert browser.text("#dialog-title") == Entry(SLOW).label
    assert browser.run("return location.hash") == f"#show={id_of(SLOW)}"
    browser.type("#dialog .close", ESCAPE)
    browser.wait(lambda: browser.run("return location.hash") == "")
    assert browser.run("return document.activeElement.closest('tr').dataset.id") == id_of(SLOW)


def test_details_show_every_field_and_the_run_id(visit: Visit) -> None:
    """A link to the row is enough to get there."""
    browser = visit(f"show={id_of(FAST)}")
    assert browser.text("#dialog .run code") == Entry(FAST).run_id
    keys = browser.texts("#dialog .sections dt")
    assert {*FAST["hardware"], *FAST["metrics"], *FAST["metadata"], "engine"} <= set(keys)


def test_the_command_to_reproduce_can_be_copied(visit: Visit) -> None:
    """Exactly as it was submitted."""
    browser = visit(f"show={id_of(EVIL)}")
    browser.emulate("Browser.grantPermissions", permissions=["clipboardReadWrite"])
    browser.click("#dialog .command button")
    browser.wait(lambda: browser.text("#dialog .command button") == "Copied")
    assert browser.run("return navigator.clipboard.readText()") == HOSTILE


def test_two_rows_are_compared_with_what_differs_marked(visit: Visit) -> None:
    """Case and spelling are no difference; the change is from A to B."""
    browser = visit()
    for entry in (SLOW, FAST):
        browser.click(f"tr[data-id='{id_of(entry)}'] input")
    browser.click("#picked .primary")
    differing = browser.texts("#dialog tbody:nth-of-type(2) .differs th")
    assert differing == ["chip_model", "engine", "precision"]
    metrics = browser.texts("#dialog tbody:nth-of-type(1) tr td:last-child")
    assert metrics == ["+1,776 % better", "−83.3 % better", "+168.1 % worse", "±0 %"]


def test_a_missing_metric_has_no_change(visit: Visit) -> None:
    """A dash, not a hundred percent."""
    browser = visit(f"pick={id_of(FAST)}&pick={id_of(UNWEIGHED)}&show=compare")
    memory = "#dialog tbody:nth-of-type(1) tr:nth-of-type(4) td"
    assert browser.texts(memory) == ["2,048", "–", "–"]


def test_a_third_row_waits_until_one_is_put_back(visit: Visit) -> None:
    """Nobody's choice is replaced in silence."""
    browser = visit(f"pick={id_of(FAST)}&pick={id_of(SLOW)}")
    boxes = "return document.querySelectorAll('tbody input:disabled').length"
    assert browser.run(boxes) == 2
    browser.click("#picked li button")
    assert browser.run(boxes) == 0
    assert browser.run("return location.hash") == f"#pick={id_of(SLOW)}"


def test_the_csv_holds_the_visible_rows_with_units_and_run_ids(visit: Visit) -> None:
    """A missing value is an empty cell."""
    browser = visit("model=gpt2&model=qwen2.5-7b&sort=ttft_ms")
    browser.click("#csv")
    data = downloaded(browser, f"leaderboard-single-{REVISION[:7]}.csv")
    lines = list(csv.DictReader(io.StringIO(data.decode(), newline="")))
    assert [line["run_id"] for line in lines] == [Entry(e).run_id for e in (UNWEIGHED, FAST, SLOW)]
    assert [line["throughput_tps (tok/s)"] for line in lines] == ["110", "900.5", "48"]
    assert [line["peak_mem_mb (MB)"] for line in lines] == ["", "2048", "764"]


def test_a_spreadsheet_gets_no_formula_from_a_contributor(visit: Visit) -> None:
    """And text with commas, quotes and line ends survives the round trip."""
    browser = visit(f"q={id_of(EVIL)}")
    browser.click("#csv")
    data = downloaded(browser, f"leaderboard-single-{REVISION[:7]}.csv")
    (line,) = csv.DictReader(io.StringIO(data.decode(), newline=""))
    assert line["engine"] == f"'{EVIL['engine']}"
    assert line["model"] == HOSTILE
    assert line["submitter"] == EVIL["metadata"]["submitter"]


def test_the_json_holds_the_visible_entries_as_submitted(visit: Visit) -> None:
    """With their origin and their units."""
    browser = visit("model=gpt2")
    browser.click("#json")
    value = json.loads(downloaded(browser, f"leaderboard-single-{REVISION[:7]}.json"))
    assert [row["entry"] for row in value["rows"]] == [FAST, SLOW]
    assert [row["run_id"] for row in value["rows"]] == [Entry(e).run_id for e in (FAST, SLOW)]
    assert value["revision"] == REVISION
    assert value["units"]["throughput_tps"] == "tok/s"


def test_hostile_text_is_shown_and_does_nothing(visit: Visit) -> None:
    """Whatever a contributor wrote is text, in the table and in the dialog."""
    browser = visit(f"show={id_of(EVIL)}")
    assert browser.text("#dialog .command code").split() == HOSTILE.split()
    assert browser.run("return document.querySelectorAll('img').length") == 0
    assert browser.run("return document.title") == "Lab leaderboard"


def test_an_address_that_is_no_web_address_is_no_link(visit: Visit) -> None:
    """A javascript: address is text."""
    browser = visit(f"show={id_of(EVIL)}")
    assert browser.run("return document.querySelectorAll('#dialog a').length") == 0


def test_a_hash_nobody_wrote_changes_nothing(visit: Visit) -> None:
    """Unknown tabs, columns, rows and languages are the default."""
    browser = visit("tab=x&sort=__proto__&pick=zz&show=zz&lang=toString&engine=&model=x")
    assert browser.run("return document.documentElement.lang") == "en"
    assert browser.text("#tabs [aria-selected=true]").startswith("Single chip")
    assert browser.text("#count") == "4 of 4 results"
