"""Clean-up against real bare repositories: what was published goes, everything else stays."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING, Any

import pytest

from benchmark.cleanup import Cleanup, blob_id, remove_published, run_git

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

SINGLE = "hf_data/leaderboard_single.json"
MULTI = "hf_data/leaderboard_multi.json"
STRANGE = 'hf_data/-rf "a\'b"\n\\é.json'
DATA = {SINGLE: b"[1]\n", MULTI: b"[2]\n"}
PUBLISHED = {path: blob_id(data) for path, data in DATA.items()}

ENV = {
    "PATH": os.environ["PATH"],
    "HOME": os.devnull,
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
}


def git(folder: Path, *arguments: str) -> str:
    """Run git as somebody who is not the bot, with no configuration but the repository's own."""
    who = ("-c", "user.name=someone", "-c", "user.email=someone@example.org")
    argv = ["git", "-C", str(folder), *who, *arguments]
    return subprocess.run(argv, check=True, capture_output=True, text=True, env=ENV).stdout


class Place:
    """A bare remote, a contributor's clone of it, and the depth-1 checkout a job works in."""

    def __init__(self, folder: Path) -> None:
        """Make the remote with one commit, and clone it."""
        self.remote, self.clone, self.checkout = (folder / n for n in ("remote", "clone", "job"))
        git(folder, "init", "--quiet", "--bare", "--initial-branch=main", "remote")
        git(folder, "clone", "--quiet", "remote", "clone")
        git(self.clone, "checkout", "--quiet", "-B", "main")
        self.push({"README.md": b"hello\n"})
        self.push(DATA)
        git(folder, "clone", "--quiet", "--depth=1", self.remote.as_uri(), "job")
        git(self.checkout, "checkout", "--quiet", "--detach")

    def push(self, files: Mapping[str, bytes | None]) -> None:
        """A contributor pushes `files` on top of what is there; None deletes one."""
        if git(self.remote, "for-each-ref"):
            git(self.clone, "pull", "--quiet", "--rebase", "origin", "main")
        for name, data in files.items():
            path = self.clone / name
            path.parent.mkdir(exist_ok=True)
            path.unlink() if data is None else path.write_bytes(data)
        git(self.clone, "add", "--all")
        git(self.clone, "commit", "--quiet", "-m", "work")
        git(self.clone, "push", "--quiet", "origin", "main")

    def clean(self, published: Mapping[str, str] = PUBLISHED, **options: Any) -> Cleanup:
        """Clean up without waiting."""
        wanted = {"env": ENV, "sleep": lambda _: None, "uniform": lambda low, _: low, **options}
        return remove_published(
            self.checkout, published, branch="main", source="datasets/me/results@abc123", **wanted
        )

    def hook(self, name: str, script: str) -> None:
        """Let the remote run `script` as its hook."""
        path = self.remote / "hooks" / name
        path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
        path.chmod(0o755)

    def files(self) -> set[str]:
        """What the branch's tip holds on the remote."""
        return set(git(self.remote, "ls-tree", "-r", "-z", "--name-only", "main").split("\0")[:-1])

    def tip(self) -> str:
        """The branch's tip on the remote."""
        return git(self.remote, "rev-parse", "main").strip()


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """A remote with two published files."""
    return Place(tmp_path)


def before_push(action: Callable[[], object]) -> Callable[..., subprocess.CompletedProcess[bytes]]:
    """Start git, but let `action` happen between the first fetch and its push."""
    pending = [action]

    def run(
        argv: Sequence[str], env: Mapping[str, str], stdin: bytes
    ) -> subprocess.CompletedProcess[bytes]:
        if "push" in argv and pending:
            pending.pop()()
        return run_git(argv, env, stdin)

    return run


def test_blob_id_is_what_git_calls_a_file_of_that_content(place: Place) -> None:
    """The id that publishing records can be compared with the tree's."""
    (place.clone / "any").write_bytes(b"any\r\n\0bytes")
    assert blob_id(b"any\r\n\0bytes") == git(place.clone, "hash-object", "any").strip()


