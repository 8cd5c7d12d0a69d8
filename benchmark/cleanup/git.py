"""Git in one repository, started without secrets, hooks, traces or questions."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING, NamedTuple

from benchmark.cleanup.failures import git_failure
from benchmark.text import decoded

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    Run = Callable[[Sequence[str], Mapping[str, str], bytes], subprocess.CompletedProcess[bytes]]

_TIMEOUT = 120.0  # seconds that one git command may take
_BOT = "github-actions[bot]"
_BOT_MAIL = "41898282+github-actions[bot]@users.noreply.github.com"

# No hook or file-system monitor of the checkout runs, no maintenance starts behind our back, and
# files that look like a repository are not taken for one (git 2.38 and later).
_CONFIG = {
    "core.hooksPath": os.devnull,
    "core.fsmonitor": "false",
    "maintenance.auto": "false",
    "safe.bareRepository": "explicit",
}

_SECRETS = (
    *("HF_TOKEN", "HUGGING_FACE_HUB_TOKEN", "INPUT_"),
    *("ACTIONS_ID_TOKEN_REQUEST_TOKEN", "ACTIONS_RUNTIME_TOKEN"),
)
# They would make it another repository than the one that is named.
_ELSEWHERE = (
    *("GIT_DIR", "GIT_WORK_TREE", "GIT_COMMON_DIR", "GIT_NAMESPACE", "GIT_PREFIX"),
    *("GIT_OBJECT_DIRECTORY", "GIT_ALTERNATE_OBJECT_DIRECTORIES"),
)
# They print what is sent, headers included.
_TRACES = ("GIT_TRACE", "GIT_CURL_VERBOSE")
# Said outright, since they can be set in configuration too: https://git-scm.com/docs/api-trace2
_NO_TRACES = dict.fromkeys(("GIT_TRACE2", "GIT_TRACE2_EVENT", "GIT_TRACE2_PERF"), "0")


class Git(NamedTuple):
    """Git in one repository, with an index of its own.

    Attributes:
        repository: where it is.
        env: the environment of every command.
        run: starts a command.
        secrets: what no message repeats.
    """

    repository: Path
    env: Mapping[str, str]
    run: Run
    secrets: tuple[str, ...] = ()

    def __call__(self, command: str, *arguments: str, stdin: bytes = b"") -> bytes:
        """What the command prints.

        Raises:
            CleanupError: it failed, or took too long.
        """
        config = [word for item in _CONFIG.items() for word in ("-c", "=".join(item))]
        argv = ["git", "-C", str(self.repository), *config, command, *arguments]
        try:
            done = self.run(argv, self.env, stdin)
        except (OSError, subprocess.TimeoutExpired) as error:
            raise git_failure(command, str(error), self.secrets) from error
        if done.returncode:
            raise git_failure(command, decoded(done.stdout + done.stderr), self.secrets)
        return done.stdout


def run_git(
    argv: Sequence[str], env: Mapping[str, str], stdin: bytes
) -> subprocess.CompletedProcess[bytes]:
    """Run one git command to its end, two minutes at most.

    Raises:
        OSError: git could not be started.
        subprocess.TimeoutExpired: it took too long and was ended.
    """
    return subprocess.run(  # noqa: S603 - git itself, and no shell reads the arguments
        argv, env=env, input=stdin, capture_output=True, check=False, timeout=_TIMEOUT
    )


def environment(env: Mapping[str, str], index: Path, secret: str) -> dict[str, str]:
    """The environment for git: the bot's name, an index of its own, and none of our secrets.

    Args:
        env: the caller's.
        index: where git's index goes.
        secret: dropped under whatever name it came; "" if there is none.
    """
    kept = {
        name: value
        for name, value in env.items()
        if not name.startswith((*_SECRETS, *_ELSEWHERE, *_TRACES))
        and not (secret and value.strip() == secret)
    }
    identity = {
        f"GIT_{role}_{key}": value
        for role in ("AUTHOR", "COMMITTER")
        for key, value in (("NAME", _BOT), ("EMAIL", _BOT_MAIL))
    }
    private = {"GIT_INDEX_FILE": str(index), "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C"}
    return {**kept, **identity, **private, **_NO_TRACES}
