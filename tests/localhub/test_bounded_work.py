"""No request costs more than it must, or goes on when nobody waits for it."""

from __future__ import annotations

import re
import signal
import socket
import subprocess
import sys
import threading
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from dulwich.objects import Blob, Commit, ObjectID, Tree
from hypothesis import given
from hypothesis import strategies as st

from benchmark.localhub.lastcommit import LastChanges
from benchmark.localhub.problems import HubError
from benchmark.localhub.rawtree import joined, records
from benchmark.localhub.repository import Repository
from benchmark.localhub.trees import TreeEditor, entries
from tests.localhub.wire import REPO, ask

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from benchmark.localhub.testing import RunningHub

LISTING = f"/api/datasets/{REPO}/tree/main?recursive=true&expand=true"
BLOCKED = """
import threading
from benchmark.localhub import reads
def hang(call):
    print("hanging", flush=True)
    threading.Event().wait()
reads.whoami = hang
from benchmark.commands.hub import command
command()
"""
PATHS = st.sampled_from(["a", "b", "d/a", "d/b", "d/e/a", "f/a"])
CHANGES = st.dictionaries(PATHS, st.none() | st.integers(0, 2), min_size=1, max_size=3)


class Objects:
    """Commits and trees in memory, one line of history."""

    def __init__(self, history: list[dict[str, int | None]]) -> None:
        self.objects: dict[ObjectID, Commit | Tree] = {}
        self.heads: list[ObjectID] = []
        self.files: list[dict[str, int]] = []
        present: dict[str, int] = {}
        for number, changes in enumerate(history):
            present = {
                path: value for path, value in {**present, **changes}.items() if value is not None
            }
            self.files.append(present)
            self.heads.append(self.commit_of(present, number))

    def commit_of(self, present: dict[str, int], number: int) -> ObjectID:
        """Add a commit of these files."""
        editor = TreeEditor(lambda sha: records(self.raw_tree(sha)), None)
        for path, value in present.items():
            editor.put(path, 0o100644, Blob.from_string(b"%d" % value).id)
        item = Commit()
        item.tree = editor.write(lambda found: self.add_tree(joined(found)))
        item.parents = self.heads[-1:]
        item.author = item.committer = b"a <a@b>"
        item.author_time = item.commit_time = number
        item.author_timezone = item.commit_timezone = 0
        item.message = b"%d" % number
        self.objects[item.id] = item
        return item.id

    def add_tree(self, data: bytes) -> ObjectID:
        """Add a tree."""
        item = Tree.from_string(data)
        assert item.check() is None
        self.objects[item.id] = item
        return item.id

    def raw_tree(self, sha: ObjectID) -> bytes:
        """A tree's bytes."""
        return self.objects[sha].as_raw_string()

    def tree(self, sha: ObjectID) -> Tree:
        """A tree."""
        found = self.objects[sha]
        assert isinstance(found, Tree)
        return found

    def commit(self, sha: ObjectID) -> Commit:
        """A commit."""
        found = self.objects[sha]
        assert isinstance(found, Commit)
        return found

    def root(self, commit: ObjectID) -> ObjectID:
        """Its tree."""
        return ObjectID(self.commit(commit).tree)

    def content(self, commit: ObjectID) -> dict[str, ObjectID]:
        """Every path, folders too, with its id."""
        listing = entries(self.tree, self.root(commit), prefix="", recursive=True)
        return {entry.path: entry.sha for entry in listing}

    def by_definition(self, last: int) -> dict[str, ObjectID]:
        """For each path the first commit of those at the end in which it is as it is now."""
        now = self.content(self.heads[last])
        found = {}
        for path, sha in now.items():
            number = last
            while number and self.content(self.heads[number - 1]).get(path) == sha:
                number -= 1
            found[path] = self.heads[number]
        return found


# A folder must not be where a file was: the sampled paths cannot clash.
@given(history=st.lists(CHANGES, min_size=1, max_size=6))
def test_one_walk_finds_for_every_path_the_commit_that_gave_it_its_content(
    history: list[dict[str, int | None]],
) -> None:
    """For all entries at once, alone, and on top of what was found for an older commit."""
    objects = Objects(history)
    walks: list[LastChanges] = []
    for number, head in enumerate(objects.heads):
        expected = objects.by_definition(number)
        fresh, reusing = LastChanges(head), LastChanges(head)
        for path in sorted(expected)[:1]:
            assert fresh.of(objects, [path]) == {path: expected[path]}
        assert fresh.of(objects, expected) == expected
        assert reusing.of(objects, expected, walks) == expected
        walks.append(reusing)


def test_a_listing_reads_each_commit_once_however_many_entries_it_has(
    hub: RunningHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And the next listing reads the new commits only."""
    for number in range(6):
        hub.write(REPO, {f"{number}-{name}": b"1" for name in "abcdef"})
    read = counted(monkeypatch)
    assert len(ask(hub.endpoint, "GET", LISTING).json) == 37
    first = len(read)
    hub.write(REPO, {"new": b"1"})
    read.clear()
    listing = {item["path"]: item["lastCommit"] for item in ask(hub.endpoint, "GET", LISTING).json}
    assert (first, len(read)) == (7, 2)
    assert listing["new"]["id"] == hub.head(REPO)
    assert listing["0-a"]["title"] == "written directly"


def counted(monkeypatch: pytest.MonkeyPatch) -> list[ObjectID]:
    """The trees that are read from now on."""
    read: list[ObjectID] = []
    genuine = Repository.raw_tree

    def raw_tree(self: Repository, sha: ObjectID) -> bytes:
        read.append(sha)
        return genuine(self, sha)

    monkeypatch.setattr(Repository, "raw_tree", raw_tree)
    return read


def test_a_listing_that_nobody_waits_for_ends(
    hub: RunningHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What it found is kept for the next who asks."""
    for number in range(4):
        hub.write(REPO, {f"{number}": b"1"})
    begun, ended, released = threading.Event(), threading.Event(), threading.Event()
    genuine = Repository.raw_tree

    def raw_tree(self: Repository, sha: ObjectID) -> bytes:
        begun.set()
        try:
            while not released.wait(0.01):
                self.check()
        except HubError:
            ended.set()
            raise
        return genuine(self, sha)

    monkeypatch.setattr(Repository, "raw_tree", raw_tree)
    address = urlsplit(hub.endpoint)
    with socket.create_connection((address.hostname, address.port)) as client:
        client.sendall(f"GET {LISTING} HTTP/1.1\r\nHost: hub\r\n\r\n".encode())
        assert begun.wait(30)
    assert ended.wait(30)
    released.set()
    assert len(ask(hub.endpoint, "GET", LISTING).json) == 5


def test_a_signal_ends_the_server_whatever_runs(tmp_path: Path) -> None:
    """Also work that nothing can stop, with its client still waiting."""
    command = [sys.executable, "-c", BLOCKED, "--root", str(tmp_path), "--port", "0"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout
        assert process.stderr
        found = (re.search(r"HF_ENDPOINT=(\S+)", line) for line in process.stderr)
        address = urlsplit(next(match[1] for match in found if match))
        with socket.create_connection((address.hostname, address.port)) as client:
            client.sendall(b"GET /api/whoami-v2 HTTP/1.1\r\nHost: hub\r\n\r\n")
            assert process.stdout.readline() == "hanging\n"
            process.send_signal(signal.SIGTERM)
            assert process.wait(timeout=60) == 0
