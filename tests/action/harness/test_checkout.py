"""The stand-in for actions/checkout."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

from tests.action.harness.bench import shown
from tests.action.harness.checkout import checkout

if TYPE_CHECKING:
    from pathlib import Path

    from tests.action.harness.bench import Bench
    from tests.action.harness.reports import Result

LOOK = """
- run: |
    echo "$(git rev-parse HEAD) $(git symbolic-ref -q HEAD || echo detached)"
    git rev-list --count HEAD
"""
HEADER = "git config --get-regexp extraheader || echo none"


class Origin:
    """A repository with three commits, a branch, a tag and a pull request."""

    def __init__(self, folder: Path) -> None:
        """Make it."""
        self.folder = folder
        folder.mkdir()
        self.git("init", "--quiet", "--initial-branch=main")
        self.commits = [self.commit(name) for name in ("one", "two", "three")]
        self.git("update-ref", "refs/heads/topic", self.commits[1])
        self.git("update-ref", "refs/pull/7/merge", self.commits[1])
        self.git("tag", "v1", self.commits[0])

    def git(self, *argv: str) -> str:
        """Run git in it."""
        who = ("-c", "user.name=a", "-c", "user.email=a@example.org")
        argv = ("git", *who, *argv)
        done = subprocess.run(argv, cwd=self.folder, check=True, capture_output=True, text=True)
        return done.stdout.strip()

    def commit(self, name: str) -> str:
        """Add a file."""
        (self.folder / name).write_text(name, encoding="utf-8")
        self.git("add", ".")
        self.git("commit", "--quiet", "--message", name)
        return self.git("rev-parse", "HEAD")


@pytest.fixture
def origin(tmp_path: Path, bench: Bench) -> Origin:
    """The repository of the workflow, that actions/checkout clones."""
    made = Origin(tmp_path / "origin")
    remotes = {bench.runner.repository: made.folder, "lab/other": made.folder}
    bench.runner.uses["actions/checkout"] = checkout(remotes)
    return made


def cloned(bench: Bench, inputs: str, then: str, **given: str) -> Result:
    """A job that checks out, and what comes after."""
    uses = f"- {{id: out, uses: actions/checkout@v7, with: {{{inputs}}}}}"
    return bench.job(f"{uses}\n{then}", **given)


@pytest.mark.parametrize(
    ("inputs", "ref", "commit", "head"),
    [
        ("", "refs/heads/main", 2, "refs/heads/main"),
        ("", "refs/heads/topic", 1, "refs/heads/topic"),
        ("", "refs/pull/7/merge", 1, "detached"),
        ("", "refs/tags/v1", 0, "detached"),
        ("ref: topic", "refs/heads/main", 1, "refs/heads/topic"),
        ("ref: refs/heads/topic", "refs/heads/main", 1, "refs/heads/topic"),
        ("ref: v1", "refs/heads/main", 0, "detached"),
        ("repository: lab/other", "refs/heads/topic", 2, "refs/heads/main"),
    ],
)
def test_a_ref_is_checked_out_alone(
    bench: Bench, origin: Origin, inputs: str, ref: str, commit: int, head: str
) -> None:
    """A branch as a local one, anything else detached; one commit deep."""
    result = cloned(bench, inputs, LOOK, ref=ref)
    assert shown(result)[-4:-2] == [f"{origin.commits[commit]} {head}", "1"]
    assert result.step("out").outputs["commit"] == origin.commits[commit]


def test_the_commit_of_the_event_is_checked_out(bench: Bench, origin: Origin) -> None:
    """Although the branch has gone on, and still as the branch; a commit by itself is detached."""
    sha = origin.commits[1]
    result = cloned(bench, "", LOOK, sha=sha)
    assert shown(result)[-4] == f"{sha} refs/heads/main"
    assert shown(cloned(bench, f"ref: {sha}", LOOK))[-4] == f"{sha} detached"


@pytest.mark.usefixtures("origin")
@pytest.mark.parametrize(("depth", "commits"), [("0", "3"), ("2", "2"), ("1", "1")])
def test_the_depth_is_as_asked_for(bench: Bench, depth: str, commits: str) -> None:
    """0 is all history, with all branches and tags."""
    then = LOOK + "    git branch --remote; git tag"
    lines = shown(cloned(bench, f"fetch-depth: {depth}", then))
    assert commits in lines
    assert (("v1" in lines), ("  origin/topic" in lines)) == ((depth == "0"),) * 2


@pytest.mark.usefixtures("origin")
def test_it_may_go_into_a_folder_of_the_workspace(bench: Bench) -> None:
    """The rest of the workspace stays."""
    (bench.runner.workspace / "mine").touch()
    lines = shown(cloned(bench, "path: below/it", "- {run: 'ls; ls below/it'}"))
    assert [*lines[lines.index("below") :]][:5] == ["below", "mine", "one", "three", "two"]


@pytest.mark.usefixtures("origin")
def test_what_is_in_its_place_is_removed(bench: Bench) -> None:
    """Files that are no part of the repository."""
    (bench.runner.workspace / "mine").touch()
    assert "mine" not in shown(cloned(bench, "", "- run: ls"))


@pytest.mark.usefixtures("origin")
def test_the_token_is_kept_outside_the_repository(bench: Bench) -> None:
    """In a file that the repository's configuration includes, until the job is over."""
    result = cloned(bench, "", f"- run: {HEADER}; grep -c basic .git/config || true")
    server = "http.https://github.com/.extraheader"
    assert f"{server} AUTHORIZATION: basic ***" in shown(result)
    assert "0" in shown(result)
    assert result.steps[-1].name == "Post Run actions/checkout@v7"
    assert [*bench.runner.temp.glob("git-credentials-*")] == []
    assert "includeIf" not in (bench.runner.workspace / ".git" / "config").read_text()


@pytest.mark.usefixtures("origin")
def test_the_token_is_not_kept_where_it_is_not_wanted(bench: Bench) -> None:
    """No step after it sees it."""
    assert "none" in shown(cloned(bench, "persist-credentials: false", f"- run: {HEADER}"))


@pytest.mark.usefixtures("origin")
def test_nobodys_configuration_is_changed(bench: Bench) -> None:
    """The folder is a safe one only while it is checked out; the home has no new file."""
    home = bench.runner.environment["HOME"]
    lines = shown(cloned(bench, "", f"- run: ls -A {home}; git config --global --list || true"))
    assert not [line for line in lines if line.startswith("safe.directory")]
    assert ".gitconfig" not in lines


@pytest.mark.usefixtures("origin")
@pytest.mark.parametrize("inputs", ["repository: lab/none", "ref: none", "ref: refs/heads/none"])
def test_what_is_not_there_fails_the_step(bench: Bench, inputs: str) -> None:
    """A repository, a branch or tag."""
    assert cloned(bench, inputs, "- run: echo").step("out").outcome == "failure"
