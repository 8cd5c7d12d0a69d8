"""Which of our errors a failed request is, by what the Hub guarantees about its effect."""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, cast

from huggingface_hub.errors import HfHubHTTPError

from benchmark.errors import (
    BenchmarkError,
    BusyError,
    ConflictError,
    HubUnreachableError,
    OutcomeUnknownError,
    PermissionDeniedError,
    QuotaError,
    RefusedError,
)
from benchmark.i18n import N_

if TYPE_CHECKING:
    from collections.abc import Mapping

_FORBIDDEN = {401, 403, 404}
_LONGEST_MESSAGE = 300
# Any other status (408, 5xx), or none at all, says nothing about what became of the commit.
_REFUSALS = {*range(400, 408), *range(410, 500)}
_WINDOW = re.compile(r"r=(?P<left>\d+);\s*t=(?P<seconds>\d+)")
# hf_xet raises no error of the client, only words: those of its HTTP library
# (https://docs.rs/reqwest/latest/reqwest/struct.Response.html#method.error_for_status).
_XET_STATUS = re.compile(r"HTTP status (?:client|server) error \((?P<status>\d{3})\b")
_XET_ROUTE = "/xet-write-token/"
_NO_SUCH_ENDPOINT = {404, 405, 501}
# The RateLimit headers describe the request quota, never the commit quota
# (https://github.com/huggingface/huggingface_hub/pull/4662), which only the text names.
_COMMIT_QUOTA = re.compile(r"per hour|hourly|about 1 hour", re.IGNORECASE)


def read_failure(
    error: BaseException, what: str, *, known_to_exist: bool, secret: str | None
) -> BenchmarkError:
    """The error for a read that failed; a read changes nothing.

    Args:
        error: what the client raised.
        what: what was being read, for the message.
        known_to_exist: the Hub itself named what was asked for, so a 404 is its failure.
        secret: the token that was sent; a message does not repeat it.
    """
    status, detail = _status(error), _detail(error, secret)
    if status in _FORBIDDEN and not (known_to_exist and status == HTTPStatus.NOT_FOUND):
        return PermissionDeniedError(
            f"{what}: the Hub answered {status}. {detail}",
            hint=N_("Check the dataset's name and --revision; a private one needs HF_TOKEN."),
        )
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        return _busy(error, f"{what}: the Hub asks to slow down (429). {detail}")
    return HubUnreachableError(
        f"{what}: {detail}",
        hint=N_("Check the connection and HF_ENDPOINT, and run it again; nothing was changed."),
    )


def commit_failure(error: BaseException, *, secret: str | None) -> BenchmarkError:
    """The error for a commit that failed; only some failures are certain not to have landed.

    Args:
        error: what the client raised.
        secret: the token that was sent, None if there was none; a message does not repeat it.
    """
    status, detail = _status(error), _detail(error, secret)
    if status == HTTPStatus.PRECONDITION_FAILED:
        return ConflictError(
            f"Somebody else committed first. {detail}", hint=N_("Run it again; nothing is lost.")
        )
    if status == HTTPStatus.CONFLICT:
        return BusyError(
            f"The Hub is busy with another commit. {detail}", hint=N_("Run it again in a minute.")
        )
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        return _slow_down(error, detail)
    if status in _FORBIDDEN:
        who = "this token" if secret else "anybody without a token, and there is no token,"
        return PermissionDeniedError(
            f"The Hub does not let {who} write to the dataset ({status}). {detail}",
            hint=N_("Set HF_TOKEN to a token that may write to it, or use a Trusted Publisher."),
            writing=True,
        )
    if status not in _REFUSALS and not is_bad_card(error):
        return OutcomeUnknownError(
            f"The Hub's answer to the commit was lost: {detail}",
            hint=N_("Run it again: what has landed is found and not written twice."),
        )
    return RefusedError(
        f"The Hub refuses the content ({status or 'README.md'}). {detail}",
        hint=N_("Nothing was written, and sending it again cannot help."),
    )


def upload_failure(error: BaseException, *, secret: str | None) -> BenchmarkError:
    """The error for content that could not be sent ahead of its commit: nothing was written.

    Args:
        error: what the client, or hf_xet for it, raised.
        secret: the token that was sent, None if there was none; a message does not repeat it.
    """
    status, detail = _status(error), _detail(error, secret)
    if status in _NO_SUCH_ENDPOINT and _XET_ROUTE in str(error):
        return RefusedError(
            f"The Hub has no Xet storage ({status}), to which this client sends large files.",
            hint=N_("Set HF_HUB_DISABLE_XET=1 to send them by LFS, or update the Hub."),
        )
    failure = commit_failure(error, secret=secret)
    if not isinstance(failure, OutcomeUnknownError):
        return failure
    return HubUnreachableError(
        f"Large files could not be sent: {detail}",
        hint=N_("Check that the Hub and its storage can be reached; nothing was written."),
    )


def is_trouble(error: BaseException) -> bool:
    """Whether asking again may help: no answer at all, or a Hub that is busy or out of order."""
    status = _status(error)
    if status is None:
        return not isinstance(error, (ValueError, KeyError, TypeError, AttributeError))
    return status in {408, 429} or status >= HTTPStatus.INTERNAL_SERVER_ERROR


def is_missing(error: BaseException) -> bool:
    """Whether the Hub does not have what was asked for; an older one has no such question."""
    return _status(error) == HTTPStatus.NOT_FOUND


def _slow_down(error: BaseException, detail: str) -> BenchmarkError:
    if _COMMIT_QUOTA.search(detail):
        return QuotaError(
            f"The dataset's hourly commit quota is used up. {detail}",
            hint=N_("Run it again in an hour; nothing is lost."),
        )
    return _busy(error, f"The Hub asks to slow down (429). {detail}")


def _busy(error: BaseException, message: str) -> BusyError:
    return BusyError(message, hint=N_("Run it again in a minute."), wait=_wait(error))


def card_refusal(error: BaseException, *, secret: str | None) -> str:
    """What the Hub says is wrong with the dataset card, on one line, without the token."""
    return _detail(error, secret).removeprefix("ValueError: ")


def is_bad_card(error: BaseException) -> bool:
    """The client reports a dataset card that the Hub does not accept as a plain ValueError."""
    return isinstance(error, ValueError) and "Invalid metadata" in str(error)


def _status(error: BaseException) -> int | None:
    response = getattr(error, "response", None)
    if response is not None:
        return int(response.status_code)
    words = _XET_STATUS.search(str(error))
    return int(words["status"]) if words else None


def _wait(error: BaseException) -> float | None:
    """Seconds to wait: of RateLimit only when its window is used up, else Retry-After."""
    response = cast("Any", getattr(error, "response", None))
    headers: Mapping[str, str] = response.headers if response is not None else {}
    window = _WINDOW.search(headers.get("RateLimit", ""))
    if window and int(window["left"]) == 0:
        return float(window["seconds"])
    retry_after = headers.get("Retry-After", "")
    return float(retry_after) if retry_after.isdecimal() else None


def _detail(error: BaseException, secret: str | None) -> str:
    """The server's words if it had any, on one line of bounded length, without the token."""
    said = error.server_message if isinstance(error, HfHubHTTPError) else None
    text = said or f"{type(error).__name__}: {error}"
    text = text.replace(secret, "***") if secret else text
    return " ".join(text.split())[:_LONGEST_MESSAGE]
