"""What makes figures less certain than they look is written and said."""

from __future__ import annotations

import copy
from dataclasses import replace

from benchmark import schema
from benchmark.measure.caveat import Caveat
from benchmark.measure.entry_builder import build_entry
from benchmark.measure.show import summary
from tests.support.measured import FACTS, MEASUREMENT, RUN

CAVEAT = Caveat("a-kind", "Something is odd.")


def test_what_an_engine_says_is_in_the_entry_once_and_on_the_screen() -> None:
    """The entry is valid with it."""
    facts = replace(FACTS, caveats=(CAVEAT, CAVEAT))
    run = RUN._replace(measurement=MEASUREMENT._replace(facts=facts))
    entry = copy.deepcopy(build_entry(run))
    assert schema.violations(entry) == []
    assert entry["provenance"]["caveats"] == [{"kind": "a-kind", "text": "Something is odd."}]  # type: ignore[index,call-overload]
    assert "⚠ Something is odd." in list(summary.warnings(str, entry))
