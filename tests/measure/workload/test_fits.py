"""A request that cannot fit is refused before any weight is loaded."""

from __future__ import annotations

import pytest

from benchmark.errors import UsageError
from benchmark.measure.request import ModelShape
from benchmark.measure.workload.fits import check_fits
from benchmark.measure.workload.workloads import Lengths, Workload, fixed


@pytest.mark.parametrize("window", [256, 257, None])
def test_what_fits_is_accepted(window: int | None) -> None:
    """Exactly the window is enough, and an unknown one is not held against anybody."""
    check_fits(ModelShape(9, frozenset(), window), fixed("short", 128, 128), "m")


def test_what_does_not_fit_is_refused_with_the_figures() -> None:
    """Of a mixture, the longest counts."""
    mixture = Workload("mix", (Lengths(10, 9), Lengths(100, 28), Lengths(90, 30)))
    with pytest.raises(UsageError) as caught:
        check_fits(ModelShape(9, frozenset(), 127), mixture, "tiny")
    message = "The workload mix needs 128 positions (100 in, 28 out), and tiny has 127."
    assert str(caught.value) == message


def test_a_dataset_is_not_judged_before_it_is_read() -> None:
    """Only what fits is used of it."""
    check_fits(ModelShape(9, frozenset(), 1), Workload("talk", (), prompts="sharegpt"), "m")
