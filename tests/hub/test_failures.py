"""Which error a failed request is: decided by the status, never by the words."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
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
from benchmark.hub.failures import commit_failure as judge_commit
from benchmark.hub.failures import read_failure as judge_read
from benchmark.hub.failures import upload_failure

QUOTA = "You have exceeded the rate limit for repository commits (128 per hour)."
OLD_QUOTA = "We had to rate limit you, you hit your hourly quotas for action: commit."
COMMIT_STATUSES: dict[int, type[BenchmarkError]] = {
    **dict.fromkeys((400, 405, 410, 413, 422, 451), RefusedError),
    **dict.fromkeys((401, 403, 404), PermissionDeniedError),
    **dict.fromkeys((408, 500, 502, 503, 504, 520, 200, 302), OutcomeUnknownError),
    409: BusyError,
    412: ConflictError,
    429: BusyError,
}
READ_STATUSES: dict[int, type[BenchmarkError]] = {
    **dict.fromkeys((401, 403, 404), PermissionDeniedError),
    **dict.fromkeys((400, 408, 409, 410, 412, 416, 500, 502, 503, 504), HubUnreachableError),
    429: BusyError,
}
NO_ANSWER = [TimeoutError("timed out"), ConnectionResetError("reset"), KeyError("commitUrl")]


def http_error(status: int, text: str = "Some words.", **headers: str) -> HfHubHTTPError:
    """As the client raises it, without a connection."""
    error = HfHubHTTPError.__new__(HfHubHTTPError)
    Exception.__init__(error, text)
    error.server_message = text
    named = {name.replace("_", "-").lower(): value for name, value in headers.items()}
    response: Any = SimpleNamespace(status_code=status, headers=CaseInsensitive(named))
    error.response = response
    return error


def commit_failure(error: Exception) -> BenchmarkError:
    """What becomes of a commit that was sent with a token."""
    return judge_commit(error, secret="hf_secret_0123")


def read_failure(error: Exception, what: str, *, known_to_exist: bool) -> BenchmarkError:
    """What becomes of a read that was sent without one."""
    return judge_read(error, what, known_to_exist=known_to_exist, secret=None)


class CaseInsensitive(dict[str, str]):
    """Headers, whose names are the same in any case."""

    def get(self, key: str, default: str = "") -> str:  # type: ignore[override]
        """The header, or the default."""
        return super().get(key.lower(), default)


@pytest.mark.parametrize("status", COMMIT_STATUSES)
def test_a_failed_commit_is_judged_by_its_status(status: int) -> None:
    """Words of another failure change nothing."""
    for text in ("A commit has happened since.", "Not found", ""):
        failure = commit_failure(http_error(status, text))
        assert type(failure) is COMMIT_STATUSES[status]
        assert failure.hint
        assert str(failure)


@pytest.mark.parametrize("status", READ_STATUSES)
def test_a_failed_read_is_judged_by_its_status(status: int) -> None:
    """No status means that a file is not there."""
    failure = read_failure(http_error(status), "Reading x", known_to_exist=False)
    assert type(failure) is READ_STATUSES[status]
    assert failure.hint
    assert "Reading x" in str(failure)


def test_what_the_hub_itself_listed_is_not_absent() -> None:
    """404 for it is the Hub's failure; 403 still is a refusal."""
    lost = read_failure(http_error(404), "x", known_to_exist=True)
    refused = read_failure(http_error(403), "x", known_to_exist=True)
    assert type(lost) is HubUnreachableError
    assert type(refused) is PermissionDeniedError


@pytest.mark.parametrize("error", NO_ANSWER, ids=lambda error: type(error).__name__)
def test_no_answer_at_all_is_an_unknown_outcome(error: Exception) -> None:
    """The commit may have landed; a read has not happened."""
    assert type(commit_failure(error)) is OutcomeUnknownError
    assert type(read_failure(error, "x", known_to_exist=False)) is HubUnreachableError


@pytest.mark.parametrize("text", [QUOTA, OLD_QUOTA, "You can retry this action in about 1 hour."])
def test_the_hourly_quota_is_known_by_its_words_alone(text: str) -> None:
    """Its RateLimit header describes another quota, so no wait is taken from it."""
    failure = commit_failure(http_error(429, text, RateLimit='"api";r=0;t=271', Retry_After="5"))
    assert type(failure) is QuotaError
    assert failure.wait is None


