"""A large download beside `python -m http.server`, and a listing with last commits."""

from __future__ import annotations

import http.client
import os
import statistics
import subprocess
import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from tests.bench.hub import histories
from tests.bench.scale.rows import Row
from tests.localhub.test_durability import hub_process
from tests.localhub.wire import REPO, ask

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_PIECE = 1024 * 1024


def download(folder: Path, rounds: int, size: int) -> list[Row]:
    """The same bytes from both servers in turn, read and thrown away."""
    content = os.urandom(size)
    histories.large(folder / "hub", content)
    (folder / "plain").mkdir()
    (folder / "plain/large.bin").write_bytes(content)
    with hub_process(folder / "hub") as (_, endpoint), _plain_server(folder / "plain") as plain:
        addresses = {
            "hub": f"{endpoint}/datasets/{REPO}/resolve/main/large.bin",
            "plain": f"{plain}/large.bin",
        }
        times: dict[str, list[float]] = {name: [] for name in addresses}
        for number in range(rounds + 1):
            for name, address in addresses.items():
                took = _read(address, size)
                # What a server does at its first answer is not compared.
                times[name] += [took] if number else []
    hub, other = (size / 1e6 / statistics.median(times[name]) for name in ("hub", "plain"))
    measured = f"{hub:,.0f} MB/s; {other:,.0f}"
    work = f"download of {size / 1e6:.0f} MB, beside python -m http.server"
    return [Row(work, measured, hub / other, "× http.server", 0.8, at_least=True)]


def listing(folder: Path, count: int) -> list[Row]:
    """The first answer walks through the history, the second need not."""
    histories.history(folder / "hub", count)
    path = f"/api/datasets/{REPO}/tree/main/{histories.FOLDER.replace('/', '%2F')}?expand=true"
    with hub_process(folder / "hub") as (_, endpoint):
        first, again = (_ask_all(endpoint, path, count) for _ in range(2))
        plain = _ask_all(endpoint, path.replace("true", "false"), count)
    work = f"tree?expand of {count:,} files after {count:,} commits"
    measured = f"{first:.2f} s; again {again:.2f} s; without expand {plain:.2f} s"
    return [Row(work, measured, first, "s", 10)]


@contextmanager
def _plain_server(folder: Path) -> Iterator[str]:
    command = [sys.executable, "-u", "-m", "http.server", "0", "--bind", "127.0.0.1"]
    with subprocess.Popen(
        command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        assert process.stdout
        port = process.stdout.readline().split(" port ")[1].split()[0]
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            process.kill()


def _read(address: str, size: int) -> float:
    """Seconds until all of it was there."""
    url = urlsplit(address)
    connection = http.client.HTTPConnection(url.netloc)
    piece, left = bytearray(_PIECE), size
    started = time.perf_counter()
    connection.request("GET", url.path)
    answer = connection.getresponse()
    while got := answer.readinto(piece):
        left -= got
    took = time.perf_counter() - started
    assert (answer.status, left) == (200, 0)
    connection.close()
    return took


def _ask_all(endpoint: str, path: str, count: int) -> float:
    """Seconds until every page was there."""
    found, started = 0, time.perf_counter()
    while path:
        answer = ask(endpoint, "GET", path)
        found += len(answer.json)
        link = answer.headers.get("link", "").partition(">")[0].lstrip("<")
        path = link.removeprefix(endpoint)
    assert found == count
    return time.perf_counter() - started
