"""What the verbs share: options, the way to the Hub, and where output goes."""

from __future__ import annotations

import os
import random
import re
import time
from dataclasses import dataclass
from datetime import datetime, timezone
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import urlsplit

import click

from benchmark import action, i18n
from benchmark.action import credentials
from benchmark.commands.streams import as_utf_8
from benchmark.commands.written import around, written
from benchmark.errors import UsageError
from benchmark.i18n import N_
from benchmark.retry import Clockwork

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from benchmark.canonical import Json
    from benchmark.hub import HubStore, Space

DEFAULT_REPO = "wangyao36/sagellm-benchmark-results"
PUBLIC_HUB = "https://huggingface.co"
PUBLIC_MIRROR = "https://hf-mirror.com"

# As the Hub's client checks it, which would take a wrong name for a Hub that cannot be reached.
_PART = r"(?!\S*(?:--|\.\.))\w(?:[\w.-]{0,94}\w)?"
REPO_NAME = re.compile(rf"{_PART}/{_PART}(?<!\.git)", re.ASCII)

_TOGETHER = 1000
"""Items of a list that are written together."""

F = TypeVar("F", bound="Callable[..., object]")


@dataclass(frozen=True)
class Output:
    """Where a verb's words go: JSON to stdout, and then everything for people to stderr.

    Attributes:
        as_json: whether the one JSON object was asked for.
        language: of the messages, one of `i18n.LANGUAGES`.
        guard: what every line for people passes through.
    """

    as_json: bool
    language: str
    guard: Callable[[str], str] = str

    @property
    def translate(self) -> Callable[[str], str]:
        """The translator of messages for people."""
        return i18n.translator(self.language)

    def say(self, lines: Iterable[str]) -> None:
        """Print lines for people."""
        for line in lines:
            click.echo(self.guard(line), err=self.as_json)

    def result(self, value: Json) -> None:
        """Print the one JSON object, if it was asked for; in UTF-8, whatever the locale."""
        if self.as_json:
            click.echo(as_utf_8(written(value)))

    def result_of_many(self, value: Mapping[str, Json], name: str, items: Iterable[bytes]) -> None:
        """As `result` of `value` with a list under `name`, of which never all is there at once.

        Args:
            value: the other members.
            name: of the list.
            items: as `written` has them; asked for only if JSON is.
        """
        if not self.as_json:
            return
        before, after = around(value, name)
        click.echo(as_utf_8(before + b"["), nl=False)
        comma, rest = b"", iter(items)
        while some := [*islice(rest, _TOGETHER)]:
            click.echo(as_utf_8(comma + b",".join(some)), nl=False)
            comma = b","
        click.echo(as_utf_8(b"]" + after))


def lang_option(function: F) -> F:
    """Add `--lang`."""
    return click.option(
        "--lang",
        type=click.Choice(i18n.LANGUAGES),
        default=lambda: i18n.language_of(os.environ),
        help="Language of messages.  [default: the locale's]",
    )(function)


def output_options(function: F) -> F:
    """Add `--json` and `--lang`."""
    function = lang_option(function)
    return click.option("--json", "as_json", is_flag=True, help="Print one JSON object on stdout.")(
        function
    )


def format_option(function: F) -> F:
    """Add `--format` of what is a table for people."""
    forms = click.Choice(["table", "markdown", "json"])
    return click.option("--format", "form", type=forms, default="table", show_default=True)(
        function
    )


def dataset_options(function: F) -> F:
    """Add `--hf-repo`, `--revision` and `--endpoint`."""
    function = click.option(
        "--endpoint",
        envvar="HF_ENDPOINT",
        show_envvar=True,
        help=f"URL of the Hub.  [default: {PUBLIC_HUB}]",
    )(function)
    function = click.option(
        "--revision", default="main", show_default=True, help="Branch of the dataset."
    )(function)
    return click.option(
        "--hf-repo",
        envvar="HF_REPO",
        show_envvar=True,
        default=DEFAULT_REPO,
        show_default=True,
        callback=check_repo,
        help="The dataset, as NAMESPACE/NAME.",
    )(function)


