"""Raw samples in a file."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyarrow import parquet

from benchmark.errors import InvalidDataError, UsageError
from benchmark.measure import environment, sample_file, stats
from benchmark.measure.samples import Failure, Sample, Series

times = st.floats(allow_nan=False)
counts = st.integers(0, 2**62)
all_samples = st.builds(
    Sample,
    *(times, counts, counts, times, st.lists(times, max_size=5).map(tuple), times),
    cached_tokens=st.none() | counts,
    first_tokens=counts,
    first_ms=st.none() | times,
    unplaced=st.sampled_from([None, "at-once", "no-places"]),
)
all_series = st.builds(
    Series,
    st.lists(all_samples, max_size=5).map(tuple),
    st.lists(st.builds(Failure, times, times, st.text()), max_size=3).map(tuple),
    times,
)
SERIES = Series(
    (Sample(0.0, 8, 3, 50.25, (1.5, 2.125), 54.0), Sample(0.1, 8, 1, 49.0, (), 49.5)),
    (Failure(0.2, 12.5, "503: 忙"),),
    1.25,
)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A file with three requests."""
    path = tmp_path / "short_samples.parquet"
    path.write_bytes(sample_file.to_bytes(SERIES, {"entry_id": "e-1"}))
    return path


def test_no_thread_is_left_of_a_reading(file: Path) -> None:
    """One that still starts while the process ends would abort it."""
    code = f"""
from pathlib import Path
import psutil, pyarrow.parquet
from benchmark.measure import sample_file
before = psutil.Process().num_threads()
sample_file.read(Path({str(file)!r}))
print(psutil.Process().num_threads() - before)
"""
    command = environment.code_command(Path(sys.executable), code)
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    assert done.stdout == "0\n"


@given(all_series)
def test_what_is_read_is_exactly_what_was_written(
    tmp_path_factory: pytest.TempPathFactory, series: Series
) -> None:
    """Every bit of every float, and the order of requests."""
    path = tmp_path_factory.mktemp("law") / "x.parquet"
    path.write_bytes(sample_file.to_bytes(series, {}))
    assert sample_file.read(path) == series


@given(all_series)
def test_the_same_samples_give_the_same_bytes(series: Series) -> None:
    """So that a file's hash says something."""
    first, again = (sample_file.to_bytes(series, {"entry_id": "e"}) for _ in range(2))
    assert first == again


def test_a_file_says_which_entry_it_belongs_to_and_how_its_figures_follow(file: Path) -> None:
    """Beside the rows, in the schema's metadata."""
    assert sample_file.read_metadata(file) == {
        "entry_id": "e-1",
        "wall_s": "1.25",
        "definitions": stats.DEFINITIONS,
    }


def test_a_file_of_the_first_version_is_read_too(file: Path, tmp_path: Path) -> None:
    """It lacks the columns that came later."""
    table, old = parquet.read_table(file), tmp_path / "old_samples.parquet"
    parquet.write_table(table.select(range(7)), old)
    assert sample_file.read(old) == SERIES
    parquet.write_table(table.select(range(6)), old)
    with pytest.raises(InvalidDataError, match="its columns are others"):
        sample_file.read(old)


def test_other_tools_find_one_row_for_each_request(file: Path) -> None:
    """Plain columns with plain types; what a failed request does not have is null."""
    rows = parquet.read_table(file).to_pylist()
    assert [row["error"] for row in rows] == [None, None, "503: 忙"]
    assert rows[0]["itl_ms"] == [1.5, 2.125]
    assert (rows[2]["ttft_ms"], rows[2]["output_tokens"]) == (None, None)


def test_the_figures_follow_from_the_file(file: Path) -> None:
    """A summary of what was read is the summary of what was measured."""
    assert stats.summarize(sample_file.read(file)) == stats.summarize(SERIES)


def test_a_reason_that_is_no_unicode_does_not_lose_the_samples(tmp_path: Path) -> None:
    """A server may answer with anything."""
    path = tmp_path / "x.parquet"
    odd = SERIES._replace(failures=(Failure(0, 1, "bad \udcff byte"),))
    path.write_bytes(sample_file.to_bytes(odd, {}))
    assert sample_file.read(path).failures[0].error == r"bad \udcff byte"


def test_without_pyarrow_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """None in `sys.modules` is how Python says that a module cannot be imported."""
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(UsageError) as caught:
        sample_file.to_bytes(SERIES, {})
    assert 'pip install "sagellm-benchmark[run]"' in caught.value.hint


@pytest.mark.parametrize("content", [b"", b"PAR1", b"{}", b"PAR1" + b"\0" * 100 + b"PAR1"])
def test_what_is_no_parquet_file_is_refused(tmp_path: Path, content: bytes) -> None:
    """With its name, not with a traceback."""
    path = tmp_path / "x.parquet"
    path.write_bytes(content)
    with pytest.raises(InvalidDataError, match=r"x\.parquet does not hold raw samples"):
        sample_file.read(path)


def test_a_parquet_file_of_something_else_is_refused(tmp_path: Path) -> None:
    """Its columns tell."""
    path = tmp_path / "x.parquet"
    parquet.write_table(pa.table({"price": [1.0]}), path)
    with pytest.raises(InvalidDataError, match="its columns are others"):
        sample_file.read(path)


def test_a_request_without_its_times_is_refused(file: Path) -> None:
    """A success whose TTFT was taken away."""
    table = parquet.read_table(file)
    place = table.schema.get_field_index("ttft_ms")
    none = pa.nulls(table.num_rows, pa.float64())
    parquet.write_table(table.set_column(place, "ttft_ms", none), file)
    with pytest.raises(InvalidDataError, match="missing"):
        sample_file.read(file)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    """Cannot be read, and why."""
    with pytest.raises(UsageError, match=r"Cannot read .*nothing\.parquet: No such file"):
        sample_file.read(tmp_path / "nothing.parquet")