@pytest.mark.parametrize(
    ("headers", "wait"),
    [
        ({"RateLimit": '"api";r=0;t=12'}, 12),
        ({"RateLimit": '"api"; r=0; t=12'}, 12),
        ({"RateLimit": '"api";r=949;t=271'}, None),
        ({"RateLimit": '"api";r=949;t=271', "Retry_After": "4"}, 4),
        ({"RateLimit": '"api";r=0;t=12', "Retry_After": "4"}, 12),
        ({"Retry_After": "4"}, 4),
        ({"Retry_After": "Wed, 21 Oct 2026 07:28:00 GMT"}, None),
        ({"Retry_After": "-4"}, None),
        ({"RateLimit": "nonsense"}, None),
        ({}, None),
    ],
)
def test_only_a_trustworthy_header_says_how_long_to_wait(
    headers: dict[str, str], wait: float | None
) -> None:
    """RateLimit when its window is used up, else Retry-After in seconds."""
    for failure in (
        commit_failure(http_error(429, **headers)),
        read_failure(http_error(429, **headers), "x", known_to_exist=False),
    ):
        assert isinstance(failure, BusyError)
        assert failure.wait == wait


def test_a_wait_in_other_digits_is_no_wait() -> None:
    """`²` is a digit to str.isdigit and no number to float."""
    failure = commit_failure(http_error(429, Retry_After="²"))
    assert isinstance(failure, BusyError)
    assert failure.wait is None


def test_a_page_in_place_of_a_message_stays_one_short_line() -> None:
    """A proxy's HTML does not fill the screen."""
    failure = commit_failure(http_error(400, "<html>\n" + "x" * 100_000))
    assert len(str(failure)) < 500
    assert "\n" not in str(failure)


def test_the_token_is_cut_out_of_what_a_server_says() -> None:
    """Whatever it was sent for."""
    said = http_error(400, "You sent hf_secret_0123 as your token.")
    for failure in (
        judge_commit(said, secret="hf_secret_0123"),
        judge_read(said, "x", known_to_exist=False, secret="hf_secret_0123"),
    ):
        assert "You sent *** as your token." in str(failure)


def test_a_card_that_the_hub_refuses_is_refused_content() -> None:
    """The client raises a plain ValueError for it, before anything is sent."""
    failure = commit_failure(ValueError("Invalid metadata in README.md.\n- bad"))
    assert type(failure) is RefusedError
    assert "README.md" in str(failure)


XET = "Network error: Request error: HTTP status {}, domain: http://hub/api/datasets/a/b/{}/main"


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        (XET.format("client error (404 Not Found)", "xet-write-token"), RefusedError),
        (XET.format("server error (501 Not Implemented)", "xet-write-token"), RefusedError),
        (XET.format("client error (401 Unauthorized)", "xet-write-token"), PermissionDeniedError),
        (XET.format("client error (413 Payload Too Large)", "v1"), RefusedError),
        (XET.format("client error (429 Too Many Requests)", "v1"), BusyError),
        (XET.format("server error (503 Service Unavailable)", "v1"), HubUnreachableError),
        ("error sending request for url", HubUnreachableError),
    ],
)
def test_what_hf_xet_says_is_judged_by_the_status_in_it(
    words: str, kind: type[BenchmarkError]
) -> None:
    """It raises no error of the client; and nothing was written, whatever it says."""
    for error in (ConnectionError(words), RuntimeError(words)):
        failure = upload_failure(error, secret=None)
        assert type(failure) is kind
        assert failure.hint


def test_a_hub_without_xet_is_told_as_that() -> None:
    """To the older client too, whose error has a response."""
    error = http_error(404, "Not Found")
    error.args = ("404 Client Error for url http://hub/api/datasets/a/b/xet-write-token/main",)
    failure = upload_failure(error, secret=None)
    assert "no Xet storage" in str(failure)
    assert "HF_HUB_DISABLE_XET=1" in failure.hint
