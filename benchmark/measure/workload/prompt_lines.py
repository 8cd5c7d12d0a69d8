"""Prompts from a file with one on each line: JSON Lines, or plain text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from benchmark import canonical
from benchmark.errors import InvalidDataError, Violation
from benchmark.measure.workload.conversations import Conversations, Exchange
from benchmark.measure.workload.numbered_lines import numbered_lines

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_PROMPT = ("prompt", "text_input", "text", "question", "input")
_OUTPUT = ("output_length", "output_tokens", "output_len", "max_tokens")
_ANSWER = ("completion", "answer", "response", "output")
"""What tools call the same thing: vLLM, AIPerf, GuideLLM and common data sets."""

_MOST_SHOWN = 20


def read_json_lines(path: Path) -> Conversations:
    """The prompts of a JSON Lines file; blank lines are skipped.

    Each is an object with `prompt`, and with `output_length` or the text of an answer if its length
    is not the same for all.

    Raises:
        UsageError: if the file cannot be read.
        InvalidDataError: with the lines that are no prompts.
    """
    return _read(path, _exchange)


def read_lines(path: Path) -> Conversations:
    """The lines of a text that are not blank, each a prompt.

    Raises:
        UsageError: if the file cannot be read.
        InvalidDataError: if it is not UTF-8.
    """
    return _read(path, _plain)


def _read(path: Path, understand: Callable[[bytes, str, str], Exchange]) -> Conversations:
    """Every line understood; those that cannot be are listed together."""
    found: list[Exchange] = []
    problems: list[Violation] = []
    data, file = canonical.read_bytes(path), str(path)
    for number, line in numbered_lines(data):
        try:
            found.append(understand(line.strip(), file, f"line {number}"))
        except InvalidDataError as error:  # noqa: PERF203 - read once, before anything is measured
            problems += error.violations
    return _checked(path, data, found, problems)


def _plain(line: bytes, file: str, place: str) -> Exchange:
    try:
        return Exchange(line.decode(), "")
    except UnicodeDecodeError as error:
        raise _refused(file, place, f"byte {error.start} is not UTF-8.") from None


def _checked(
    path: Path, data: bytes, found: list[Exchange], problems: list[Violation]
) -> Conversations:
    file = str(path)
    if not found and not problems:
        problems = [Violation(file, "$", "holds no line with a prompt.")]
    if problems:
        more = len(problems) - _MOST_SHOWN
        rest = [Violation(file, "$", f"{more} more lines are wrong.")] if more > 0 else []
        raise InvalidDataError(f"{file} does not hold prompts.", [*problems[:_MOST_SHOWN], *rest])
    return Conversations(tuple(found), canonical.digest(data))


def _exchange(line: bytes, file: str, place: str) -> Exchange:
    row = canonical.loads(line, file=file, root=place)
    if not isinstance(row, dict):
        raise _refused(file, place, "is no object with `prompt`.")
    prompt, answer, output = _first(row, _PROMPT), _first(row, _ANSWER), _first(row, _OUTPUT)
    if not isinstance(prompt, str):
        raise _refused(file, f"{place}.prompt", "is required and has to be text.")
    if output is not None and not _is_length(output):
        raise _refused(file, f"{place}.output_length", "has to be a whole number of at least 2.")
    return Exchange(prompt, answer if isinstance(answer, str) else "", output)


def _first(row: dict[str, Any], names: tuple[str, ...]) -> Any:  # noqa: ANN401 - any JSON value
    return next((row[name] for name in names if row.get(name) is not None), None)


def _is_length(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value > 1


def _refused(file: str, path: str, message: str) -> InvalidDataError:
    return InvalidDataError(message, [Violation(file, path, message)])
