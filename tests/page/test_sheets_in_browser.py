"""Single results in a real browser: details, comparison, and files of them."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING, Any

from benchmark.entry import Entry
from tests.page.samples import (
    CHIPS,
    EVIL,
    FAST,
    HOSTILE,
    NODES,
    REVISION,
    SLOW,
    UNWEIGHED,
    entry,
    row,
)  # fmt: skip

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.page.webdriver import Browser

    Visit = Callable[..., Browser]

ENTER, ESCAPE, DOWN = "\ue007", "\ue00c", "\ue015"


def id_of(entry: dict[str, Any]) -> str:
    """The part of a run id that links carry."""
    return Entry(entry).run_id[:12]


def opened(browser: Browser) -> Browser:
    """The browser, once a sheet is open."""
    browser.wait(lambda: browser.run("return document.getElementById('dialog').open"))
    return browser


def downloaded(browser: Browser, name: str) -> bytes:
    """A file the page gave to the browser, which reserves its name before it has its content."""
    path = browser.downloads / name
    browser.wait(lambda: path.exists() and path.stat().st_size)
    data = path.read_bytes()
    path.unlink()
    return data


def exported(browser: Browser, kind: str) -> str:
    """The rows shown, as a file of a kind."""
    browser.click("#export")
    browser.click(f"#{kind}")
    extension = {"markdown": "md"}.get(kind, kind)
    return downloaded(browser, f"leaderboard-{REVISION[:7]}.{extension}").decode()


def test_a_row_opens_by_keyboard_and_escape_gives_the_focus_back(visit: Visit) -> None:
    """The open row is in the link."""
    browser = visit()
    browser.type(f"tr[data-id='{id_of(FAST)}']", DOWN)
    browser.type(f"tr[data-id='{id_of(SLOW)}']", ENTER)
    assert opened(browser).text("#dialog-title") == Entry(SLOW).label
    assert browser.run("return location.hash") == f"#show={id_of(SLOW)}"
    browser.type("#dialog .close", ESCAPE)
    browser.wait(lambda: browser.run("return location.hash") == "")
    assert browser.run("return document.activeElement.dataset.id") == id_of(SLOW)


def test_details_show_every_field_and_the_run_id(visit: Visit) -> None:
    """A link to the row is enough to get there."""
    browser = opened(visit(f"show={id_of(FAST)}"))
    assert browser.text("#dialog .run code") == Entry(FAST).run_id
    keys = browser.texts("#dialog .sections dt")
    assert {*FAST["hardware"], *FAST["metrics"], *FAST["metadata"], "engine"} <= set(keys)


def test_details_say_first_what_is_doubtful_and_that_nobody_measured_it(show: Visit) -> None:
    """With every reason."""
    one = entry("m", data_source="generated for the demo")
    doubt = {"verdict": "doubtful", "verdict_reasons": ("TPOT is too short", "No warm-up")}
    browser = opened(show([row(one, **doubt)], f"show={id_of(one)}"))
    assert browser.texts("#dialog .notice") == [
        "example: Generated for the demo: nobody measured it.",
        "doubtful: TPOT is too short; No warm-up",
    ]


def test_details_lead_to_the_other_runs_of_the_configuration(show: Visit) -> None:
    """Newest first, each with its fate."""
    new = entry("m", metrics=(120, 1, 1), submitted_at="2026-02-01T00:00:00Z")
    old = entry("m", metrics=(100, 1, 1), submitted_at="2026-01-01T00:00:00Z")
    browser = show([row(new), row(old, superseded_by=Entry(new).run_id)], f"show={id_of(new)}")
    assert opened(browser).texts("#dialog .runs li > :first-child") == ["2026-02-01", "2026-01-01"]
    browser.click("#dialog .runs button")
    browser.wait(lambda: browser.texts("#dialog .run code") == [Entry(old).run_id])


def test_the_command_to_reproduce_can_be_copied(visit: Visit) -> None:
    """Exactly as it was submitted."""
    browser = opened(visit(f"show={id_of(EVIL)}"))
    browser.emulate("Browser.grantPermissions", permissions=["clipboardReadWrite"])
    browser.click("#dialog .command button")
    browser.wait(lambda: browser.text("#dialog .command button") == "Copied")
    assert browser.run("return navigator.clipboard.readText()") == HOSTILE


def test_rows_are_compared_with_what_differs_marked(visit: Visit) -> None:
    """Case and spelling are no difference; changes are from A."""
    browser = visit()
    for one in (SLOW, FAST):
        browser.click(f"tr[data-id='{id_of(one)}'] input")
    browser.click("#picked .primary")
    differing = opened(browser).texts("#dialog tbody:nth-of-type(2) .differs th")
    assert differing == ["Chip differs", "Engine differs", "Precision differs"]
    changes = browser.texts("#dialog tbody:nth-of-type(1) .change")
    assert changes == ["+1,776 % better", "−83.3 % better", "+168.1 % worse", "±0 %"]


def test_fields_of_a_comparison_are_read_in_the_readers_language(visit: Visit) -> None:
    """And pointing at one says how it is written."""
    picks = "&".join(f"pick={id_of(one)}" for one in (FAST, SLOW))
    browser = opened(visit(f"lang=zh&{picks}&show=compare"))
    names = browser.texts("#dialog tbody:nth-of-type(2) th span")
    assert {"芯片", "引擎版本", "输入长度"} <= set(names)
    assert browser.run(
        "return document.querySelector('#dialog th span[title=chip_model]') !== null"
    )
    assert "芯片数" in names


def test_four_can_be_compared_and_a_fifth_waits_until_one_is_put_back(visit: Visit) -> None:
    """Nobody's choice is replaced in silence."""
    four = "&".join(f"pick={id_of(one)}" for one in (FAST, SLOW, CHIPS, NODES))
    browser = visit(f"model=*&{four}")
    boxes = "return document.querySelectorAll('tbody input:disabled').length"
    assert browser.run(boxes) == 2
    browser.click("#picked .primary")
    assert opened(browser).texts("#dialog thead .letter") == ["A", "B", "C", "D"]
    browser.click("#dialog .close")
    browser.wait(lambda: not browser.run("return document.getElementById('dialog').open"))
    browser.click("#picked li button")
    assert browser.run(boxes) == 0


