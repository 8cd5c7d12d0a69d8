"""Whether a model and its name tell of one size."""

from __future__ import annotations

import pytest

from benchmark.verdict import DOUBTFUL
from benchmark.verdict.scale import misfits
from benchmark.verdict.stated import stated
from tests.support.entries import data


def kinds(name: str, parameters: str) -> list[str]:
    """What is thought of a size and a name, by looking, whatever is seen at a glance."""
    said = stated(data({"model.name": name, "model.parameters": parameters}))
    return [kind for kind, path, _ in misfits(said) if path == ".model.parameters"]


@pytest.mark.parametrize(
    ("name", "at_the_bound", "beyond"),
    [("meta-llama/Llama-2-70b", "7B", "6.9B"), ("meta-llama/Llama-2-7b", "70B", "71B")],
)
def test_a_model_has_up_to_ten_times_the_size_of_its_name_or_a_tenth(
    name: str, at_the_bound: str, beyond: str
) -> None:
    """7B and 70B are mistaken for each other by a digit; what is further apart is another model."""
    assert kinds(name, at_the_bound) == []
    assert kinds(name, beyond) == [DOUBTFUL]