def test_published_files_are_removed_from_a_shallow_detached_checkout(place: Place) -> None:
    """The job's checkout has one commit and no branch."""
    result = place.clean()
    assert result == Cleanup((MULTI, SINGLE), (), place.tip(), "")
    assert place.files() == {"README.md"}


def test_a_full_clone_keeps_its_history(place: Place) -> None:
    """Fetching does not make a shallow repository of a full one."""
    place.checkout = place.clone
    assert place.clean().warning == ""
    assert git(place.clone, "rev-parse", "--is-shallow-repository").strip() == "false"


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


def test_names_that_look_like_options_or_hold_newlines_are_removed(place: Place) -> None:
    """A name is data to git as well; its neighbours stay."""
    place.push({STRANGE: b"[3]\n", "hf_data/-rf": b"[3]\n"})
    result = place.clean({STRANGE: blob_id(b"[3]\n")})
    assert result.removed == (STRANGE,)
    assert place.files() == {"README.md", SINGLE, MULTI, "hf_data/-rf"}


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


def test_hooks_of_the_checkout_do_not_run(place: Place) -> None:
    """A contributor's hook must not run with the job's credentials."""
    hook = place.checkout / ".git" / "hooks" / "pre-push"
    hook.write_text("#!/bin/sh\nexit 1\n", encoding="utf-8")
    hook.chmod(0o755)
    assert place.clean().warning == ""


@pytest.mark.parametrize(
    "told",
    [
        "error: GH006: Protected branch update failed for refs/heads/main.",
        "error: GH013: Repository rule violations found for refs/heads/main.",
        "only the release manager may push",
    ],
)
def test_a_protected_branch_is_a_warning_that_says_what_to_configure(
    place: Place, told: str
) -> None:
    """No retry can help, and the upload is not lost."""
    place.hook("pre-receive", f"echo '{told}' >&2; exit 1")
    slept: list[float] = []
    result = place.clean(sleep=slept.append)
    assert (result.removed, result.revision, slept) == ((), None, [])
    assert told in result.warning
    assert "deploy key" in result.warning
    assert set(DATA) < place.files()


def test_a_job_that_may_not_push_is_told_which_permission_it_lacks(place: Place) -> None:
    """GitHub answers 403; asking again cannot help."""
    pushes = []

    def run(
        argv: Sequence[str], env: Mapping[str, str], stdin: bytes
    ) -> subprocess.CompletedProcess[bytes]:
        if "push" not in argv:
            return run_git(argv, env, stdin)
        pushes.append(argv)
        told = b"remote: Permission to a/b.git denied.\nfatal: unable to access: error: 403\n"
        return subprocess.CompletedProcess(argv, 128, b"", told)

    result = place.clean(run=run)
    assert len(pushes) == 1
    assert "contents: write" in result.warning


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


@pytest.mark.parametrize("environment", [{"PATH": "/nonexistent"}, {**ENV, "GIT_DIR": "/none"}])
def test_git_that_is_missing_or_finds_no_repository_is_a_warning(
    place: Place, environment: dict[str, str]
) -> None:
    """Nothing is raised that could lose the result of the upload."""
    result = place.clean(env=environment)
    assert result.removed == ()
    assert result.warning.startswith("git fetch failed")


def test_credentials_in_a_remote_url_are_not_told(place: Place) -> None:
    """A warning ends up in a public log."""
    result = place.clean(remote="https://user:hunter2@127.0.0.1:9/x.git", attempts=1)
    assert "git fetch failed" in result.warning
    assert "hunter2" not in result.warning


def test_git_does_not_see_the_hubs_token(place: Place) -> None:
    """Git, its helpers and its hooks have no use for it."""
    seen: list[Mapping[str, str]] = []

    def run(
        argv: Sequence[str], env: Mapping[str, str], stdin: bytes
    ) -> subprocess.CompletedProcess[bytes]:
        seen.append(env)
        return run_git(argv, env, stdin)

    place.clean(run=run, env={**ENV, "HF_TOKEN": "hf_secret"})
    assert seen
    assert not any("hf_secret" in env.values() for env in seen)
