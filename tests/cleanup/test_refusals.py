"""What a remote says when it refuses, in git's own words, and what people are told to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from benchmark.cleanup import run_git
from tests.cleanup.place import DATA, ENV, Place, Recorder, before_push, git, said
from tests.cleanup.served import APP, READER, WRITER, Served
from tests.support.git_http import GH006, GH013, WORKFLOW, Refusal, persist

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from tests.cleanup.place import Done


@pytest.mark.parametrize("refusal", [GH006, GH013], ids=["classic", "ruleset"])
def test_a_protected_branch_is_a_warning_that_says_what_to_configure(
    served: Served, refusal: Refusal
) -> None:
    """No retry can help, and the upload is not lost."""
    persist(served.checkout, served.server, WRITER)
    served.server.protect("o/r", refusal)
    started, slept = Recorder(), list[float]()
    result = served.clean(run=started, sleep=slept.append)
    assert (result.removed, result.revision, slept, started.count("push")) == ((), None, [], 1)
    assert f"remote: {refusal.told.splitlines()[0]}" in result.warning
    assert refusal.reason in result.warning
    for way_out in ("`push-token`", "GitHub App", "deploy key", "`cleanup: false`"):
        assert way_out in result.hint
    assert set(DATA) < served.files()


def test_a_hook_that_declines_is_a_protection_too(place: Place) -> None:
    """Other servers have rules of their own."""
    place.hook("pre-receive", "echo 'only the release manager may push' >&2; exit 1")
    result = place.clean(sleep=lambda _: pytest.fail("waited"))
    assert "remote: only the release manager may push" in result.warning
    assert "(pre-receive hook declined)" in result.warning
    assert "deploy key" in result.hint


def test_a_push_that_would_change_workflows_names_the_permission(served: Served) -> None:
    """GitHub lets nobody smuggle a workflow in."""
    persist(served.checkout, served.server, WRITER)
    served.server.protect("o/r", WORKFLOW)
    result = served.clean(sleep=lambda _: pytest.fail("waited"))
    assert "refusing to allow a GitHub App to create or update workflow" in result.warning
    assert "permission `workflows`" in result.hint


def test_a_job_that_may_not_push_is_told_which_permission_it_lacks(served: Served) -> None:
    """A read-only GITHUB_TOKEN gets 403; asking again cannot help."""
    persist(served.checkout, served.server, READER)
    result = served.clean(sleep=lambda _: pytest.fail("waited"))
    assert "Permission to o/r.git denied to github-actions[bot]." in result.warning
    assert "error: 403" in result.warning
    assert "`permissions: contents: write`" in result.hint


def test_a_job_without_credentials_is_told_to_keep_them(served: Served) -> None:
    """Nobody is there to type a user's name."""
    result = served.clean(sleep=lambda _: pytest.fail("waited"))
    assert "terminal prompts disabled" in result.warning
    assert "persist-credentials: true" in result.hint


def test_an_archived_repository_is_called_so(served: Served) -> None:
    """It also answers 403, but a permission would not help."""
    persist(served.checkout, served.server, WRITER)
    served.server.archived = True
    result = served.clean(sleep=lambda _: pytest.fail("waited"))
    assert "This repository was archived so it is read-only." in result.warning
    assert result.hint.startswith("The repository is archived.")


def test_two_credentials_at_once_are_explained(served: Served) -> None:
    """GitHub refuses duplicate headers, whatever they hold."""
    persist(served.checkout, served.server, WRITER)
    git(served.checkout, "config", "--add", "http.extraheader", "AUTHORIZATION: basic mine")
    env = {**ENV, "GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": f"http.{served.url}.extraheader"}
    env["GIT_CONFIG_VALUE_0"] = "AUTHORIZATION: basic mine"
    result = served.clean(env=env, sleep=lambda _: pytest.fail("waited"))
    assert "error: 400" in result.warning
    assert "Two credentials" in result.hint


def test_a_repository_that_is_not_there_is_asked_for_once(served: Served) -> None:
    """GitHub calls a private one not found when the token may not see it."""
    persist(served.checkout, served.server, WRITER)
    served.remote.rename(served.remote.with_name("gone"))
    result = served.clean(sleep=lambda _: pytest.fail("waited"))
    assert "not found" in result.warning
    assert "`push-token`" in result.hint


def test_a_token_that_may_not_push_is_told_apart_from_the_jobs_own(served: Served) -> None:
    """The permissions of the job do not matter then."""
    for token in (READER, "expired"):
        result = served.clean(push_token=token, sleep=lambda _: pytest.fail("waited"))
        assert result.hint.startswith("`push-token` may not push.")
    assert served.clean(push_token=APP).warning == ""


def test_a_checkout_with_too_little_history_is_told_to_get_more(
    place: Place, tmp_path: Path
) -> None:
    """A remote takes no commit whose history it does not get."""
    git(tmp_path, "init", "--quiet", "--bare", "--initial-branch=main", "other")

    def run(argv: Sequence[str], env: Mapping[str, str], stdin: bytes) -> Done:
        if "push" in argv:
            elsewhere = [str(tmp_path / "other"), argv[-1]]
            argv = [*(word for word in argv[:-2] if "lease" not in word), *elsewhere]
        return run_git(argv, env, stdin)

    result = place.clean(run=run, sleep=lambda _: pytest.fail("waited"))
    assert "(shallow update not allowed)" in result.warning
    assert "`fetch-depth: 0`" in result.hint


@pytest.mark.parametrize("when", ["before", "meanwhile"])
def test_a_branch_that_is_deleted_is_not_made_again(place: Place, when: str) -> None:
    """With it went the files, and whoever deleted it wanted that."""
    delete = ("update-ref", "-d", "refs/heads/main")
    if when == "before":
        git(place.remote, *delete)
    result = place.clean(run=before_push(lambda: git(place.remote, *delete)))
    assert "The branch is not there." in result.hint
    assert git(place.remote, "for-each-ref") == ""


def test_a_read_only_deploy_key_is_told_so(place: Place, tmp_path: Path) -> None:
    """What GitHub says over ssh, through a stand-in for ssh."""
    ssh = tmp_path / "ssh"
    ssh.write_text(
        "#!/bin/sh\necho 'ERROR: The key you are authenticating with has been marked as read"
        " only.' >&2\nexit 1\n",
        encoding="utf-8",
    )
    ssh.chmod(0o755)
    env = {**ENV, "GIT_SSH": str(ssh), "GIT_SSH_VARIANT": "simple"}
    result = place.clean(remote="git@github.com:o/r.git", env=env)
    assert "marked as read only" in result.warning
    assert result.hint.startswith("The deploy key may only read.")


def test_credentials_in_a_remote_url_are_not_told(place: Place) -> None:
    """A warning ends up in a public log."""
    result = place.clean(remote="https://user:hunter2@127.0.0.1:9/x.git", attempts=1)
    assert "git fetch failed" in result.warning
    assert "hunter2" not in said(result)


def test_a_warning_has_no_blanks_at_the_ends_of_lines(served: Served) -> None:
    """Git pads what remotes say, to overwrite its progress on a terminal."""
    persist(served.checkout, served.server, WRITER)
    served.server.protect("o/r", GH006)
    lines = served.clean().warning.splitlines()
    assert lines == [line.rstrip() for line in lines]
