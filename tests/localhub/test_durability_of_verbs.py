"""Of what a maintainer was told is done, `kill -9` undoes nothing; the rest is done or not."""

from __future__ import annotations

import json
import signal
import threading
from contextlib import suppress
from http.client import HTTPException
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from benchmark.localhub.testing import running_hub
from tests.localhub.test_durability import hub_process
from tests.localhub.wire import ask, commit_body

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

Seen = dict[str, dict[str, Any]]
"""Dataset → its branches, tags, and the status of each discussion."""


class Verb(NamedTuple):
    """A request, and what is to be seen once it was acknowledged."""

    method: str
    path: str
    body: dict[str, Any]
    seen: Callable[[Seen], Seen]


def verbs(owner: str) -> Iterator[Verb]:
    """Dataset after dataset: everything that can be done to one, over and over."""
    for number in range(10_000):
        name, moved = f"{owner}/d{number}", f"{owner}/m{number}"
        api = f"/api/datasets/{name}"
        new = {"branches": ["main"], "tags": [], "talk": []}
        yield Verb("POST", "/api/repos/create", repo(name), lambda it, n=name, d=new: {**it, n: d})
        for method, path, body, change in (
            ("POST", f"{api}/branch/work%2Fa", {}, {"branches": ["main", "work/a"]}),
            ("POST", f"{api}/tag/main", {"tag": "v1"}, {"tags": ["v1"]}),
            ("DELETE", f"{api}/branch/work%2Fa", {}, {"branches": ["main"]}),
            ("POST", f"{api}/super-squash/main", {}, {}),
            ("POST", f"{api}/discussions", {"title": "t"}, {"talk": ["open"]}),
            ("POST", f"{api}/discussions/1/comment", {"comment": "yes"}, {}),
            ("POST", f"{api}/discussions/1/status", {"status": "closed"}, {"talk": ["closed"]}),
            ("DELETE", f"{api}/tag/v1", {}, {"tags": []}),
        ):
            yield Verb(method, path, body,
                       lambda it, n=name, c=change: {**it, n: {**it[n], **c}})  # fmt: skip
        yield Verb("POST", "/api/repos/move",
                   {"type": "dataset", "fromRepo": name, "toRepo": moved},
                   lambda it, n=name, m=moved: {**without(it, n), m: it[n]})  # fmt: skip
        if number % 2:
            yield Verb("DELETE", "/api/repos/delete", repo(moved),
                       lambda it, m=moved: without(it, m))  # fmt: skip


def repo(name: str) -> dict[str, Any]:
    """A dataset as requests name it."""
    owner, _, base = name.partition("/")
    return {"type": "dataset", "organization": owner, "name": base}


def without(seen: Seen, name: str) -> Seen:
    """Without one dataset."""
    return {key: value for key, value in seen.items() if key != name}


class Maintainer(threading.Thread):
    """Does one after the other until the hub dies; knows what must be there, and what may."""

    def __init__(self, endpoint: str, owner: str, enough: threading.Semaphore) -> None:
        super().__init__(daemon=True)
        self.endpoint, self.owner, self.enough = endpoint, owner, enough
        self.acknowledged: Seen = {}
        self.under_way: Seen = {}

    def run(self) -> None:
        """Do all of them."""
        with suppress(OSError, HTTPException):
            for verb in verbs(self.owner):
                self.under_way = verb.seen(self.acknowledged)
                body = json.dumps(verb.body).encode()
                answer = ask(self.endpoint, verb.method, verb.path, body)
                assert answer.status == 200, (verb, answer)
                self.acknowledged = self.under_way
                self.enough.release()


def seen_at(endpoint: str, owner: str) -> Seen:
    """What a client sees of this owner's datasets."""
    found: Seen = {}
    for item in ask(endpoint, "GET", f"/api/datasets?author={owner}").json:
        api = f"/api/datasets/{item['id']}"
        refs = ask(endpoint, "GET", f"{api}/refs").json
        talk = ask(endpoint, "GET", f"{api}/discussions").json["discussions"]
        assert ask(endpoint, "GET", f"{api}/tree/main").status == 200
        found[item["id"]] = {
            "branches": [one["name"] for one in refs["branches"]],
            "tags": [one["name"] for one in refs["tags"]],
            "talk": [one["status"] for one in talk],
        }
    return found


@pytest.mark.parametrize("acknowledgements", [3, 40])
def test_a_killed_hub_undoes_nothing_that_it_acknowledged(
    tmp_path: Path, acknowledgements: int
) -> None:
    """Branches, tags, talk, squashes, moved and deleted datasets; and every dataset can be used."""
    enough = threading.Semaphore(0)
    with hub_process(tmp_path) as (process, endpoint):
        maintainers = [Maintainer(endpoint, f"owner{n}", enough) for n in range(3)]
        for maintainer in maintainers:
            maintainer.start()
        for _ in range(acknowledgements):
            assert enough.acquire(timeout=60)
        process.send_signal(signal.SIGKILL)
        for maintainer in maintainers:
            maintainer.join(timeout=30)
    with running_hub(tmp_path) as hub:
        for maintainer in maintainers:
            seen = seen_at(hub.endpoint, maintainer.owner)
            assert seen in (maintainer.acknowledged, maintainer.under_way)
            for name in seen:
                url = f"/api/datasets/{name}/commit/main"
                assert ask(hub.endpoint, "POST", url, commit_body({"z": b"1"})).status == 200
