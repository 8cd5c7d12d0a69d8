"""The garbage collector around imports."""

from __future__ import annotations

import gc
from importlib import import_module
from typing import TYPE_CHECKING

import pytest

from benchmark import garbage

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(autouse=True)
def _as_it_was() -> Iterator[None]:
    """On, whatever a test leaves."""
    yield
    gc.enable()


def test_the_collector_is_back_after_imports_even_if_they_fail() -> None:
    """A library may be missing."""
    with pytest.raises(ImportError), garbage.uncollected():
        import_module("no_such_library")
    assert gc.isenabled()


def test_a_collector_that_was_off_stays_off() -> None:
    """Whoever switched it off has a reason."""
    gc.disable()
    with garbage.uncollected():
        assert not gc.isenabled()
    assert not gc.isenabled()


def test_what_is_there_at_the_end_is_looked_through_no_more() -> None:
    """As good as all of it."""
    garbage.uncollected_at_the_end()
    assert gc.get_freeze_count() > 10 * len(gc.get_objects())
