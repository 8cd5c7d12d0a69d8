"""`compare`: what may be named, what is judged, and how it ends."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from jsonschema import Draft202012Validator

from benchmark.measure import sample_file
from benchmark.measure.samples import Sample, Series
from benchmark.schema import schema_path
from tests.support import entries
from tests.support.publishers import call, fails_helpfully, submission

if TYPE_CHECKING:
    from pathlib import Path

    from benchmark.localhub.testing import RunningHub

TOKENS = 10
JITTER = (0.99, 1.01, 1.0, 0.995, 1.005)


def measured(folder: Path, *, ms: float, samples: bool = True, **changes: Any) -> Path:
    """A result as `run` leaves it: requests of some `ms`, and the entry that they make."""
    name = f"{ms}-{len(changes)}"
    said = {key.replace("__", "."): value for key, value in changes.items()}
    figures = {"metrics.throughput_tps": 1000 * TOKENS / ms, "metrics.ttft_ms": ms / 10}
    one = entries.entry({"entry_id": name, **figures, "metrics.tpot_ms": ms / TOKENS, **said})
    place = folder / name
    place.mkdir(parents=True)
    (place / "short_leaderboard.json").write_bytes(one.canonical)
    if samples:
        (place / "short_samples.parquet").write_bytes(
            sample_file.to_bytes(series(ms), {"entry_id": name})
        )
    return place


def series(ms: float) -> Series:
    """Thirty requests, one after the other."""
    times = [ms * JITTER[number % len(JITTER)] for number in range(30)]
    return Series(
        tuple(
            Sample(number * ms / 1000, 8, TOKENS, time / 10, (time / TOKENS,) * (TOKENS - 1), time)
            for number, time in enumerate(times)
        ),
        (),
        30 * ms / 1000,
    )


def test_a_slower_run_is_worse_and_ends_with_3(workdir: Path) -> None:
    """By the samples beside both results; the other way round it is better, and ends with 0."""
    fast, slow = (str(measured(workdir, ms=ms)) for ms in (100, 120))
    done = call("compare", fast, slow)
    assert done.code == 3, done.said
    assert "✗ throughput_tps: 100 → 83.33 (-16.7%)" in done.out
    assert "with samples: 2" in done.out
    back = call("compare", slow, fast, "--json")
    assert back.code == 0
    [pair] = back.json["pairs"]
    assert pair["verdict"] == "better"
    low, high = pair["judged"]["throughput_tps"]["interval"]
    assert 1 < low < 1.2 < high


def test_a_difference_within_noise_is_none(workdir: Path) -> None:
    """One percent between two runs is what two equal ones may differ by."""
    one, other = (str(measured(workdir, ms=ms)) for ms in (100, 101))
    done = call("compare", one, other)
    assert done.code == 0
    assert "= throughput_tps" in done.out
    assert "One run each" in done.out


def test_without_samples_there_are_figures_only(workdir: Path) -> None:
    """However far apart; samples of another run do not count."""
    one = measured(workdir, ms=100, samples=False)
    other = measured(workdir, ms=200, samples=False)
    strange = sample_file.to_bytes(series(200), {"entry_id": "another"})
    (other / "short_samples.parquet").write_bytes(strange)
    done = call("compare", str(one), str(other))
    assert done.code == 0
    assert "? throughput_tps: 100 → 50 (-50.0%)" in done.out
    assert "chance cannot be judged" in done.out


def test_a_broken_sample_file_is_none(workdir: Path) -> None:
    """The figures are there all the same."""
    one, other = (measured(workdir, ms=ms) for ms in (100, 200))
    (one / "short_samples.parquet").write_bytes(b"PAR1")
    assert "cannot be judged" in call("compare", str(one), str(other)).out


def test_engines_and_runs_are_looked_up_in_the_dataset(hub: RunningHub, here: Path) -> None:
    """An engine, with or without its version, is compared on what both have measured."""
    one = entries.run(100)
    other = entries.entry(
        {"engine": "vllm", "engine_version": "0.11.0", "metrics.throughput_tps": 150}
    )
    submission(here, one, other)
    assert call("publish").code == 0
    for words in (("sagellm", "vllm"), ("SageLLM", "vLLM 0.11.0"), (one.run_id[:8], "vllm")):
        [pair] = call("compare", *words, "--json").json["pairs"]
        assert pair["run_ids"] == [one.run_id, other.run_id]
        assert set(pair["configuration"]) == {"engine", "engine_version"}
    same = call("compare", hub.head("lab/results"), "main")
    assert "The same runs on both sides, configurations: 2" in same.out


def test_what_is_nothing_is_told_with_what_it_may_be(hub: RunningHub, here: Path) -> None:
    """A path that is not there is no engine."""
    assert hub.head("lab/results")
    submission(here, entries.run(100))
    assert call("publish").code == 0
    for words, said in (
        (("nonsense", "sagellm"), "is no run, engine or revision"),
        (("gone/result.json", "sagellm"), "does not exist"),
        (("sagellm", "0123456789"), "Runs that begin with 0123456789: 0"),
    ):
        done = call("compare", *words)
        fails_helpfully(done, 2)
        assert said in done.err


def test_versions_are_compared_across_when_asked(workdir: Path) -> None:
    """Else they are two configurations, of which each is in one side only."""
    for folder, version, ms in (("a", "1", 100), ("a", "1", 101), ("b", "2", 102), ("b", "2", 103)):
        measured(workdir / folder, ms=ms, engine="vllm", engine_version=version)
    apart = call("compare", "a", "b")
    assert "No configuration is in both." in apart.out
    assert "Only before: " in apart.out
    done = call("compare", "a", "b", "--across", "engine_version", "--json")
    [pair] = done.json["pairs"]
    assert pair["configuration"] == {"engine_version": ["1", "2"]}
    assert [len(side) for side in pair["runs"]] == [2, 2]


def test_several_are_compared_with_the_first(workdir: Path) -> None:
    """Each by itself."""
    paths = [str(measured(workdir, ms=ms)) for ms in (100, 80, 130)]
    done = call("compare", *paths, "--json")
    assert [(pair["side"], pair["verdict"]) for pair in done.json["pairs"]] == [
        (1, "better"),
        (2, "worse"),
    ]


def test_markdown_is_for_a_pull_request(workdir: Path) -> None:
    """Nobody's text is Markdown, and nothing is an entity."""
    hostile = {"model__name": "a|b`<img>@someone\\"}
    paths = [str(measured(workdir, ms=ms, **hostile)) for ms in (100, 200)]
    done = call("compare", *paths, "--format", "markdown")
    lines = done.out.splitlines()
    assert lines[0].startswith("| Configuration |")
    assert "&#" not in done.out
    assert "``" in lines[2]
    assert "`throughput_tps` | 100 | 50 | -50.0%" in lines[2]