def data_dir_option(function: F) -> F:
    """Add `--data-dir`."""
    return click.option(
        "--data-dir",
        type=click.Path(path_type=Path),
        default=Path("hf_data"),
        show_default=True,
        help="The data folder, which git carries: every leaderboard_*.json below it.",
    )(function)


def open_store(
    hf_repo: str, revision: str, endpoint: str | None, *, create_pr: bool = False
) -> HubStore:
    """The dataset on its Hub, with the token of the environment for commits.

    Raises:
        UsageError: if one of them cannot be what it should be.
    """
    if not hf_repo:
        raise UsageError("No dataset is named.", hint=N_("Name it as NAMESPACE/NAME."))
    if not revision.strip() or not revision.isprintable():
        raise UsageError(f"{revision!r} is no branch.", hint=N_("Leave out --revision for main."))
    url = _at(endpoint)
    from benchmark.hub import HubStore  # noqa: PLC0415 - see above; it also takes long

    return HubStore(
        endpoint=url,
        dataset=hf_repo,
        branch=revision,
        token=os.environ.get("HF_TOKEN") or None,
        create_pr=create_pr,
        keyless=bool(os.environ.get("HF_OIDC_RESOURCE")),
        sleep=time.sleep,
        uniform=random.uniform,
        on_token=_mask if on_github() else str,
    )


def open_space(name: str, endpoint: str | None) -> Space:
    """A Space on its Hub, with the token of the environment for commits."""
    url = _at(endpoint)
    from benchmark.hub import Space  # noqa: PLC0415 - as above

    return Space(url, name, os.environ.get("HF_TOKEN") or None)


def _at(endpoint: str | None) -> str:
    url = (endpoint or PUBLIC_HUB).rstrip("/")
    if not _is_of_a_hub(url):
        raise UsageError(
            f"{url!r} is no URL of a Hub.", hint=N_("HF_ENDPOINT starts with https:// or http://.")
        )
    # The client reads it when it is imported, and 0.36 understands the answer to a commit only from
    # this endpoint, whatever endpoint it was sent to.
    os.environ["HF_ENDPOINT"] = url
    return url


def _is_of_a_hub(url: str) -> bool:
    if not url.startswith(("https://", "http://")) or not url.isprintable() or " " in url:
        return False
    try:
        parts = urlsplit(url)
        has_port = parts.port != 0
    except ValueError:
        return False
    return bool(parts.hostname) and has_port and not (parts.query or parts.fragment)


def check_credentials(store: HubStore) -> None:
    """In a job that is there to publish, fail before the work if its commit could not be made.

    Elsewhere the commit will tell, if there turns out to be one.

    Raises:
        PermissionDeniedError: no token, one that may not write, or no way to exchange one.
    """
    if on_github():
        credentials.require(os.environ)
        store.check_write()


def on_github() -> bool:
    """Whether a GitHub runner reads what is printed."""
    return os.environ.get("GITHUB_ACTIONS") == "true"


def clockwork() -> Clockwork:
    """The real clock, sleep and randomness."""
    return Clockwork(monotonic=time.monotonic, sleep=time.sleep, uniform=random.uniform)


def month() -> str:
    """The current month in UTC, yyyy-mm."""
    return datetime.now(timezone.utc).strftime("%Y-%m")


def now() -> str:
    """The current time in UTC, ISO 8601."""
    return datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def _mask(token: str) -> None:
    """A Trusted Publisher's token is no secret that the runner knows."""
    click.echo(action.mask(token), err=True)


def check_repo(_ctx: click.Context, _param: click.Parameter, value: str) -> str:
    """The value of an option that names a repository of the Hub, "" where it was left out."""
    if value and not REPO_NAME.fullmatch(value):
        raise click.BadParameter(f"{value!r} is not NAMESPACE/NAME.")
    return value
