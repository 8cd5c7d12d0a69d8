"""Fields of a request that the user adds: what only some servers know."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmark import canonical
from benchmark.errors import InvalidDataError, UsageError
from benchmark.i18n import N_

if TYPE_CHECKING:
    from benchmark.canonical import Json

_MEASURED = {
    "best_of",
    "echo",
    "max_completion_tokens",
    "max_tokens",
    "messages",
    "model",
    "n",
    "prompt",
    "stream",
}
"""What the workload, the model's name and the way of measuring say."""


def parse_extra_body(text: str) -> dict[str, Json]:
    """The fields in a JSON object.

    Raises:
        UsageError: if it is none, or says what is not the user's to say here.
    """
    try:
        value = canonical.loads(text.encode(), file="--extra-body")
    except InvalidDataError as error:
        problems = "; ".join(f"{one.path}: {one.message}" for one in error.violations)
        raise UsageError(f"--extra-body is no JSON: {problems or error}", hint=_HINT) from None
    if not isinstance(value, dict):
        raise UsageError("--extra-body is no JSON object.", hint=_HINT)
    if taken := sorted(set(value) & _MEASURED):
        raise UsageError(
            f"--extra-body sets {', '.join(taken)}, which the measurement sets itself.",
            hint=N_("Say it by --model, --workload, --prompts or --concurrency."),
        )
    return value


_HINT = N_('Give it like --extra-body \'{"chat_template_kwargs": {"enable_thinking": false}}\'.')
