"""Energy from counters: files as the kernel's, boards as NVML's."""

from __future__ import annotations

import os
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest

from benchmark.measure.host import energy, nvml

if TYPE_CHECKING:
    from pathlib import Path

RANGE_J = 262_143.0


def fake_nvml(millijoules: list[int | None], pids: list[list[int]]) -> SimpleNamespace:
    """What this package asks of pynvml; there is no GPU to ask here."""

    def energy_of(board: int) -> int:
        value = millijoules[board]
        if value is None:
            raise ValueError
        return value

    return SimpleNamespace(
        NVMLError=ValueError,
        nvmlInit=lambda: None,
        nvmlDeviceGetCount=lambda: len(millijoules),
        nvmlDeviceGetHandleByIndex=lambda index: index,
        nvmlDeviceGetUUID=lambda board: f"GPU-{board}",
        nvmlDeviceGetTotalEnergyConsumption=energy_of,
        nvmlDeviceGetUtilizationRates=lambda board: SimpleNamespace(gpu=10 * board),
        nvmlDeviceGetComputeRunningProcesses=lambda board: [
            SimpleNamespace(pid=pid) for pid in pids[board]
        ],
    )


def write_zone(root: Path, zone: str, name: str, joules: float) -> None:
    """A RAPL domain as the kernel shows it."""
    folder = root / zone
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "name").write_text(f"{name}\n")
    (folder / "energy_uj").write_text(f"{round(joules * 1e6)}\n")
    (folder / "max_energy_range_uj").write_text(f"{round(RANGE_J * 1e6)}\n")


def test_the_packages_add_up_and_nothing_else(tmp_path: Path) -> None:
    """Parts of a package, the platform around it and the same package once more are left out."""
    zones = {"intel-rapl:0": "package-0", "intel-rapl:1": "package-1", "intel-rapl:2": "psys"}
    more = {"intel-rapl:0:0": "core", "intel-rapl:0:1": "dram", "intel-rapl-mmio:0": "package-0"}
    for zone, name in (zones | more).items():
        write_zone(tmp_path, zone, name, 100)
    meters = energy.open_meters(tmp_path, gpus=())
    before = meters.read()
    for zone, name in (zones | more).items():
        write_zone(tmp_path, zone, name, 107.5)
    found = meters.since(before, 10)
    assert found is not None
    assert found.joules == pytest.approx(15)
    assert found.sources == ("rapl:package-0", "rapl:package-1")


def test_a_counter_that_started_again_is_seen(tmp_path: Path) -> None:
    """From just below its range to just above zero."""
    write_zone(tmp_path, "intel-rapl:0", "package-0", RANGE_J - 5)
    meters = energy.open_meters(tmp_path, gpus=())
    before = meters.read()
    write_zone(tmp_path, "intel-rapl:0", "package-0", 3)
    found = meters.since(before, 10)
    assert found is not None
    assert found.joules == pytest.approx(8)


@pytest.mark.parametrize(("elapsed_s", "is_known"), [(262.0, True), (263.0, False)])
def test_a_phase_in_which_it_could_start_again_twice_has_no_known_energy(
    tmp_path: Path, elapsed_s: float, *, is_known: bool
) -> None:
    """At a thousand watts 262 kJ last 262 seconds."""
    write_zone(tmp_path, "intel-rapl:0", "package-0", 0)
    meters = energy.open_meters(tmp_path, gpus=())
    before = meters.read()
    write_zone(tmp_path, "intel-rapl:0", "package-0", 50)
    assert (meters.since(before, elapsed_s) is not None) == is_known


def test_a_machine_that_tells_nothing_used_an_unknown_energy(tmp_path: Path) -> None:
    """None, not 0: without the folder, and with a counter that stands still."""
    nowhere = energy.open_meters(tmp_path / "missing", gpus=())
    assert nowhere.since(nowhere.read(), 1) is None
    write_zone(tmp_path, "intel-rapl:0", "package-0", 7)
    still = energy.open_meters(tmp_path, gpus=())
    assert still.since(still.read(), 1) is None


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root reads all")
def test_a_counter_that_may_not_be_read_is_no_counter(tmp_path: Path) -> None:
    """As on most systems without root."""
    write_zone(tmp_path, "intel-rapl:0", "package-0", 7)
    (tmp_path / "intel-rapl:0" / "energy_uj").chmod(0)
    assert energy.open_meters(tmp_path, gpus=()).read() == {}


def test_one_unreadable_package_spoils_the_others(tmp_path: Path) -> None:
    """Half a machine's energy would look like a thrifty machine."""
    write_zone(tmp_path, "intel-rapl:0", "package-0", 7)
    write_zone(tmp_path, "intel-rapl:1", "package-1", 7)
    (tmp_path / "intel-rapl:1" / "energy_uj").unlink()
    assert energy.open_meters(tmp_path, gpus=()).read() == {}


def test_a_counter_that_vanishes_midway_leaves_the_energy_unknown(tmp_path: Path) -> None:
    """Also when the other one still tells."""
    write_zone(tmp_path, "intel-rapl:0", "package-0", 7)
    write_zone(tmp_path, "intel-rapl:1", "package-1", 7)
    meters = energy.open_meters(tmp_path, gpus=())
    before = meters.read()
    write_zone(tmp_path, "intel-rapl:0", "package-0", 9)
    (tmp_path / "intel-rapl:1" / "energy_uj").unlink()
    assert meters.since(before, 1) is None


def test_only_the_gpus_this_process_computes_on_count(tmp_path: Path) -> None:
    """The second board is ours, the first is another's."""
    used: list[int | None] = [1000, 1000]
    meters = energy.open_meters(tmp_path, nvml.in_use(fake_nvml(used, [[1], [os.getpid()]])))
    before = meters.read()
    used[:] = [90_000, 3500]
    assert meters.since(before, 1) == energy.Energy(2.5, ("nvml:1",))


def test_a_gpu_in_use_that_tells_no_energy_leaves_it_unknown(tmp_path: Path) -> None:
    """The CPU's share alone would look like a thrifty machine."""
    write_zone(tmp_path, "intel-rapl:0", "package-0", 7)
    library = fake_nvml([None], [[os.getpid()]])
    meters = energy.open_meters(tmp_path, nvml.in_use(library))
    before = meters.read()
    write_zone(tmp_path, "intel-rapl:0", "package-0", 9)
    assert meters.since(before, 1) is None


def test_gpus_tell_how_busy_they_are() -> None:
    """Of every board, in percent."""
    library = fake_nvml([1, 2, 3], [[], [], []])
    assert [gpu.busy_percent() for gpu in nvml.gpus(library)] == [0, 10, 20]
