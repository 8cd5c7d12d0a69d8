"""A token for fetch and push, in place of the credentials that the checkout keeps.

Git reads it from its environment alone (https://git-scm.com/docs/git-config, "GIT_CONFIG_COUNT"):
it is in no argument, URL, file or configuration, where other processes or later steps could see it.
"""

from __future__ import annotations

import base64
import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit, urlunsplit

from benchmark.cleanup.failures import CleanupError
from benchmark.i18n import N_

if TYPE_CHECKING:
    from collections.abc import Mapping

    from benchmark.cleanup.git import Git

_TOKEN = re.compile(r"[!-~]+")
_NOT_A_TOKEN = N_("Give `push-token` the token alone: visible ASCII characters on one line.")
_NOT_HTTP = N_(
    "A token works over https only. Check out over https, or leave `push-token` out and check out"
    " with a deploy key that may push."
)
_OLD_GIT = N_("Install git 2.31 or later, which takes configuration from its environment.")


def with_token(git: Git, remote: str, token: str) -> Git:
    """The same git, which shows `token` to the remote instead of what the checkout has persisted.

    Raises:
        CleanupError: the token or the remote is not of a kind that this works with.
    """
    if not _TOKEN.fullmatch(token):
        raise CleanupError(
            "push-token holds line breaks or other characters that no token has",
            hint=_NOT_A_TOKEN,
        )
    urls = _urls(git, remote)
    basic = base64.b64encode(f"x-access-token:{token}".encode()).decode()
    header = f"AUTHORIZATION: basic {basic}"
    env = _configured(git.env, [pair for url in urls for pair in _for_url(url, header)])
    with_header = git._replace(env=env, secrets=(token, basic))
    for url in urls:
        _check(with_header, url, header)
    return with_header


def _urls(git: Git, remote: str) -> list[str]:
    """Where the remote is fetched from and pushed to, without user and password."""
    told = git("ls-remote", "--get-url", remote).decode().splitlines()
    if "://" not in remote:
        told += git("remote", "get-url", "--push", "--all", remote).decode().splitlines()
    return list(dict.fromkeys(map(_without_user, told)))


def _without_user(url: str) -> str:
    try:
        split = urlsplit(url)
    except ValueError:
        split = urlsplit("")
    if split.scheme not in {"http", "https"}:
        raise CleanupError(
            "push-token cannot be used: the remote is not reached over https", hint=_NOT_HTTP
        )
    return urlunsplit(split._replace(netloc=split.netloc.rpartition("@")[2]))


def _for_url(url: str, header: str) -> list[tuple[str, str]]:
    """Configuration that makes `header` the only credential for `url`.

    An empty value empties a list. Otherwise the checkout's own header would be sent too, and GitHub
    answers 400 to two of them. It keeps that one for the host, in .git/config or in a file that
    this includes; the whole URL is more specific than any of those, and so always wins. A helper
    asked after a refusal would take its own, innocent credential for the refused one and erase it.
    """
    name = f"http.{url}.extraheader"
    return [(name, ""), (name, header), (f"credential.{url}.helper", "")]


def _configured(env: Mapping[str, str], pairs: list[tuple[str, str]]) -> dict[str, str]:
    """The environment with configuration behind what the caller configures; nobody is asked."""
    start = int(env.get("GIT_CONFIG_COUNT") or 0)  # git has accepted it in the commands before
    added = {"GIT_CONFIG_COUNT": str(start + len(pairs))}
    for number, (name, value) in enumerate(pairs, start):
        added |= {f"GIT_CONFIG_KEY_{number}": name, f"GIT_CONFIG_VALUE_{number}": value}
    return {**env, **added, "GIT_ASKPASS": ""}


def _check(git: Git, url: str, header: str) -> None:
    """Before 2.31 git ignores these variables, and would go on with the checkout's credentials.

    Raises:
        CleanupError: git does not see the header.
    """
    try:
        seen = git("config", "--get-urlmatch", "http.extraheader", url).decode()
    except CleanupError:
        seen = ""
    if seen.rstrip("\n") != header:
        raise CleanupError("this git cannot be given push-token", hint=_OLD_GIT)
