"""Downloads, listings and attributes."""

from __future__ import annotations

import json
import subprocess
from typing import TYPE_CHECKING

import pytest

from benchmark.localhub.attributes import Attributes
from benchmark.localhub.card import card_errors
from benchmark.localhub.ignore import IgnoreRules
from benchmark.localhub.settings import HubSettings
from benchmark.localhub.testing import running_hub
from tests.localhub.wire import REPO, ask

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from benchmark.localhub.testing import RunningHub
    from tests.localhub.wire import Answer

FILE = f"/datasets/{REPO}/resolve/main/a.txt"


@pytest.mark.parametrize(
    ("wanted", "status", "body"),
    [
        ("bytes=0-3", 206, b"0123"),
        ("bytes=4-", 206, b"456789"),
        ("bytes=-3", 206, b"789"),
        ("bytes=-99", 206, b"0123456789"),
        ("bytes=8-99", 206, b"89"),
        ("bytes=9-9", 206, b"9"),
        ("bytes=0-1,3-4", 200, b"0123456789"),
        ("lines=1-2", 200, b"0123456789"),
        ("bytes=-", 200, b"0123456789"),
    ],
)
def test_a_range_is_exactly_the_bytes_asked_for(
    hub: RunningHub, wanted: str, status: int, body: bytes
) -> None:
    """One range is served, anything else gets the whole file (RFC 9110)."""
    hub.write(REPO, {"a.txt": b"0123456789"})
    answer = ask(hub.endpoint, "GET", FILE, range=wanted)
    assert (answer.status, answer.body) == (status, body)
    assert answer.headers["content-length"] == str(len(body))


@pytest.mark.parametrize("wanted", ["bytes=10-", "bytes=5-4", "bytes=-0"])
def test_a_range_outside_the_file_is_416(hub: RunningHub, wanted: str) -> None:
    """The answer says how long the file is."""
    hub.write(REPO, {"a.txt": b"0123456789"})
    answer = ask(hub.endpoint, "GET", FILE, range=wanted)
    assert (answer.status, answer.headers["content-range"]) == (416, "bytes */10")


def test_head_and_get_agree(hub: RunningHub) -> None:
    """HEAD has the headers of GET: commit, etag and length, also of an empty file."""
    head = hub.write(REPO, {"a.txt": b"0123456789", "empty": b""})
    for path, size in ((FILE, "10"), (FILE.replace("a.txt", "empty"), "0")):
        short, whole = (ask(hub.endpoint, method, path) for method in ("HEAD", "GET"))
        for name in ("x-repo-commit", "etag", "content-length"):
            assert short.headers[name] == whole.headers[name]
        assert (short.headers["x-repo-commit"], short.headers["content-length"]) == (head, size)


def test_a_missing_file_names_the_commit_it_is_missing_at(hub: RunningHub) -> None:
    """Without that commit the client could not remember that the file is absent."""
    answer = ask(hub.endpoint, "HEAD", FILE)
    assert (answer.status, answer.headers["x-error-code"]) == (404, "EntryNotFound")
    assert answer.headers["x-repo-commit"] == hub.head(REPO)


@pytest.mark.parametrize(
    ("rules", "path", "large"),
    [
        ("*.bin filter=lfs -text", "a/b.bin", True),
        ("*.bin filter=lfs", "a.json", False),
        ("data/*.json filter=lfs", "data/a.json", True),
        ("data/*.json filter=lfs", "a.json", False),
        ("*.bin filter=lfs\na.bin -filter", "a.bin", False),
        ("*.bin -filter\na.bin filter=lfs", "a.bin", True),
        ("# *.bin filter=lfs\n\n*.bin text", "a.bin", False),
    ],
)
def test_gitattributes_decide_what_is_stored_as_a_large_file(
    rules: str, path: str, *, large: bool
) -> None:
    """The last rule that speaks of the filter wins."""
    assert Attributes(rules.encode()).stored_as_lfs(path) is large


RULES = [
    "*.log", "/top.txt", "build/", "a/*.tmp", "**/cache", "docs/**", "x/**/y", "*.log\n!keep.log",
    "# *.json", "a?c", "[ab].txt", "a/", "!all", "*", "/*", "**", "a/**/*.tmp", " ",
]  # fmt: skip
PATHS = [
    "x.log", "d/x.log", "keep.log", "top.txt", "d/top.txt", "build", "build/o", "d/build/o",
    "a/b.tmp", "a/d/b.tmp", "cache", "d/cache/f", "docs", "docs/a/b", "x/y", "x/1/2/y/z", "abc",
    "a.txt", "c.txt", "a/c", "x.json",
]  # fmt: skip


@pytest.mark.parametrize("rules", RULES)
def test_ignore_rules_mean_what_git_means(tmp_path: Path, rules: str) -> None:
    """`git check-ignore` is the oracle."""
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    (tmp_path / ".gitignore").write_text(rules, "utf-8")
    done = subprocess.run(
        ["git", "-C", tmp_path, "check-ignore", "--no-index", "--stdin"],
        input="\n".join(PATHS), capture_output=True, text=True, check=False,
    )  # fmt: skip
    found = IgnoreRules(rules)
    assert [path for path in PATHS if found.ignores(path)] == done.stdout.split()


def test_ignore_rules_that_would_take_for_ever_do_not() -> None:
    """The rule that makes backtracking matchers hang ends at once."""
    rules = IgnoreRules("*a" * 40 + "b\n" + "**/a/" * 90 + "b")
    assert not rules.ignores("/".join(["a" * 100] * 40))


def test_preupload_knows_size_rules_and_ignored_files(tmp_path: Path) -> None:
    """Mode by threshold or rule, regular for an empty file, ignored by the client's rules."""
    files = [("a.json", 99), ("b.json", 100), ("c.parquet", 5), ("d.parquet", 0), ("x.log", 1)]
    wanted = {"files": [{"path": path, "size": size} for path, size in files], "gitIgnore": "*.log"}
    with running_hub(tmp_path, settings=HubSettings(lfs_threshold=100)) as hub:
        hub.create(REPO)
        url = f"/api/datasets/{REPO}/preupload/main"
        answer = ask(hub.endpoint, "POST", url, json.dumps(wanted).encode())
    modes = [item["uploadMode"] for item in answer.json["files"]]
    assert modes == ["regular", "lfs", "lfs", "regular", "regular"]
    assert [item["shouldIgnore"] for item in answer.json["files"]] == [False] * 4 + [True]


@pytest.mark.parametrize(
    ("card", "accepted"),
    [
        ("# no metadata", True),
        ("---\nlicense: mit\n---\ntext", True),
        ("---\n---\n", True),
        ("---\nlicense: [mit\n---\n", False),
        ("---\n- a\n---\n", False),
        ("---\n" + "[" * 5000 + "\n---\n", False),
        ("---\nx: !!python/object/apply:os.system [id]\n---\n", False),
    ],
    ids=range(7),
)
def test_a_card_is_checked_as_yaml_and_never_executed(card: str, *, accepted: bool) -> None:
    """Metadata is a mapping of plain data."""
    assert (card_errors(card) == []) is accepted


def test_the_metadata_of_every_file_is_in_the_description(send: Callable[..., Answer]) -> None:
    """`blobs=true` adds size and blob id to each sibling."""
    plain = send("GET", f"/api/datasets/{REPO}").json["siblings"]
    rich = send("GET", f"/api/datasets/{REPO}?blobs=true").json["siblings"]
    assert plain == [{"rfilename": ".gitattributes"}]
    assert set(rich[0]) == {"rfilename", "blobId", "size"}
