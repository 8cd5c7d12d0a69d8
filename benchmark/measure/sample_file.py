"""The raw samples of one run as a parquet file: one row for each request.

Successful requests come first, in the order they were done; of a failed one only `start_s`,
`e2e_ms` and `error` are set. The schema's metadata holds `wall_s`, the version of the definitions
that a summary follows from (`definitions`), and whatever else the writer knows about the run.
The same samples give the same bytes under the same version of pyarrow.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from benchmark import canonical
from benchmark.errors import InvalidDataError, UsageError
from benchmark.i18n import N_
from benchmark.measure.samples import Failure, Sample, Series
from benchmark.measure.stats import DEFINITIONS

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    Row = dict[str, Any]

_COMPRESSION = "zstd"
_FIRST_COLUMNS = 7
"""So many there were in the first version; later ones follow them."""

_MAY_BE_NULL = ("cached_tokens", "first_ms", "unplaced")


def to_bytes(series: Series, metadata: Mapping[str, str]) -> bytes:
    """The file for a series.

    Args:
        series: what was measured.
        metadata: what else is known, such as `entry_id`.

    Raises:
        UsageError: if pyarrow is missing.
    """
    arrow, parquet = _pyarrow()
    said = {**metadata, "wall_s": repr(series.wall_s), "definitions": DEFINITIONS}
    rows = [*map(_row_of_sample, series.samples), *map(_row_of_failure, series.failures)]
    table = arrow.Table.from_pylist(rows, schema=_schema(arrow).with_metadata(said))
    sink = arrow.BufferOutputStream()
    # Times hardly ever repeat, so a dictionary of them only costs.
    parquet.write_table(table, sink, compression=_COMPRESSION, use_dictionary=["error"])
    content: bytes = sink.getvalue().to_pybytes()
    return content


def read(path: Path) -> Series:
    """The series in a file.

    Raises:
        UsageError: if pyarrow is missing or the file cannot be read.
        InvalidDataError: if it does not hold samples.
    """
    arrow, _ = _pyarrow()
    table = _table(path)
    if not _holds_samples(arrow, table.schema):
        raise _invalid(path, "its columns are others")
    wall_s = read_metadata(path).get("wall_s")
    try:
        rows: list[Row] = table.to_pylist()
        return Series(
            samples=tuple(_sample(row) for row in rows if row["error"] is None),
            failures=tuple(_failure(row) for row in rows if row["error"] is not None),
            wall_s=float(wall_s or ""),
        )
    except (ValueError, TypeError):
        raise _invalid(path, "a value that every request has is missing") from None


def read_metadata(path: Path) -> dict[str, str]:
    """What the writer knew about the run, `wall_s` and `definitions` included.

    Raises:
        UsageError: if pyarrow is missing or the file cannot be read.
        InvalidDataError: if it is no parquet file.
    """
    found: Mapping[bytes, bytes] = _table(path).schema.metadata or {}
    return {
        key.decode(errors="replace"): value.decode(errors="replace") for key, value in found.items()
    }


def _holds_samples(arrow: Any, found: Any) -> bool:  # noqa: ANN401 - pyarrow has no types
    """Whether these are our columns; files of earlier versions lack some of the last ones."""
    columns = len(found)
    expected = arrow.schema(list(_schema(arrow))[:columns])
    return columns >= _FIRST_COLUMNS and bool(found.equals(expected))


def _table(path: Path) -> Any:  # noqa: ANN401 - pyarrow has no types
    arrow, parquet = _pyarrow()
    content = canonical.read_bytes(path)
    try:
        # A thread that still starts while the process ends aborts it (pyarrow 26).
        return parquet.ParquetFile(arrow.BufferReader(content)).read(use_threads=False)
    except (arrow.ArrowException, OSError):  # a broken footer is an OSError to pyarrow
        raise _invalid(path, "it is no parquet file") from None


def _pyarrow() -> tuple[Any, Any]:
    """Pyarrow is large, so it is imported only where raw samples are written or read."""
    try:
        return import_module("pyarrow"), import_module("pyarrow.parquet")
    except ImportError:
        raise UsageError(
            "Raw samples are kept in parquet files, and pyarrow is not installed.",
            hint=N_('Install it with: pip install "sagellm-benchmark[run]"'),
        ) from None


def _schema(arrow: Any) -> Any:  # noqa: ANN401 - pyarrow has no types
    return arrow.schema(
        [
            arrow.field("start_s", arrow.float64(), nullable=False),
            arrow.field("input_tokens", arrow.int64()),
            arrow.field("output_tokens", arrow.int64()),
            arrow.field("ttft_ms", arrow.float64()),
            arrow.field("itl_ms", arrow.list_(arrow.float64())),
            arrow.field("e2e_ms", arrow.float64(), nullable=False),
            arrow.field("error", arrow.string()),
            arrow.field("cached_tokens", arrow.int64()),
            arrow.field("first_tokens", arrow.int64()),
            arrow.field("first_ms", arrow.float64()),
            arrow.field("unplaced", arrow.string()),
        ]
    )


def _row_of_sample(one: Sample) -> Row:
    return {**one._asdict(), "error": None}


def _row_of_failure(one: Failure) -> Row:
    """Arrow's text is UTF-8, and a reason may quote what is not."""
    error = one.error.encode(errors="backslashreplace").decode()
    return {"start_s": one.start_s, "e2e_ms": one.e2e_ms, "error": error}


def _sample(row: Row) -> Sample:
    known = {name: value for name, value in row.items() if name != "error"}
    if any(value is None for name, value in known.items() if name not in _MAY_BE_NULL):
        raise ValueError
    return Sample(**{**known, "itl_ms": tuple(known["itl_ms"])})


def _failure(row: Row) -> Failure:
    return Failure(row["start_s"], row["e2e_ms"], row["error"])


def _invalid(path: Path, reason: str) -> InvalidDataError:
    return InvalidDataError(f"{path} does not hold raw samples: {reason}.")
