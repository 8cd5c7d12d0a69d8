"""git reads a dataset by the address that people see."""

from __future__ import annotations

import asyncio
import gzip
import os
import subprocess
from asyncio.subprocess import create_subprocess_exec
from typing import TYPE_CHECKING

import pytest

from benchmark.localhub import git_api
from benchmark.localhub.settings import HubSettings
from benchmark.localhub.store import Store
from benchmark.localhub.testing import running_hub
from benchmark.localhub.tokens import parse_tokens
from tests.localhub.serving import serving
from tests.localhub.wire import REPO, ask, commit_body

if TYPE_CHECKING:
    from asyncio.subprocess import Process
    from pathlib import Path

    from benchmark.localhub.testing import RunningHub

READ = "hf_read_0123456789"
TOKENS = parse_tokens(f"read {READ} bob", source="tokens")
UPLOAD_PACK = f"/datasets/{REPO}/git-upload-pack"


def git(*arguments: object, ok: bool = True) -> str:
    """Run git without anybody's settings, and never let it ask."""
    done = subprocess.run(
        ["git", *map(str, arguments)],
        capture_output=True, text=True, check=False,
        env={**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1",
             "GIT_TERMINAL_PROMPT": "0"},
    )  # fmt: skip
    assert (done.returncode == 0) == ok, done.stderr
    return done.stdout + done.stderr


@pytest.mark.parametrize("ending", ["", ".git"])
def test_a_clone_has_all_files_and_a_fetch_what_came_later(
    hub: RunningHub, tmp_path: Path, ending: str
) -> None:
    """With its history; also when only a part of it is wanted."""
    hub.write(REPO, {"a/b.txt": b"1\n"})
    url = f"{hub.endpoint}/datasets/{REPO}{ending}"
    git("clone", "-q", url, tmp_path / "clone")
    assert (tmp_path / "clone/a/b.txt").read_bytes() == b"1\n"
    for number in range(3):
        head = hub.write(REPO, {"c.txt": b"%d\n" % number})
    git("-C", tmp_path / "clone", "pull", "-q")
    assert git("-C", tmp_path / "clone", "rev-parse", "HEAD").strip() == head
    git("clone", "-q", "--depth=1", url, tmp_path / "shallow")
    assert git("-C", tmp_path / "shallow", "rev-list", "--count", "HEAD").strip() == "1"
    git("-C", tmp_path / "clone", "fsck", "--full", "--strict")


def test_nobody_pushes(hub: RunningHub, tmp_path: Path) -> None:
    """A commit is made by the client, under the dataset's lock; the message says so."""
    url = f"{hub.endpoint}/datasets/{REPO}"
    git("clone", "-q", url, tmp_path / "clone")
    head = hub.head(REPO)
    git("-C", tmp_path / "clone", "push", "-q", "origin", "HEAD:other", ok=False)
    refused = ask(hub.endpoint, "GET", f"/datasets/{REPO}/info/refs?service=git-receive-pack")
    assert (refused.status, hub.head(REPO)) == (403, head)
    assert "huggingface_hub" in refused.json["error"]


def test_what_was_squashed_away_is_not_given_to_whoever_knows_its_id(
    hub: RunningHub, tmp_path: Path
) -> None:
    """Not in any version of git's protocol."""
    old = hub.write(REPO, {"secret.txt": b"1"})
    hub.write(REPO, {"secret.txt": b"2"})
    answer = ask(hub.endpoint, "POST", f"/api/datasets/{REPO}/super-squash/main", b"{}")
    assert answer.status == 200
    git("init", "-q", tmp_path / "clone")
    for version in ("0", "2"):
        git("-C", tmp_path / "clone", "-c", f"protocol.version={version}", "fetch",
            f"{hub.endpoint}/datasets/{REPO}", old, ok=False)  # fmt: skip


def test_a_private_dataset_is_cloned_with_a_token_as_the_password(tmp_path: Path) -> None:
    """Without one git is asked for it, also for a dataset that does not exist."""
    root = tmp_path / "root"
    with running_hub(root, settings=HubSettings(tokens=TOKENS)) as hub:
        hub.create(REPO)
        store = Store(root, lock_timeout=5)
        with store.open(REPO) as repo:
            store.set_private(repo, private=True)
        for name in (REPO, "lab/absent"):
            path = f"/datasets/{name}/info/refs?service=git-upload-pack"
            refused = ask(hub.endpoint, "GET", path)
            assert (refused.status, refused.headers["www-authenticate"][:5]) == (401, "Basic")
            git("clone", "-q", f"{hub.endpoint}/datasets/{name}", tmp_path / "none", ok=False)
        address = hub.endpoint.replace("://", f"://bob:{READ}@")
        git("clone", "-q", f"{address}/datasets/{REPO}", tmp_path / "clone")
    assert (tmp_path / "clone/.gitattributes").exists()


def test_a_body_is_bounded_packed_or_not(hub: RunningHub) -> None:
    """A little gzip may hold much; what is no gzip is told."""
    with running_hub(hub.root, settings=HubSettings(max_json_body=1000)) as small:
        packed = gzip.compress(b"0" * 100_000)
        statuses = [
            ask(small.endpoint, "POST", UPLOAD_PACK, body, content_encoding=encoding).status
            for body, encoding in (
                (packed, "gzip"), (b"0" * 1001, "identity"), (b"junk", "gzip"),
            )
        ]  # fmt: skip
    assert statuses == [413, 413, 400]


@pytest.mark.parametrize("body", [b"", b"junk", b"0032want " + b"0" * 40 + b"\n00000009done\n"])
def test_nonsense_changes_nothing(hub: RunningHub, body: bytes) -> None:
    """The program refuses it; the hub goes on."""
    ask(hub.endpoint, "POST", UPLOAD_PACK, body)
    answer = ask(
        hub.endpoint, "POST", f"/api/datasets/{REPO}/commit/main", commit_body({"a": b"1"})
    )
    assert answer.status == 200


def test_what_git_said_before_it_ended_is_heard(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It may end before the hub has gone on, with any event loop that is installed."""

    async def ended(*command: str, **options: object) -> Process:
        process = await create_subprocess_exec(*command, **options)
        for _ in range(1000):
            if process.returncode is not None:
                break
            await asyncio.sleep(0.01)
        return process

    with running_hub(tmp_path / "root") as hub, serving(tmp_path / "root") as served:
        hub.create(REPO, {"a.json": b"[]"})
        monkeypatch.setattr(git_api, "create_subprocess_exec", ended)
        url = f"{served.endpoint}/datasets/{REPO}"
        assert "refs/heads/main" in git("ls-remote", url)
        git("clone", "-q", url, tmp_path / "clone")
    assert (tmp_path / "clone/a.json").read_bytes() == b"[]"