def sampled(engine: str, ttft: float, width: float) -> dict[str, Any]:
    """An entry whose median has an interval."""
    one = entry("m", engine=engine, metrics=(100, ttft, 1))
    ends = {"ci95_low": ttft / width, "ci95_high": ttft * width}
    return {**one, "metrics": {**one["metrics"], "distributions": {"ttft_ms": {"n": 30, **ends}}}}


def test_a_change_that_samples_cannot_tell_from_none_is_noise(show: Visit) -> None:
    """Else it has its interval; where an entry has no samples there is none."""
    entries = [sampled("a", 100, 1.05), sampled("b", 104, 1.05), sampled("c", 200, 1.05)]
    bare = entry("m", engine="d", metrics=(100, 104, 1))
    picks = "&".join(f"pick={id_of(one)}" for one in (*entries, bare))
    browser = opened(show(list(map(row, [*entries, bare])), f"{picks}&show=compare"))
    line = browser.texts("#dialog tbody:nth-of-type(1) tr:nth-of-type(3) .change")
    assert line == [
        "+4 % (−2.9 % … +11.4 %) within noise", "+100 % (+86.7 % … +114.3 %) worse", "+4 % worse",
    ]  # fmt: skip


def test_a_missing_metric_has_no_change(visit: Visit) -> None:
    """A dash, not a hundred percent."""
    browser = opened(visit(f"model=*&pick={id_of(FAST)}&pick={id_of(UNWEIGHED)}&show=compare"))
    memory = "#dialog tbody:nth-of-type(1) tr:nth-of-type(4) td"
    assert browser.texts(memory) == ["2,048", "––"]


def test_the_csv_holds_the_visible_rows_with_units_and_run_ids(visit: Visit) -> None:
    """A missing value is an empty cell."""
    browser = visit("model=*&scale=single&precision=fp16&precision=fp32&sort=ttft_ms&q=ada")
    lines = list(csv.DictReader(io.StringIO(exported(browser, "csv"), newline="")))
    assert [line["run_id"] for line in lines] == [Entry(e).run_id for e in (UNWEIGHED, FAST, SLOW)]
    assert [line["throughput_tps (tok/s)"] for line in lines] == ["110", "900.5", "48"]
    assert [line["peak_mem_mb (MB)"] for line in lines] == ["", "2048", "764"]


def test_a_spreadsheet_gets_no_formula_from_a_contributor(visit: Visit) -> None:
    """And text with commas, quotes and line ends survives the round trip."""
    browser = visit(f"model=*&q={id_of(EVIL)}")
    (line,) = csv.DictReader(io.StringIO(exported(browser, "csv"), newline=""))
    assert line["engine"] == f"'{EVIL['engine']}"
    assert line["model"] == HOSTILE
    assert line["submitter"] == EVIL["metadata"]["submitter"]


def test_the_json_holds_the_visible_entries_as_submitted(visit: Visit) -> None:
    """With their origin and their units."""
    value = json.loads(exported(visit(), "json"))
    assert [row["entry"] for row in value["rows"]] == [FAST, SLOW]
    assert [row["run_id"] for row in value["rows"]] == [Entry(e).run_id for e in (FAST, SLOW)]
    assert value["revision"] == REVISION
    assert value["units"]["throughput_tps"] == "tok/s"


def test_the_markdown_is_the_table_as_it_is_shown(visit: Visit) -> None:
    """Nothing that a contributor wrote is markup in it."""
    lines = exported(visit(), "markdown").splitlines()
    assert lines[0].startswith("| Rank | Hardware | Engine | Precision |")
    assert lines[2].startswith("| 1 | RTX 4090 | vllm 0.11.0 | FP16 |")
    assert "| ×1.00 |" in lines[2]
    hostile = exported(visit(f"model=*&q={id_of(EVIL)}"), "markdown")
    assert "\\</script\\>\\<img" in hostile
    assert "<" not in hostile.replace("\\<", "")


def test_an_address_that_is_no_web_address_is_no_link(visit: Visit) -> None:
    """A javascript: address is text, and hostile text does nothing."""
    browser = opened(visit(f"show={id_of(EVIL)}"))
    assert browser.run("return document.querySelectorAll('#dialog a, img').length") == 0
    assert browser.text("#dialog .command code").split() == HOSTILE.split()
    assert browser.run("return document.title") == "Lab leaderboard"
