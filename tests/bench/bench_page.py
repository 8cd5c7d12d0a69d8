"""How large the page is and how fast a browser shows it, with ten and a hundred thousand results.

Headless Chromium opens the page as a person would get it: as a file, and from a server on loopback
where the rows are too many for one file. What is timed is the page's own work and the frames it
takes; `at rest` is the end of the last task of more than 50 ms.
"""

from __future__ import annotations

import argparse
import gzip
import statistics
import sys
import tempfile
import threading
import time
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from benchmark import page
from benchmark.entry import Entry
from tests.bench.board_of_sweeps import entries
from tests.bench.table import markdown
from tests.page.webdriver import Browser, missing_programs

if TYPE_CHECKING:
    from collections.abc import Callable

FACTS = page.Facts(
    title="Leaderboard", dataset_url="https://hub.example.org/datasets/lab/results",
    revision="0" * 40, generated_at="2026-01-01 00:00 UTC", lang="en",
)  # fmt: skip
QUIET_S = 2.5

LOAD = """
const done = arguments[0];
const tasks = [];
const observer = new PerformanceObserver((list) => tasks.push(...list.getEntries()));
observer.observe({type: "longtask", buffered: true});
setTimeout(() => {
  const ends = tasks.map((task) => task.startTime + task.duration);
  const end = Math.max(...ends, performance.getEntriesByName("all rows")[0].startTime);
  const [paint] = performance.getEntriesByName("first-contentful-paint");
  done({paint: paint.startTime, rest: end, nodes: document.querySelectorAll("*").length});
}, 200);
"""
FRAMES = """
const done = arguments[0];
const [times, started] = [[], performance.now()];
let last = started;
scrollTo(0, 0);
const frame = (now) => {
  times.push(now - last);
  last = now;
  if (times.length > 150) return done(times.slice(5));
  scrollBy(0, 700);
  requestAnimationFrame(frame);
};
requestAnimationFrame(frame);
"""
TIMED = """
const [head, hash, done] = arguments;
scrollTo(0, 0);
requestAnimationFrame(() => {
  const before = performance.now();
  if (head) document.querySelector(`th[data-column=${head}] button`).click();
  else history.replaceState(null, "", hash), dispatchEvent(new PopStateEvent("popstate"));
  document.body.getBoundingClientRect();
  const worked = performance.now() - before;
  requestAnimationFrame(() => setTimeout(() => done([worked, performance.now() - before])));
});
"""
SORTS = ("hardware", "ttft_ms", "engine", "throughput_tps")
FILTERS = ("#model=*&engine=vllm&each=1", "#model=*&q=h200&each=1", "#model=*&each=1")


class Figures(NamedTuple):
    """What one page costs; times in ms."""

    rows: int
    html: int
    fetched: int
    zipped: int
    nodes: int
    paint: float
    rest: float
    frame: float
    sort: float
    filter: float


def measured(count: int, browser: Browser, folder: Path) -> Figures:
    """Build a page of so many rows and use it."""
    site = page.build(map(_row, entries(count)), FACTS)
    (folder / "index.html").write_bytes(site.html)
    if site.data is not None:
        (folder / FACTS.data_name).write_bytes(site.data)
    with Served(folder) as address:
        browser.open(f"{address}/index.html#model=*&each=1")
        browser.wait(lambda: browser.run("return performance.getEntriesByName('all rows').length"))
        time.sleep(QUIET_S)
        load = browser.run_async(LOAD)
        frames = browser.run_async(FRAMES)
        sorts = [browser.run_async(TIMED, head, "")[1] for head in SORTS]
        filters = [browser.run_async(TIMED, "", hash_)[1] for hash_ in FILTERS]
    return Figures(
        count, len(site.html), len(site.data or b""), len(gzip.compress(site.html)),
        load["nodes"], load["paint"], load["rest"],
        statistics.quantiles(frames, n=20)[-1], max(sorts), max(filters),
    )  # fmt: skip


def _row(data: dict[str, Any]) -> page.Row:
    entry = Entry(data)
    return page.Row("single", entry.label, entry.run_id, data)


class Served:
    """A folder on loopback."""

    def __init__(self, folder: Path) -> None:
        handler: Callable[..., SimpleHTTPRequestHandler] = partial(Quiet, directory=str(folder))
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)

    def __enter__(self) -> str:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()


class Quiet(SimpleHTTPRequestHandler):
    """A server without a log."""

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, nargs="*", default=[50, 10_000, 100_000])
    chosen = parser.parse_args()
    if missing := missing_programs():
        parser.error(f"{missing} not installed: apt-get install chromium chromium-driver")
    with tempfile.TemporaryDirectory() as temporary:
        browser = Browser(Path(temporary))
        try:
            found = [measured(count, browser, Path(temporary)) for count in chosen.rows]
        finally:
            browser.close()
    print(markdown(HEADS, [_line(figures) for figures in found]))  # noqa: T201 - a bench


HEADS = (
    "results", "page, MB", "fetched, MB", "page gzip, KB", "DOM nodes", "first paint, ms",
    "at rest, ms", "scroll frame p95, ms", "sort, ms", "filter, ms",
)  # fmt: skip


def _line(one: Figures) -> list[str]:
    sizes = [f"{one.html / 1e6:.2f}", f"{one.fetched / 1e6:.1f}", f"{one.zipped / 1e3:.0f}"]
    times = [one.paint, one.rest, one.frame, one.sort, one.filter]
    return [f"{one.rows:,}", *sizes, f"{one.nodes:,}", *(f"{time:.0f}" for time in times)]


if __name__ == "__main__":
    main()
