"""Where the token for a commit comes from, asked for at the last moment."""

from __future__ import annotations

from typing import cast

import huggingface_hub.errors
from huggingface_hub import get_token

from benchmark.errors import PermissionDeniedError
from benchmark.hub.session import CLIENT_ERRORS, bounded_session
from benchmark.i18n import N_

# OIDCError came with huggingface_hub 1.19 and derives from Exception alone.
_OIDC_ERROR = cast("type[Exception]", getattr(huggingface_hub.errors, "OIDCError", OSError))
_EXCHANGE_ERRORS: tuple[type[Exception], ...] = (*CLIENT_ERRORS, _OIDC_ERROR)


def checked(token: str) -> str:
    """The token, without the blanks around it that copying leaves.

    Raises:
        PermissionDeniedError: if no HTTP header could carry it; it is not repeated.
    """
    bare = token.strip()
    if not bare.isascii() or not bare.isprintable() or " " in bare:
        raise PermissionDeniedError(
            "HF_TOKEN holds characters that no token has.",
            hint=N_("Copy the token again; it is one word of letters, digits and underscores."),
        )
    return bare


def resolve_token(given: str | None) -> str | None:
    """The token given; else what the client finds: a Trusted Publisher's, or a stored log-in.

    A Trusted Publisher's token is exchanged when `HF_OIDC_RESOURCE` is set (huggingface_hub >=
    1.19, https://huggingface.co/docs/hub/trusted-publishers) and lives an hour, so this is called
    just before a commit.

    Raises:
        PermissionDeniedError: if the exchange fails.
    """
    if given:
        return checked(given)
    bounded_session()
    try:
        return get_token()
    except _EXCHANGE_ERRORS as error:
        raise PermissionDeniedError(
            f"No token from the Trusted Publisher: {type(error).__name__}: {error}",
            hint=N_("Give the job `id-token: write` and register it in the dataset's settings."),
            writing=True,
        ) from None
