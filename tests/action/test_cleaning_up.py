"""Published files are removed from git: those and no others, whatever happens meanwhile."""

from __future__ import annotations

import json
import threading
from typing import TYPE_CHECKING

import pytest

from tests.action.world import PUBLISH, SINGLE, World, commits, git, outputs
from tests.support.entries import run
from tests.support.git_http import GH006, GH013, GitServer, Refusal, git_server
from tests.support.publishers import REPO

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from benchmark.localhub.testing import RunningHub

GITHUB_TOKEN, APP_TOKEN = "ghs_0123456789abcdef", "ghs_app_0123456789abcdef"
REPOSITORY = "me/numbers"
WITH_PUSH_TOKEN = PUBLISH.replace("hf-repo:", 'push-token: "${{ secrets.APP }}", hf-repo:')


def once_published(
    action: Callable[[], object], *, cancels: bool = False
) -> Callable[[str, str], bool]:
    """Between the upload and the clean-up, let `action` happen, and cancel the job if it does."""
    pending = [action]

    def look(step: str, line: str) -> bool:
        if step != "Run" or "Published as revision" not in line or not pending:
            return False
        pending.pop()()
        return cancels

    return look


@pytest.fixture
def github(tmp_path: Path) -> Iterator[GitServer]:
    """Git over HTTP, with the job's own token and an App's, which may pass a protection."""
    tokens = {GITHUB_TOKEN: "write", APP_TOKEN: "bypass"}
    with git_server(tmp_path / "git", tokens) as server:  # type: ignore[arg-type]
        server.create(REPOSITORY)
        yield server


@pytest.fixture
def hosted(tmp_path: Path, hub: RunningHub, github: GitServer) -> World:
    """A repository that is reached over HTTP."""
    remote = github.root / f"{REPOSITORY}.git"
    return World(tmp_path, hub, remote=remote, url=f"{github.url}/{REPOSITORY}.git")


def test_the_checkouts_own_credentials_push_the_clean_up(hosted: World, github: GitServer) -> None:
    """Over HTTP, where every request needs exactly one Authorization header."""
    hosted.submit(run(100))
    result = hosted.run()
    assert outputs(result)["cleaned"] == "1", result.log
    assert hosted.files() == {"README.md"}
    assert {len(request.authorizations) for request in github.requests} <= {0, 1}


def test_a_newer_file_that_is_pushed_meanwhile_survives(world: World) -> None:
    """It is published and removed by its own run."""
    world.submit(run(100))
    world.run(cancel_when=once_published(lambda: world.submit(run(200))))
    assert outputs(world.last)["cleaned"] == "0"
    assert "files kept in git, changed since: 1" in world.last.summary
    assert SINGLE in world.files()
    assert outputs(world.run())["updated"] == "1"
    assert world.files() == {"README.md"}
    assert world.speeds() == [100.0, 200.0]


def test_another_file_that_is_pushed_meanwhile_stays_and_the_old_one_goes(world: World) -> None:
    """Both commits are in the history."""
    world.push({SINGLE: json.dumps([dict(run(1).data)])})
    more = {"hf_data/leaderboard_more.json": "[]", "code.py": "x"}
    world.run(cancel_when=once_published(lambda: world.push(dict(more))))
    assert outputs(world.last)["cleaned"] == "1"
    assert world.files() == {"README.md", *more}


def test_a_run_that_is_cancelled_before_the_clean_up_is_made_up_for_by_the_next(
    world: World,
) -> None:
    """The data is in the dataset once, and the file is gone in the end."""
    world.submit(run(100))
    result = world.run(cancel_when=once_published(list, cancels=True))
    assert result.outcome == "cancelled"
    assert SINGLE in world.files()
    assert commits(world.hub) == 1
    again = world.run()
    assert (outputs(again)["changed"], outputs(again)["cleaned"]) == ("false", "1")
    assert commits(world.hub) == 1
    assert world.files() == {"README.md"}


@pytest.mark.parametrize("refusal", [GH006, GH013], ids=["GH006", "GH013"])
def test_a_protected_branch_is_explained_and_nothing_is_lost(
    hosted: World, github: GitServer, refusal: Refusal
) -> None:
    """The step succeeds, for the upload did; a warning says what to do."""
    hosted.submit(run(100))
    github.protect(REPOSITORY, refusal)
    result = hosted.run()
    assert (result.outcome, outputs(result)["changed"]) == ("success", "true")
    [warning] = result.annotations
    assert warning.level == "warning"
    assert "push-token" in warning.message
    assert "⚠️" in result.summary
    pushes = [it for it in github.requests if "receive-pack" in it.path and it.method == "POST"]
    assert len(pushes) <= 1
    assert SINGLE in hosted.files()


