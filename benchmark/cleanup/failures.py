"""What git and the remote said when they refused, and what to do about it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from benchmark.i18n import N_

if TYPE_CHECKING:
    from collections.abc import Sequence

_REMOTE_COMMANDS = ("fetch", "push")

_ARCHIVED = N_("The repository is archived. Unarchive it, or set `cleanup: false`.")
_WORKFLOWS = N_(
    "The push may not change workflow files. Pass `push-token`, a token with the permission"
    " `workflows`, or set `cleanup: false`."
)
_PROTECTED = N_(
    "The branch is protected. Pass `push-token`, a token of a GitHub App or of a person who may"
    " bypass the protection, or check out with a deploy key that may; or set `cleanup: false` and"
    " delete the files by pull request."
)
_DUPLICATE = N_(
    "Two credentials are sent at once. Let actions/checkout alone keep them, or pass `push-token`."
)
_NOT_ALLOWED = N_(
    "The job may not push. Give it `permissions: contents: write` and let actions/checkout keep its"
    " credentials (`persist-credentials: true`), or pass `push-token`."
)
_TOKEN_NOT_ALLOWED = N_(
    "`push-token` may not push. See whether it has expired, and whether it may write this"
    " repository's contents."
)
_READ_ONLY_KEY = N_("The deploy key may only read. Allow it write access, or pass `push-token`.")
_NO_BRANCH = N_(
    "The branch is not there. If it was deleted, nothing is left to clean up; otherwise publish"
    " from a branch, not from a pull request or a tag."
)
_NO_REPOSITORY = N_(
    "Run actions/checkout first, and let it keep `set-safe-directory: true` in a container job."
)
_SHALLOW = N_("The checkout has too little history to push. Check out with `fetch-depth: 0`.")

# The first that is found in the output counts.
_SIGNS = {
    "archived so it is read-only": _ARCHIVED,
    "refusing to allow .* to create or update workflow": _WORKFLOWS,
    "GH006|GH013|hook declined|push declined|rule violations": _PROTECTED,
    "Duplicate header": _DUPLICATE,
    "marked as read only": _READ_ONLY_KEY,
    "error: 40[13]|[Pp]ermission .*denied|not granted|Authentication failed|Username": _NOT_ALLOWED,
    "repository '.*' not found|Repository not found": _NOT_ALLOWED,
    "find remote ref": _NO_BRANCH,
    "not a git repository|dubious ownership": _NO_REPOSITORY,
    "shallow update not allowed": _SHALLOW,
}
_CREDENTIALS_IN_URL = re.compile(r"://[^/@\s]*@")


class CleanupError(Exception):
    """Why published files are still in git.

    Attributes:
        hint: what to do about it, to be translated; "" where there is nothing to say.
        final: whether another attempt cannot help.
    """

    def __init__(self, message: str, *, hint: str = "", final: bool = True) -> None:
        super().__init__(message)
        self.hint = hint
        self.final = final


def git_failure(command: str, output: str, secrets: Sequence[str]) -> CleanupError:
    """The error for a git command that failed.

    Args:
        command: such as `push`.
        output: what it printed.
        secrets: the token in all its forms; empty if git has only the checkout's credentials.
    """
    hint = next((hint for sign, hint in _SIGNS.items() if re.search(sign, output)), "")
    if secrets and hint is _NOT_ALLOWED:
        hint = _TOKEN_NOT_ALLOWED
    # Git pads what remotes say, to overwrite its progress on a terminal.
    lines = (line.rstrip() for line in output.strip().splitlines())
    told = _CREDENTIALS_IN_URL.sub("://***@", "\n".join(lines))
    for secret in secrets:
        told = told.replace(secret, "***")
    final = bool(hint) or command not in _REMOTE_COMMANDS
    return CleanupError(f"git {command} failed: {told}", hint=hint, final=final)
