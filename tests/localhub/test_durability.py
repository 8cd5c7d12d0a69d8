"""What was acknowledged survives `kill -9`, and what was not leaves no damage."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
from contextlib import contextmanager, suppress
from http.client import HTTPException
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from benchmark.localhub.settings import HubSettings
from benchmark.localhub.testing import running_hub
from tests.localhub.wire import REPO, ask, commit_body

if TYPE_CHECKING:
    from collections.abc import Iterator

COMMAND = "from benchmark.commands.hub import command; command()"


@contextmanager
def hub_process(root: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A hub in a process of its own, and its endpoint."""
    arguments = ["--root", str(root), "--port", "0", "--create", REPO]
    process = subprocess.Popen(
        [sys.executable, "-c", COMMAND, *arguments], stderr=subprocess.PIPE, text=True
    )
    try:
        assert process.stderr
        lines = iter(process.stderr.readline, "")
        found = (re.search(r"HF_ENDPOINT=(\S+)", line) for line in lines)
        endpoint = next(match[1] for match in found if match)
        # Somebody has to read the log, or the hub stops when the pipe is full.
        threading.Thread(target=process.stderr.read, daemon=True).start()
        yield process, endpoint
    finally:
        process.kill()
        process.wait()


class Writer(threading.Thread):
    """Commits until the hub dies; `acknowledged` has what it was told is there."""

    def __init__(self, endpoint: str, name: str, enough: threading.Semaphore) -> None:
        super().__init__(daemon=True)
        self.endpoint, self.label, self.enough = endpoint, name, enough
        self.acknowledged: dict[str, tuple[str, bytes]] = {}

    def run(self) -> None:
        """Commit a new file each time."""
        with suppress(OSError, HTTPException):
            for number in range(10_000):
                path, content = f"runs/{self.label}-{number}", b"%d" % number * 50
                url = f"/api/datasets/{REPO}/commit/main"
                answer = ask(self.endpoint, "POST", url, commit_body({path: content}))
                assert answer.status == 200, answer
                self.acknowledged[path] = (answer.json["commitOid"], content)
                self.enough.release()


def killed_after(root: Path, acknowledgements: int) -> dict[str, tuple[str, bytes]]:
    """What three writers were told before the hub was killed in the middle of their commits."""
    enough = threading.Semaphore(0)
    with hub_process(root) as (process, endpoint):
        writers = [Writer(endpoint, name, enough) for name in "abc"]
        for writer in writers:
            writer.start()
        for _ in range(acknowledgements):
            assert enough.acquire(timeout=30)
        process.send_signal(signal.SIGKILL)
        for writer in writers:
            writer.join(timeout=30)
    return {path: known for writer in writers for path, known in writer.acknowledged.items()}


@pytest.mark.parametrize("acknowledgements", [1, 7, 30])
def test_a_killed_hub_loses_no_acknowledged_commit(tmp_path: Path, acknowledgements: int) -> None:
    """Every acknowledged commit is in the history with its content, and writing goes on."""
    known = killed_after(tmp_path, acknowledgements)
    assert len(known) >= acknowledgements
    folder = tmp_path / "datasets" / f"{REPO}.git"
    subprocess.run(["git", "-C", folder, "fsck", "--strict", "--no-dangling"], check=True)
    with running_hub(tmp_path) as hub:
        history = {item.sha for item in hub.log(REPO)}
        files = hub.files(REPO)
        assert {sha for sha, _ in known.values()} <= history
        assert all(files[path] == content for path, (_, content) in known.items())
        answer = ask(
            hub.endpoint, "POST", f"/api/datasets/{REPO}/commit/main", commit_body({"z": b"1"})
        )
        assert answer.status == 200


