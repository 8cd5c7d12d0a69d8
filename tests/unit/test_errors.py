"""What a caller relies on: exit codes, and what is certain about a failed commit."""

from __future__ import annotations

import pytest

from benchmark import errors
from benchmark.errors import BenchmarkError, InvalidDataError, TryAgainError, Violation


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("BenchmarkError", 1),
        ("UsageError", 2),
        ("InvalidDataError", 65),
        ("RefusedError", 65),
        ("HubUnreachableError", 69),
        ("TryAgainError", 75),
        ("ConflictError", 75),
        ("BusyError", 75),
        ("QuotaError", 75),
        ("OutcomeUnknownError", 75),
        ("PermissionDeniedError", 77),
    ],
)
def test_every_failure_has_the_exit_code_that_is_promised(name: str, code: int) -> None:
    """Scripts tell failures apart by it; all are caught as one kind."""
    kind = getattr(errors, name)
    assert issubclass(kind, BenchmarkError)
    assert kind.exit_code == code
    assert kind.__doc__


def test_a_conflict_and_an_unknown_outcome_are_never_one_kind() -> None:
    """Only the first is certain."""
    assert not issubclass(errors.ConflictError, errors.OutcomeUnknownError)
    assert not issubclass(errors.OutcomeUnknownError, errors.ConflictError)


def test_an_error_carries_what_to_do_next() -> None:
    """The message, the hint, the violations and the wait are each where they belong."""
    problem = Violation("a.json", "$[0].x", "is missing.")
    invalid = InvalidDataError("What happened.", [problem], hint="What to do.")
    assert (str(invalid), invalid.hint, invalid.violations) == (
        "What happened.",
        "What to do.",
        (problem,),
    )
    assert str(problem) == "a.json::$[0].x: is missing."
    assert TryAgainError("later", wait=2.5).wait == 2.5
    assert TryAgainError("later").wait is None