def test_a_failed_clean_up_is_told_however_many_files_are_bad(
    hosted: World, github: GitServer
) -> None:
    """Rejections that are tolerated are warnings too, and GitHub shows ten."""
    bad = {f"hf_data/leaderboard_bad{number}.json": "{" for number in range(12)}
    hosted.push(dict(bad))
    hosted.submit(run(100))
    github.protect(REPOSITORY, GH013)
    result = hosted.run(PUBLISH.replace("hf-repo:", "fail-on-reject: false, hf-repo:"))
    titles = [it.title for it in result.annotations]
    assert (titles[0], len(titles), result.dropped) == ("Clean-up of published files", 10, [])
    assert result.annotations[-1].message == "4 more like these are in the log."


def test_a_push_token_passes_the_protection_and_is_nowhere_to_be_seen(
    hosted: World, github: GitServer
) -> None:
    """It takes the place of the checkout's credentials."""
    hosted.submit(run(100))
    github.protect(REPOSITORY, GH013)
    result = hosted.run(
        WITH_PUSH_TOKEN, secrets={"TOKEN": "hf_write_0123456789abcdef", "APP": APP_TOKEN}
    )
    assert outputs(result)["cleaned"] == "1", result.log
    assert hosted.files() == {"README.md"}
    assert APP_TOKEN not in result.log + result.summary
    config = (hosted.runner.workspace / ".git" / "config").read_text(encoding="utf-8")
    assert APP_TOKEN not in config


def test_a_job_that_may_not_push_is_told_which_permission_is_missing(
    hosted: World, github: GitServer
) -> None:
    """`contents: read`."""
    github.tokens[GITHUB_TOKEN] = "read"
    hosted.submit(run(100))
    result = hosted.run()
    assert result.outcome == "success"
    [warning] = result.annotations
    assert "contents: write" in warning.message


def test_no_clean_up_is_made_where_none_is_wanted(world: World) -> None:
    """The files stay, and the next run changes nothing."""
    world.submit(run(100))
    text = PUBLISH.replace("hf-repo:", "cleanup: false, hf-repo:")
    assert (outputs(world.run(text))["cleaned"], world.files()) == ("0", {"README.md", SINGLE})
    assert outputs(world.run(text))["changed"] == "false"


@pytest.mark.parametrize("ref", ["refs/tags/v1", "refs/pull/7/merge"])
def test_what_is_no_branch_is_not_cleaned_up(world: World, ref: str) -> None:
    """Publishing a tag or a pull request removes nothing from main."""
    sha = world.submit(run(100))
    git(world.remote, "update-ref", ref, sha)
    result = world.run(ref=ref, sha=sha)
    assert (result.outcome, outputs(result)["cleaned"]) == ("success", "0"), result.log
    assert "No branch is checked out" in result.annotations[0].message
    assert SINGLE in world.files()


def test_another_branch_is_cleaned_up_itself(world: World) -> None:
    """Not the one that triggered the run: a schedule always runs on the default branch."""
    world.push({SINGLE: json.dumps([dict(run(5).data)])}, "refs/heads/results")
    text = PUBLISH.replace("checkout@v7", "checkout@v7\n        with: {ref: results}")
    result = world.run(text, event_name="schedule")
    assert outputs(result)["cleaned"] == "1", result.log
    assert git(world.remote, "ls-tree", "-r", "--name-only", "results") == "README.md"


def test_the_checkout_is_left_as_it_was(world: World) -> None:
    """Later steps of the job find their files, index and branch untouched."""
    world.submit(run(100))
    world.run()
    workspace = world.runner.workspace
    assert git(workspace, "status", "--porcelain", "--branch").startswith("## main...origin/main")
    assert (workspace / SINGLE).exists()


def test_two_repositories_publish_to_one_dataset_at_once(tmp_path: Path, hub: RunningHub) -> None:
    """Both results are there, each repository is clean, and no commit is blind."""
    worlds = []
    for number, name in enumerate(("alice", "bob"), 1):
        folder = tmp_path / name
        folder.mkdir()
        worlds.append(World(folder, hub, repository=f"{name}/numbers"))
        worlds[-1].submit(run(float(number), model=name))
    threads = [threading.Thread(target=world.run) for world in worlds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [world.last.outcome for world in worlds] == ["success", "success"]
    assert worlds[0].speeds() == [1.0, 2.0]
    assert [world.files() for world in worlds] == [{"README.md"}] * 2
    assert commits(hub) == 2


def test_runs_that_github_dropped_lose_nothing(world: World) -> None:
    """Three pushes, one run: it takes all that is in the folder, from whichever push."""
    for number in (1, 2, 3):
        world.submit(
            run(float(number), model=f"m{number}"), path=f"hf_data/{number}/leaderboard_x.json"
        )
    result = world.run(event_name="schedule")
    assert (outputs(result)["added"], outputs(result)["cleaned"]) == ("3", "3")
    assert world.speeds() == [1.0, 2.0, 3.0]
    assert world.hub.head(REPO) == outputs(result)["revision"]