def test_two_processes_on_one_root_lose_nothing(tmp_path: Path) -> None:
    """Six conditional writers through two hubs: the history is one line with every success."""
    with hub_process(tmp_path) as (_, one), hub_process(tmp_path) as (_, two):
        racers = [Racer(endpoint, f"{n}") for n, endpoint in enumerate([one, two] * 3)]
        for racer in racers:
            racer.start()
        for racer in racers:
            racer.join(timeout=60)
    won = [sha for racer in racers for sha in racer.won]
    with running_hub(tmp_path) as hub:
        log = hub.log(REPO)
        assert sorted(won) == sorted(item.sha for item in log[1:])
        assert [item.parents for item in log[1:]] == [(item.sha,) for item in log[:-1]]
        assert len(hub.files(REPO)) == 1 + 6 * 4


class Racer(threading.Thread):
    """Adds four files, each with the head it read as the parent, again after a conflict."""

    def __init__(self, endpoint: str, name: str) -> None:
        super().__init__(daemon=True)
        self.endpoint, self.label = endpoint, name
        self.won: list[str] = []

    def run(self) -> None:
        """Read the head, commit on it, until four commits have won."""
        while len(self.won) < 4:
            head = ask(self.endpoint, "GET", f"/api/datasets/{REPO}").json["sha"]
            body = commit_body({f"{self.label}-{len(self.won)}": b"x"}, head)
            answer = ask(self.endpoint, "POST", f"/api/datasets/{REPO}/commit/main", body)
            assert answer.status in {200, 412}, answer
            if answer.status == 200:
                self.won.append(answer.json["commitOid"])


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="needs /proc to name descriptors")
def test_objects_and_names_are_synced_before_the_branch_moves(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A power cut after the answer finds every object: content first, names next, branch last."""
    with running_hub(tmp_path) as hub:
        hub.create(REPO)
        events = recorded_events(monkeypatch)
        hub.write(REPO, {"folder/a.json": b"1"})
    names = [name for kind, name in events if kind == "rename" and "/objects/" in name]
    first = events.index(("rename", names[0]))
    branch = events.index(("rename", str(tmp_path / f"datasets/{REPO}.git/refs/heads/main")))
    contents = [name for kind, name in events[:first] if kind == "sync"]
    assert len(names) == len([name for name in contents if "tmp_obj_" in name]) == 4
    for name in names:
        renamed = events.index(("rename", name))
        assert ("sync", str(Path(name).parent)) in events[renamed:branch]
    assert ("sync", str(tmp_path / f"datasets/{REPO}.git/objects")) in events[first:branch]
    assert ("sync", str(tmp_path / f"datasets/{REPO}.git/refs/heads")) in events[branch:]


def recorded_events(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """Every fsync and rename from now on, in order, by path."""
    events: list[tuple[str, str]] = []
    sync, rename = os.fsync, Path.replace

    def fsync(descriptor: int) -> None:
        events.append(("sync", str(Path(f"/proc/self/fd/{descriptor}").readlink())))
        sync(descriptor)

    def replace(self: Path, target: Path) -> Path:
        events.append(("rename", str(target)))
        return rename(self, target)

    monkeypatch.setattr(os, "fsync", fsync)
    monkeypatch.setattr(Path, "replace", replace)
    return events


def test_a_clock_that_is_wrong_breaks_no_history(tmp_path: Path) -> None:
    """Set back, or before the time that git can write, or far ahead."""
    times = iter([1.8e9, 1.7e9, -5.0, 4e9, 1.6e9])
    settings = HubSettings(clock=lambda: next(times, 1.8e9))
    with running_hub(tmp_path, settings=settings) as hub:
        hub.create(REPO)
        made = [hub.write(REPO, {f"{number}": b"1"}) for number in range(4)]
        answer = ask(hub.endpoint, "GET", f"/api/datasets/{REPO}/commits/main")
        assert [item["id"] for item in answer.json[:4]] == made[::-1]
    folder = tmp_path / "datasets" / f"{REPO}.git"
    subprocess.run(["git", "-C", folder, "fsck", "--strict", "--no-dangling"], check=True)
