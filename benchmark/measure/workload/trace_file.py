"""Timed requests from a file, as production traces have them."""

from __future__ import annotations

import csv
from datetime import datetime, timezone
from io import StringIO
from typing import TYPE_CHECKING, NamedTuple

from benchmark import canonical
from benchmark.errors import InvalidDataError, UsageError, Violation
from benchmark.i18n import N_
from benchmark.measure.workload.lengths import Lengths
from benchmark.measure.workload.numbered_lines import numbered_lines
from benchmark.measure.workload.workloads import Trace, Workload

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

_SECONDS = {"timestamp_s": 1.0, "timestamp_ms": 1e-3}
_INPUT = ("input_length", "input_tokens", "request_tokens", "contexttokens", "prompt_tokens")
_OUTPUT = (
    "output_length",
    "output_tokens",
    "response_tokens",
    "generatedtokens",
    "completion_tokens",
)
"""The columns of Mooncake, BurstGPT and Azure's traces, in small letters without spaces."""

_PARTS_OF_A_SECOND = 6
_MOST_SHOWN = 20
_MOST = 2**53
"""No date, and no number of tokens, is more; all such numbers are exact."""


class _Timed(NamedTuple):
    """One request: seconds on the trace's clock, and its lengths."""

    at_s: float
    lengths: Lengths


def read_trace(path: Path, speed: float = 1.0) -> Workload:
    """The requests of a trace as a workload, in the order of their times.

    JSON Lines as Mooncake's, whose `timestamp` counts milliseconds, or CSV with a header, whose
    `timestamp` counts seconds (BurstGPT) or is a date and time (Azure); in both, `timestamp_s` and
    `timestamp_ms` say the unit. Rows whose answer has no tokens are left out.

    Args:
        path: ends in .jsonl or .csv.
        speed: how many times faster than recorded it is played.

    Raises:
        UsageError: if it cannot be read or is neither.
        InvalidDataError: with the lines that are no timed requests.
    """
    readers = {".jsonl": _json_lines, ".csv": _csv_lines}
    if path.suffix.lower() not in readers:
        raise UsageError(
            f"{path} is no trace.",
            hint=N_(
                "Give JSON Lines (.jsonl) or CSV (.csv) with timestamp, input_length and "
                "output_length."
            ),
        )
    data = canonical.read_bytes(path)
    rows = list(readers[path.suffix.lower()](data, str(path)))
    timed = sorted(_requests(rows, str(path)), key=lambda one: one.at_s)
    first_s = timed[0].at_s
    trace = Trace(
        name=path.name,
        sha256=canonical.digest(data),
        due_s=tuple((one.at_s - first_s) / speed for one in timed),
        left_out=len(rows) - len(timed),
        speed=speed,
        shares_prefixes=any("hash_ids" in row for _, row in rows),
    )
    return Workload(path.stem, tuple(one.lengths for one in timed), trace=trace)


def _json_lines(data: bytes, file: str) -> Iterator[tuple[int, Mapping[str, object]]]:
    for number, line in numbered_lines(data):
        row = canonical.loads(line, file=file, root=f"line {number}")
        found: dict[str, object] = dict(row) if isinstance(row, dict) else {}
        if "timestamp" in found:
            found["timestamp_ms"] = found.pop("timestamp")
        yield number, found


def _csv_lines(data: bytes, file: str) -> Iterator[tuple[int, Mapping[str, object]]]:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        message = f"byte {error.start} is not UTF-8."
        raise InvalidDataError(f"{file} is not text.", [Violation(file, "$", message)]) from None
    reader = csv.reader(StringIO(text, newline=None))
    try:
        names = [name.strip().lower().replace(" ", "_") for name in next(reader, [])]
        for row in reader:
            if row:
                yield reader.line_num, dict(zip(names, row, strict=False))
    except csv.Error as error:
        found = [Violation(file, f"line {reader.line_num}", f"is no CSV: {error}.")]
        raise InvalidDataError(f"{file} is no trace of timed requests.", found) from None


def _requests(rows: list[tuple[int, Mapping[str, object]]], file: str) -> list[_Timed]:
    found: list[_Timed] = []
    problems: list[Violation] = []
    for number, row in rows:
        at_s, asked, answered = _when(row), _tokens(row, _INPUT), _tokens(row, _OUTPUT)
        if at_s is None:
            problems.append(Violation(file, f"line {number}", "has no timestamp that is a time."))
        elif not asked or answered is None:
            message = "needs whole numbers as input_length and output_length."
            problems.append(Violation(file, f"line {number}", message))
        elif answered:
            found.append(_Timed(at_s, Lengths(asked, answered)))
    if not found and not problems:
        problems = [Violation(file, "$", "holds no request.")]
    if problems:
        raise InvalidDataError(f"{file} is no trace of timed requests.", problems[:_MOST_SHOWN])
    return found


def _when(row: Mapping[str, object]) -> float | None:
    for name, unit in _SECONDS.items():
        if name in row:
            counted = _number(row[name])
            return None if counted is None else counted * unit
    stamp = row.get("timestamp")
    counted = _number(stamp)
    return _instant(stamp) if counted is None else counted


def _instant(value: object) -> float | None:
    """Seconds of a date and time; Azure writes seven digits after the second."""
    whole, dot, rest = str(value).strip().partition(".")
    digits = rest[: len(rest) - len(rest.lstrip("0123456789"))]
    parts = digits[:_PARTS_OF_A_SECOND].ljust(_PARTS_OF_A_SECOND, "0") if dot else ""
    # Python 3.10 knows neither Z nor other numbers of digits.
    text = f"{whole}{dot}{parts}{rest[len(digits) :]}".replace("Z", "+00:00")
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return (found if found.tzinfo else found.replace(tzinfo=timezone.utc)).timestamp()


def _tokens(row: Mapping[str, object], names: tuple[str, ...]) -> int | None:
    counted = next((_number(row[name]) for name in names if name in row), None)
    is_whole = counted is not None and 0 <= counted <= _MOST and counted == int(counted)
    return int(counted) if counted is not None and is_whole else None


def _number(value: object) -> float | None:
    """A number of sense, also one that is written as text; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return None
    try:
        found = float(value)
    except ValueError:
        return None
    return found if abs(found) <= _MOST else None
