"""Every failure a user can meet, each with a hint and an exit code.

    BenchmarkError                   1   a bug: nothing below describes it
    ├── UsageError                   2   wrong option, missing path, missing extra
    ├── InvalidDataError            65   data that breaks the format; carries its violations
    ├── RefusedError                65   the Hub refuses the content (400, 413, 422)
    ├── HubUnreachableError         69   the Hub could not be read; nothing was changed
    ├── TryAgainError               75   gave up for now; nothing is lost, run it again
    │   ├── ConflictError                the head was not the parent (412): not applied
    │   ├── BusyError                    the Hub is busy (409, 429): not applied
    │   ├── QuotaError                   the hourly commit quota is used up: not applied
    │   └── OutcomeUnknownError          the commit may or may not have landed
    └── PermissionDeniedError       77   no or a wrong token, no such repository (401, 403, 404)

Conflict and unknown outcome are different types because only the first is certain. A figure that
became worse is no failure of the command: `compare` and `check` then end with `REGRESSION`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence


REGRESSION = 3
"""The exit code where a figure is worse by more than chance explains."""


class Violation(NamedTuple):
    """One way in which a file breaks the format.

    Attributes:
        file: the file's path as the user knows it.
        path: the JSON path inside it, `$` for the whole document, `$[3].metrics.ttft_ms`.
        message: what is wrong and what is expected, as a sentence a contributor understands.
    """

    file: str
    path: str
    message: str

    def __str__(self) -> str:
        return f"{self.file}::{self.path}: {self.message}"


class BenchmarkError(Exception):
    """What happened and why.

    Attributes:
        hint: what to do next.
        said: lines that another program printed about it, without any secret in them.
    """

    exit_code = 1

    def __init__(self, message: str, *, hint: str = "", said: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.hint = hint
        self.said = tuple(said)


class UsageError(BenchmarkError):
    """The command was called in a way that cannot work."""

    exit_code = 2


class InvalidDataError(BenchmarkError):
    """Data breaks the format: every violation found, not only the first.

    Attributes:
        violations: what is wrong, and where.
        parsed: what could be made of the data all the same, to be judged further; None if nothing.
    """

    exit_code = 65
    parsed: object = None

    def __init__(
        self, message: str, violations: Sequence[Violation] = (), *, hint: str = ""
    ) -> None:
        super().__init__(message, hint=hint)
        self.violations = tuple(violations)


class RefusedError(BenchmarkError):
    """The Hub refuses the content for good; sending it again cannot help."""

    exit_code = 65


class HubUnreachableError(BenchmarkError):
    """The Hub could not be read, or what arrived is not what it holds."""

    exit_code = 69


class TryAgainError(BenchmarkError):
    """Gave up for now; nothing is lost and the same command can be run again.

    Attributes:
        wait: seconds the Hub asked to wait before the next attempt, None if it did not say.
    """

    exit_code = 75

    def __init__(self, message: str, *, hint: str = "", wait: float | None = None) -> None:
        super().__init__(message, hint=hint)
        self.wait = wait


class ConflictError(TryAgainError):
    """The head was not the parent: somebody was first and nothing was applied."""


class BusyError(TryAgainError):
    """The Hub is busy with another commit or asks to slow down; nothing was applied."""


class QuotaError(TryAgainError):
    """The repository's hourly commit quota is used up; nothing was applied."""


class OutcomeUnknownError(TryAgainError):
    """The answer to a commit was lost: it may have landed."""


class PermissionDeniedError(BenchmarkError):
    """No token, a token without write access, or a repository that is not there.

    Attributes:
        writing: whether it was refused to write; else the repository could not even be read.
    """

    exit_code = 77

    def __init__(self, message: str, *, hint: str = "", writing: bool = False) -> None:
        super().__init__(message, hint=hint)
        self.writing = writing
