"""What the hub acknowledged survives `kill -9`: xorbs, shards, and the files of commits."""

from __future__ import annotations

import os
import random
import signal
import threading
from contextlib import suppress
from hashlib import sha256
from http.client import HTTPException
from pathlib import Path

import pytest

from benchmark.localhub.testing import running_hub
from tests.localhub.test_durability import hub_process
from tests.localhub.wire import REPO, ask, large_body
from tests.localhub.xet.wire import Client, file_of

COMMIT = f"/api/datasets/{REPO}/commit/main"


class Writer(threading.Thread):
    """Sends file after file until the hub dies; the lists have what it was told is there."""

    def __init__(self, endpoint: str, seed: int, enough: threading.Semaphore) -> None:
        super().__init__(daemon=True)
        self.endpoint, self.seed, self.enough = endpoint, seed, enough
        self.xorbs: list[list[bytes]] = []
        self.files: list[list[bytes]] = []
        self.commits: dict[str, bytes] = {}

    def run(self) -> None:
        """A xorb, a shard, a commit; and again."""
        source = random.Random(self.seed)  # noqa: S311 - reproducible, not secret
        with suppress(OSError, HTTPException):
            xet = Client(self.endpoint)
            for number in range(10_000):
                chunks = [source.randbytes(20_000) for _ in range(3)]
                assert xet.send_chunks(chunks).status == 200
                self.xorbs.append(chunks)
                assert xet.send_shard(file_of(chunks)).status == 200
                self.files.append(chunks)
                path, content = f"runs/{self.seed}-{number}.bin", b"".join(chunks)
                body = large_body(path, sha256(content).hexdigest(), len(content))
                assert ask(self.endpoint, "POST", COMMIT, body).status == 200
                self.commits[path] = content
                self.enough.release()


@pytest.mark.parametrize("acknowledgements", [1, 12])
def test_a_killed_hub_loses_nothing_that_it_acknowledged(
    tmp_path: Path, acknowledgements: int
) -> None:
    """And clients go on where they were, with what they had sent."""
    enough = threading.Semaphore(0)
    with hub_process(tmp_path) as (process, endpoint):
        writers = [Writer(endpoint, seed, enough) for seed in range(3)]
        for writer in writers:
            writer.start()
        for _ in range(acknowledgements):
            assert enough.acquire(timeout=60)
        process.send_signal(signal.SIGKILL)
        for writer in writers:
            writer.join(timeout=30)
    with running_hub(tmp_path) as hub:
        xet, committed = Client(hub.endpoint), hub.files(REPO)
        for writer in writers:
            assert all(committed[path] == content for path, content in writer.commits.items())
            assert all(xet.send_shard(file_of(sent)).status == 200 for sent in writer.xorbs)
            assert all(
                xet.fetch(file_of(sent).true_hash) == b"".join(sent) for sent in writer.files
            )


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="needs /proc to name descriptors")
def test_what_was_sent_is_synced_before_it_is_named_and_its_name_before_the_answer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, chunks: list[bytes]
) -> None:
    """A power cut after the answer finds it whole."""
    with running_hub(tmp_path) as hub:
        hub.create(REPO)
        xet = Client(hub.endpoint)
        events = recorded(monkeypatch)
        for send in (lambda: xet.send_chunks(chunks), lambda: xet.send_shard(file_of(chunks))):
            assert send().status == 200
            renames = [event for event in events if event[0] == "rename"]
            assert renames
            for _, source, target in renames:
                named = events.index(("rename", source, target))
                assert ("sync", source, "") in events[:named]
                assert ("sync", str(Path(target).parent), "") in events[named:]
            events.clear()


def recorded(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str, str]]:
    """Every fsync and rename from now on, in order, by path."""
    events: list[tuple[str, str, str]] = []
    sync, rename = os.fsync, Path.replace

    def fsync(descriptor: int) -> None:
        events.append(("sync", str(Path(f"/proc/self/fd/{descriptor}").readlink()), ""))
        sync(descriptor)

    def replace(self: Path, target: Path) -> Path:
        events.append(("rename", str(self), str(target)))
        return rename(self, target)

    monkeypatch.setattr(os, "fsync", fsync)
    monkeypatch.setattr(Path, "replace", replace)
    return events
