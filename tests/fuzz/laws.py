"""What holds for any bytes whatever; each law raises if it does not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmark import canonical, leaks, locate, report, schema
from benchmark.errors import InvalidDataError
from benchmark.leaderboard import decode, decode_one_or_many, encode
from benchmark.merge import leaderboard_of, merge
from benchmark.verdict import SOUND, looked_at, verdict
from tests.support import entries

if TYPE_CHECKING:
    from collections.abc import Callable

    from benchmark.entry import Entry
    from benchmark.errors import Violation

_BOARD = leaderboard_of([entries.run(100), entries.run(50, model="other"), entries.multi_node()])


def canonical_law(data: bytes) -> None:
    """Bytes are a value with one canonical form, or a refusal with places on lines that exist."""
    try:
        value = canonical.loads(data, file="f")
    except InvalidDataError as error:
        _refused(data, error)
        return
    written = canonical.dumps(value)
    assert canonical.loads(written, file="f") == value
    assert canonical.dumps(canonical.loads(written, file="f")) == written
    assert canonical.dumps(canonical.reread(written)) == written
    assert canonical.loads_and_dumps(data, file="f")[1] == written


def schema_law(data: bytes) -> None:
    """The verdict and the list of violations agree; an entry has a key and a label of one line."""
    for entry in _entries(data):
        found = schema.violations(dict(entry.data))
        assert schema.fits(entry) == (not found)
        assert leaks.is_clean(entry) == (not leaks.violations(dict(entry.data)))
        assert entry.label.isprintable()
        assert entry.config_key == type(entry)(entry.data).config_key
        _sayable(found)


def verdict_law(data: bytes) -> None:
    """Any valid entry has a verdict, the same at a glance and in full, in words of one line."""
    for entry in _entries(data):
        if not schema.fits(entry):
            continue
        found = verdict(entry.data)
        assert found == looked_at(entry.data)
        assert (found.kind == SOUND) == (not found.reasons)
        assert all(str(reason.text).isprintable() for reason in found.reasons)


def merge_law(data: bytes) -> None:
    """Whatever was read: order and repetition do not matter, and nothing is lost."""
    read = _entries(data)
    board = leaderboard_of(read)
    assert merge(board, _BOARD) == merge(_BOARD, board)
    assert merge(board, board) == board
    assert merge(board, _BOARD).keys() == board.keys() | _BOARD.keys()
    form = encode(read)
    assert encode(decode(form, file="f")) == form
    assert {entry.run_id for entry in decode(form, file="f")} == {entry.run_id for entry in read}


LAWS: dict[str, Callable[[bytes], None]] = {
    "canonical": canonical_law,
    "schema": schema_law,
    "verdict": verdict_law,
    "merge": merge_law,
}


def _entries(data: bytes) -> list[Entry]:
    try:
        return decode_one_or_many(data, file="f")
    except InvalidDataError as error:
        _refused(data, error)
        return []


def _refused(data: bytes, error: InvalidDataError) -> None:
    assert error.violations
    lines = locate.Lines(data)
    for violation in error.violations[:10]:
        assert violation.path.startswith("$")
        assert 1 <= lines.line_of(violation.path) <= data.count(b"\n") + 1
    _sayable(error.violations)


def _sayable(violations: list[Violation] | tuple[Violation, ...]) -> None:
    for line in report.rejected(str, violations):
        assert line.isprintable(), line
        line.encode()
