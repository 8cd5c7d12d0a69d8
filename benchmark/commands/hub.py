"""`sagellm-benchmark hub`: an embedded Hugging Face Hub for datasets."""

from __future__ import annotations

import ipaddress
import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from benchmark import canonical
from benchmark.commands.hub_pages import LeaderboardPages
from benchmark.errors import UsageError
from benchmark.i18n import N_

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmark.localhub.settings import Token

TOKENS_VARIABLE = "SAGELLM_HUB_TOKENS"
_EXTRA = frozenset({"blake3", "dulwich", "lz4", "markdown_it", "starlette", "uvicorn", "yaml"})
_MOST_TOKENS = 1024 * 1024
"""Bytes of a file of tokens."""
_DEFAULT_LFS_THRESHOLD = 10 * 1024 * 1024
_DEFAULT_MAX_UPLOAD = 5 * 1024 * 1024 * 1024


@click.command("hub")
@click.option(
    "--root",
    type=click.Path(file_okay=False, path_type=Path),
    required=True,
    help="Folder of the repositories; created if it is missing.",
)
@click.option(
    "--port", type=click.IntRange(0, 65535), default=8080, show_default=True, help="0: any."
)
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--token-file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help=f"One `read|write TOKEN [USER]` a line; or in {TOKENS_VARIABLE}. Without: anybody writes.",
)
@click.option(
    "--lfs-threshold",
    type=click.IntRange(min=1),
    default=_DEFAULT_LFS_THRESHOLD,
    show_default=True,
    metavar="BYTES",
    help="Files of at least this size are uploaded in LFS mode.",
)
@click.option(
    "--max-upload",
    type=click.IntRange(min=1),
    default=_DEFAULT_MAX_UPLOAD,
    show_default=True,
    metavar="BYTES",
    help="The largest file; larger ones are refused (413).",
)
@click.option(
    "--request-quota",
    type=click.IntRange(min=1),
    metavar="N",
    help="Requests that one user or address may make in 5 minutes, then 429. Default: any number.",
)
@click.option("--create", multiple=True, metavar="NS/NAME", help="Create a dataset; repeatable.")
@click.option("--allow-anonymous-writes", is_flag=True, help="On other hosts, without tokens.")
def command(  # noqa: PLR0913 - click passes one argument per option
    *,
    root: Path,
    port: int,
    host: str,
    token_file: Path | None,
    lfs_threshold: int,
    max_upload: int,
    request_quota: int | None,
    create: tuple[str, ...],
    allow_anonymous_writes: bool,
) -> None:
    """Serve datasets to the Hugging Face client, without the internet.

    Without tokens everybody who reaches the hub reads and writes everything. With tokens everybody
    still reads what is public; writing needs a write token, and a private dataset any token.
    Nothing is encrypted: put a proxy with TLS before it where others can listen.
    """
    try:
        from benchmark.localhub.serve import serve  # noqa: PLC0415 - an optional extra
        from benchmark.localhub.settings import HubSettings  # noqa: PLC0415 - as above
    except ModuleNotFoundError as error:
        raise _missing_extra(error) from None
    tokens = _tokens(token_file)
    if not tokens and not allow_anonymous_writes and not _is_loopback(host):
        raise UsageError(
            f"Without tokens anybody who reaches {host} could write.",
            hint=N_("Give --token-file FILE, or --allow-anonymous-writes if you want that."),
        )
    settings = HubSettings(
        lfs_threshold=lfs_threshold,
        max_lfs_object=max_upload,
        request_quota=request_quota,
        tokens=tokens,
        on_write=_log,
        pages=LeaderboardPages(),
    )
    serve(root, (host, port), settings, create=create, ready=lambda url: _announce(url, create))


def _missing_extra(error: ModuleNotFoundError) -> Exception:
    if (error.name or "").partition(".")[0] not in _EXTRA:
        return error
    return UsageError(
        f"The embedded Hub needs the package {error.name}, which is not installed.",
        hint='Install it: pip install "sagellm-benchmark[hub]"',
    )


def _tokens(path: Path | None) -> tuple[Token, ...]:
    from benchmark.localhub.tokens import parse_tokens  # noqa: PLC0415 - an optional extra

    if path is not None:
        try:
            tokens = parse_tokens(
                canonical.read_bytes(path, _MOST_TOKENS).decode(), source=str(path)
            )
        except UnicodeDecodeError:
            raise UsageError(f"Cannot read {path} as text.", hint=N_("Check the path.")) from None
        if not tokens:
            raise UsageError(f"{path} has no token.", hint=N_("Write lines: write TOKEN [USER]"))
        return tokens
    return parse_tokens(os.environ.get(TOKENS_VARIABLE, ""), source=TOKENS_VARIABLE)


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _announce(endpoint: str, datasets: Sequence[str]) -> None:
    click.echo(f"The hub is listening. Use it with:\n\n  export HF_ENDPOINT={endpoint}\n", err=True)
    for name in datasets:
        click.echo(f"Dataset: {endpoint}/api/datasets/{name}", err=True)
    click.echo("Stop it with Ctrl-C.", err=True)


def _log(line: str) -> None:
    click.echo(line, err=True)
