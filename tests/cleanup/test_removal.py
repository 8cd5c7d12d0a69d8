"""Clean-up against real bare repositories: what was published goes, everything else stays."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

from benchmark.cleanup import Cleanup, run_git
from tests.cleanup.place import DATA, ENV, MULTI, SINGLE, Place, before_push, git

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


def test_published_files_are_removed_from_a_shallow_detached_checkout(place: Place) -> None:
    """The job's checkout has one commit and no branch."""
    result = place.clean()
    assert result == Cleanup((MULTI, SINGLE), (), place.tip(), "")
    assert place.files() == {"README.md"}


def test_a_full_clone_keeps_its_history(place: Place) -> None:
    """Fetching does not make a shallow repository of a full one."""
    place.check_out(place.remote.as_uri(), name="full")
    assert place.clean().warning == ""
    assert git(place.checkout, "rev-parse", "--is-shallow-repository").strip() == "false"


def test_the_commit_names_the_bot_and_where_the_data_is(place: Place) -> None:
    """Whoever finds their file gone reads where it went; the commit before is its parent."""
    before = place.tip()
    place.clean()
    written = git(place.remote, "log", "-1", "--format=%an|%cn|%ae|%P|%B", "main")
    assert written.startswith("github-actions[bot]|github-actions[bot]|41898282+")
    assert f"|{before}|" in written
    assert "datasets/me/results@abc123" in written


def test_a_file_changed_after_publication_stays(place: Place) -> None:
    """Its newer content has not been published."""
    place.push({SINGLE: b"[1, 3]\n"})
    result = place.clean()
    assert (result.removed, result.kept) == ((MULTI,), (SINGLE,))
    assert place.files() == {"README.md", SINGLE}


def test_a_file_changed_between_fetch_and_push_stays(place: Place) -> None:
    """The push is refused, the tip read again, and only what is still as published goes."""
    changed_meanwhile = before_push(lambda: place.push({SINGLE: b"[1, 3]\n"}))
    result = place.clean(run=changed_meanwhile)
    assert result == Cleanup((MULTI,), (SINGLE,), place.tip(), "")
    assert git(place.remote, "show", f"main:{SINGLE}") == "[1, 3]\n"


def test_a_file_added_between_fetch_and_push_stays(place: Place) -> None:
    """Nobody published it yet."""
    added_meanwhile = before_push(lambda: place.push({"hf_data/new.json": b"[]\n"}))
    assert place.clean(run=added_meanwhile).warning == ""
    assert place.files() == {"README.md", "hf_data/new.json"}


def test_a_branch_set_back_between_fetch_and_push_is_not_set_forward_again(place: Place) -> None:
    """Commits that somebody took off the branch do not come back with the clean-up."""
    secret = {"secret.txt": b"oops\n"}
    good = place.tip()
    place.push(secret)
    set_back = before_push(lambda: git(place.remote, "update-ref", "refs/heads/main", good))
    assert place.clean(run=set_back).warning == ""
    assert place.files() == {"README.md"}
    assert git(place.remote, "rev-parse", "main^").strip() == good


def test_nothing_is_committed_when_the_files_are_gone_already(place: Place) -> None:
    """A second clean-up, or somebody's own, leaves nothing to do."""
    place.push(dict.fromkeys(DATA))
    before = place.tip()
    assert place.clean() == Cleanup()
    assert place.tip() == before


def test_nothing_published_starts_no_git(place: Place) -> None:
    """A publish of no file has nothing to clean up, with or without a repository."""

    def run(*_: object) -> subprocess.CompletedProcess[bytes]:
        pytest.fail("git was started")

    assert place.clean({}, run=run) == Cleanup()


def test_work_tree_index_and_configuration_stay_as_they_were(place: Place) -> None:
    """Unsaved and staged work of a person who cleans up from their own checkout survives."""
    (place.checkout / SINGLE).write_bytes(b"work in progress\n")
    (place.checkout / "staged").write_bytes(b"staged\n")
    git(place.checkout, "add", "staged")
    seen = [("status", "--porcelain=v2"), ("config", "--list"), ("for-each-ref", "refs/heads")]
    before = [git(place.checkout, *command) for command in seen]
    assert place.clean().revision
    assert [git(place.checkout, *command) for command in seen] == before
    assert (place.checkout / SINGLE).read_bytes() == b"work in progress\n"


@pytest.mark.parametrize("name", ["pre-push", "post-index-change", "reference-transaction"])
def test_hooks_of_the_checkout_do_not_run(place: Place, name: str) -> None:
    """A contributor's hook must not run with the job's credentials."""
    hook, ran = place.checkout / ".git" / "hooks" / name, place.folder / "ran"
    hook.write_text(f"#!/bin/sh\ntouch {ran}\n", encoding="utf-8")
    hook.chmod(0o755)
    assert place.clean().warning == ""
    assert not ran.exists()


def test_an_unreachable_remote_is_a_warning_after_growing_waits(place: Place) -> None:
    """The waits have full jitter and an upper bound; the last failure is told."""
    place.remote.rename(place.remote.with_name("moved"))
    slept: list[float] = []
    result = place.clean(sleep=slept.append, uniform=lambda _, high: high)
    assert slept == [1, 2, 4, 8, 16, 30, 30]
    assert result.removed == ()
    assert "git fetch failed" in result.warning


def test_a_push_that_landed_although_its_answer_was_lost_counts(place: Place) -> None:
    """What was removed is reported even if somebody pushed on top meanwhile."""
    lost = [True]

    def run(
        argv: Sequence[str], env: Mapping[str, str], stdin: bytes
    ) -> subprocess.CompletedProcess[bytes]:
        done = run_git(argv, env, stdin)
        if "push" in argv and lost:
            lost.pop()
            place.push({"later": b"\n"})
            raise subprocess.TimeoutExpired(argv, 120)
        return done

    result = place.clean(run=run)
    assert (result.removed, result.warning) == ((MULTI, SINGLE), "")
    assert result.revision == git(place.remote, "rev-parse", "main^").strip()


def test_a_branch_that_moves_at_every_push_ends_with_a_warning(place: Place) -> None:
    """The attempts are bounded, and what was kept meanwhile is not called removed."""
    counter = iter(range(100))

    def run(
        argv: Sequence[str], env: Mapping[str, str], stdin: bytes
    ) -> subprocess.CompletedProcess[bytes]:
        if "push" in argv:
            place.push({f"other-{next(counter)}": b"\n"})
        return run_git(argv, env, stdin)

    result = place.clean(run=run, attempts=3)
    assert (result.removed, result.revision, next(counter)) == ((), None, 3)
    assert "git push failed" in result.warning


def test_git_that_is_missing_or_finds_no_repository_is_a_warning(place: Place) -> None:
    """Nothing is raised that could lose the result of the upload."""
    missing = place.clean(env={"PATH": "/nonexistent"})
    (place.checkout / ".git").rename(place.checkout / "git")
    nowhere = place.clean()
    for result in (missing, nowhere):
        assert result.removed == ()
        assert result.warning.startswith("git fetch failed")


def test_a_repository_in_the_environment_is_not_the_one_that_was_named(place: Place) -> None:
    """A job may work on another one, and name it in variables."""
    elsewhere = {"GIT_DIR": "/none", "GIT_WORK_TREE": "/none", "GIT_INDEX_FILE": "/none"}
    assert place.clean(env={**ENV, **elsewhere}).removed == (MULTI, SINGLE)