def test_markdown_says_which_side_is_meant_and_what_is_not_the_same(workdir: Path) -> None:
    """Each of several has a table of its own; what differs besides stands before the figures."""
    paths = [str(measured(workdir, ms=ms)) for ms in (100, 110)]
    paths.append(str(measured(workdir, ms=120, engine="vl|lm")))
    lines = call("compare", *paths, "--format", "markdown").out.splitlines()
    headings = [line for line in lines if line.startswith("### ")]
    assert headings == [f"### `{paths[0]}` → `{other}`" for other in paths[1:]]
    [differing] = [line for line in lines if "`engine`" in line]
    assert "| `engine` | `sagellm` | `vl\\|lm` | ≠ |" in differing


@pytest.mark.parametrize("confidence", ["100%", "20%", "nan", "x"])
def test_a_confidence_is_a_share(workdir: Path, confidence: str) -> None:
    """At least one half."""
    one = str(measured(workdir, ms=100))
    assert call("compare", one, one, "--confidence", confidence).code == 2


def test_the_object_is_one_line_of_json_that_its_schema_describes(workdir: Path) -> None:
    """Whatever form was asked for: judged or not, alike or not, with or without a counterpart."""
    paths = [str(measured(workdir, ms=ms)) for ms in (100, 120)]
    paths.append(str(measured(workdir, ms=110, samples=False, engine="vllm")))
    measured(workdir / "two", ms=100)
    measured(workdir / "two", ms=100, model__name="other")
    schema = json.loads(schema_path("comparison_v1.schema.json").read_text(encoding="utf-8"))
    for words in (paths, ["two", paths[1]], ["two", "two"]):
        done = call("compare", *words, "--format", "json")
        told = json.loads(done.out)
        assert done.out.count("\n") == 1
        assert told["confidence"] == 0.95
        Draft202012Validator(schema).validate(told)
    del told["alone"]
    assert not Draft202012Validator(schema).is_valid(told)
