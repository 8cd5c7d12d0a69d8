"""What makes figures less certain than they look is written and said."""

from __future__ import annotations

import copy
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from benchmark import schema
from benchmark.measure import checks
from benchmark.measure.caveat import Caveat
from benchmark.measure.caveats import caveats
from benchmark.measure.entry_builder import build_entry
from benchmark.measure.job import Cell
from benchmark.measure.load import Load
from benchmark.measure.samples import AT_ONCE, NO_PLACES, Sample, Series
from benchmark.measure.show import summary
from benchmark.measure.workload.workloads import fixed
from tests.support.measured import FACTS, MEASUREMENT, RUN

if TYPE_CHECKING:
    from benchmark.measure.job import Measurement


def told(measurement: Measurement) -> dict[str, str]:
    """What is said, by kind."""
    return dict(caveats(measurement))


def of(*samples: Sample) -> Measurement:
    """A measurement of a server that answered so."""
    return MEASUREMENT._replace(series=Series(samples, (), 10), bandwidth=None)


def test_a_plain_measurement_has_no_caveat() -> None:
    """The control of all others."""
    assert told(MEASUREMENT) == {}


@pytest.mark.parametrize("reason", [AT_ONCE, NO_PLACES])
def test_answers_that_do_not_tell_when_their_tokens_came_are_told(reason: str) -> None:
    """With what follows for the figures, on the screen too; throughput stays."""
    burst = Sample(0, 16, 64, 150, (), 150, unplaced=reason)
    measurement = of(*[burst] * 4)._replace(cell=Cell(fixed("tiny", 16, 64), Load()))
    assert "4 of 4 answers" in told(measurement)[reason]
    assert "not known" in told(measurement)[reason]
    entry: dict[str, Any] = copy.deepcopy(build_entry(RUN._replace(measurement=measurement)))
    checks.check(entry, measurement, None)
    metrics = entry["metrics"]
    assert [metrics[name] for name in ("tpot_ms", "tbt_ms", "decode_tps")] == [None] * 3
    assert (metrics["throughput_tps"], metrics["ttft_ms"]) == (25.6, 150)
    assert any("not known" in line for line in summary.warnings(str, entry))
    few = of(burst, *[Sample(0, 16, 3, 10, (5, 5), 20)] * 19)
    assert "those of the others" in told(few)[reason]


def test_tokens_that_come_together_are_told() -> None:
    """Four in each piece; or 32 in the first and one in each other."""
    fours = Sample(0, 16, 64, 10, (8.0,) * 15, 130, first_tokens=4)
    assert list(told(of(fours))) == ["tokens-together"]
    assert "about 4 in a piece" in told(of(fours))["tokens-together"]
    held = Sample(0, 16, 64, 82, (2.0,) * 32, 146, first_tokens=32)
    assert "about 32 tokens" in told(of(held))["first-tokens-together"]
    counted = Sample(0, 16, 64, 82, (2.0,) * 63, 146, first_ms=20)
    assert "62 ms before" in told(of(counted))["content-held-back"]


def test_a_probe_that_found_less_bandwidth_than_decoding_used_is_told() -> None:
    """The machine was busy when it was probed."""
    assert list(told(MEASUREMENT._replace(bandwidth=1.4e11))) == ["memory-bandwidth"]
    assert told(MEASUREMENT._replace(bandwidth=1.8e11)) == {}


CAVEAT = Caveat("a-kind", "Something is odd.")


def test_what_an_engine_says_is_in_the_entry_once_and_on_the_screen() -> None:
    """The entry is valid with it."""
    facts = replace(FACTS, caveats=(CAVEAT, CAVEAT))
    run = RUN._replace(measurement=MEASUREMENT._replace(facts=facts))
    entry = copy.deepcopy(build_entry(run))
    assert schema.violations(entry) == []
    assert entry["provenance"]["caveats"] == [{"kind": "a-kind", "text": "Something is odd."}]  # type: ignore[index,call-overload]
    assert "⚠ Something is odd." in list(summary.warnings(str, entry))
