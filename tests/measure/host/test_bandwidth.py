"""How fast memory is, and how much of that decoding uses."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING

import pytest
import torch

from benchmark.measure.host import bandwidth, caches, roofline

if TYPE_CHECKING:
    from pathlib import Path

GIB, MIB, KIB = 2**30, 2**20, 2**10


def test_memory_reads_at_a_plausible_rate_and_threads_are_as_before() -> None:
    """More than a memory card, less than a hundred memory channels."""
    threads = torch.get_num_threads()
    found = bandwidth.probe("cpu", 1)
    assert found is not None
    assert 1e8 < found < 5e12
    assert torch.get_num_threads() == threads


def test_a_device_is_read_and_copied_with_waiting_for_it() -> None:
    """The code for devices, on the only one that is always there."""
    found = bandwidth.probe_device(torch, "cpu", 4 * MIB)
    assert found is not None
    assert found > 1e8


@pytest.mark.parametrize("device", ["cuda", "xpu", "npu", "nonsense"])
def test_a_device_that_is_not_there_has_no_bandwidth(device: str) -> None:
    """None, not an error: the run's figures are good without it."""
    if device in {"cuda", "xpu"} and getattr(torch, device).is_available():
        pytest.skip(f"this machine has {device}")
    assert bandwidth.probe(device) is None


@pytest.mark.parametrize(
    ("cache", "free", "size"),
    [
        (32 * MIB, 64 * GIB, 512 * MIB),
        (None, 64 * GIB, 512 * MIB),
        (256 * MIB, 64 * GIB, GIB),
        (768 * MIB, 64 * GIB, 2 * GIB),
        (32 * MIB, GIB, 256 * MIB),
        (32 * MIB, 200 * MIB, None),
        (256 * MIB, GIB, None),
        (None, 0, None),
    ],
)
def test_the_buffer_is_beyond_the_cache_and_within_free_memory(
    cache: int | None, free: int, size: int | None
) -> None:
    """Four caches, half a GiB to two, a quarter of what is free; else there is no figure."""
    assert bandwidth.buffer_size(cache, free) == size


def test_the_fastest_of_several_reads_counts() -> None:
    """Three rounds even beyond the time allowed; a clock that ticks once per question."""
    calls: list[str] = []
    clock = count().__next__
    reads = (lambda: calls.append("a"), lambda: calls.append("b"))
    assert bandwidth.best_rate(reads, 100, clock, 0.0) == 100
    assert calls == ["a", "b"] * 3


def test_the_share_is_bytes_per_step_times_steps_over_bandwidth() -> None:
    """500 MB, 20 steps a second, 40 GB/s: a quarter."""
    assert roofline.share(500_000_000, 20, 40e9, cache_bytes=MIB) == pytest.approx(0.25)


@pytest.mark.parametrize(
    ("weights", "steps", "rate"),
    [(None, 20, 40e9), (5e8, None, 40e9), (5e8, 20, None), (5e8, 20, 0)],
)
def test_a_share_of_something_unknown_is_unknown(
    weights: int | None, steps: float | None, rate: float | None
) -> None:
    """None, never 0."""
    assert roofline.share(weights, steps, rate, cache_bytes=MIB) is None


def test_weights_that_fit_into_the_cache_have_no_share() -> None:
    """They are not read from memory for every step."""
    assert roofline.share(MIB, 20, 40e9, cache_bytes=MIB) is None
    assert roofline.share(MIB + 1, 20, 40e9, cache_bytes=MIB) is not None


def write_cache(root: Path, cpu: int, level: int, size: str, shared: str) -> None:
    """One cache of one CPU, as the kernel describes it."""
    folder = root / f"cpu{cpu}" / "cache" / f"index{level}"
    folder.mkdir(parents=True)
    for name, value in {"level": level, "size": size, "shared_cpu_list": shared}.items():
        (folder / name).write_text(f"{value}\n")


def test_last_level_caches_of_the_usable_cpus_add_up(tmp_path: Path) -> None:
    """Two chiplets with two cores each; a shared cache counts once, smaller levels do not."""
    for cpu in range(4):
        write_cache(tmp_path, cpu, 2, "1024K", str(cpu))
        write_cache(tmp_path, cpu, 3, "32768K", "0-1" if cpu < 2 else "2-3")
    assert caches.last_level(tmp_path, range(4)) == 64 * MIB
    assert caches.last_level(tmp_path, {1}) == 32 * MIB


def test_a_machine_that_tells_no_cache_has_none_known(tmp_path: Path) -> None:
    """As on macOS and Windows; a size that is not understood is none either."""
    assert caches.last_level(tmp_path, {0}) is None
    write_cache(tmp_path, 0, 3, "large", "0")
    assert caches.last_level(tmp_path, {0}) is None


def test_a_cache_size_without_unit_is_bytes(tmp_path: Path) -> None:
    """The kernel writes K; others are understood too."""
    write_cache(tmp_path, 0, 1, "4096", "0")
    assert caches.last_level(tmp_path, {0}) == 4 * KIB
