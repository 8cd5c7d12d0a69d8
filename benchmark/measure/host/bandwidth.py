"""How many bytes per second this machine reads from memory, measured on the spot.

Two reductions of torch over one large buffer take turns: the sum of 64-bit integers and the scalar
product of 32-bit floats with themselves. Both read every byte once from memory and do next to
nothing with it. A vectorised loop in C in turns with them read 3 % faster (median of ten turns, two
busy cores). Other reductions (maximum, sum of 32-bit integers, matrix times vector) are slower than
memory.
"""

from __future__ import annotations

import importlib
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from benchmark.measure.host import caches, cgroup, memory, topology

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

MIB = 2**20
GIB = 2**30

CACHES = 4
"""The buffer is so many times as large as the last-level cache: little of it can stay there."""

_LEAST, _MOST = 512 * MIB, 2 * GIB
_PIECE = 64 * MIB
_FILL_S = 0.4
_READ_S = 0.4
_LEAST_ROUNDS = 3
_PART_OF_FREE = 4
_DEVICE_PASSES = 10
"""In a row: one pass takes too short beside starting it and waiting for it."""


def probe(device: str = "cpu", threads: int | None = None) -> float | None:
    """Bytes per second read from the memory the weights are in.

    Run it when nothing is measured: it takes all that memory gives. It takes about a second, and
    longer on a virtual machine that gets its memory only when it first writes to it.

    Args:
        device: one of `benchmark.measure.engine_options.BACKENDS`.
        threads: as many as the engine computes with, None for one on each core this process has.

    Returns:
        None without torch, without the device, or if there is too little memory left to tell
        memory from cache.
    """
    with suppress(ImportError, RuntimeError, AttributeError):
        torch = importlib.import_module("torch")
        if device != "cpu":
            return probe_device(torch, device)
        with _threads(torch, threads or _cores()):
            return _probe_cpu(torch)
    return None


def buffer_size(cache: int | None, free: int) -> int | None:
    """Bytes to read over and over; None if less memory than two caches may be taken.

    Args:
        cache: bytes of the last-level cache, None if unknown.
        free: bytes of memory nobody uses.
    """
    wanted = min(max(CACHES * (cache or 0), _LEAST), _MOST)
    allowed = min(wanted, free // _PART_OF_FREE) // _PIECE * _PIECE
    return allowed if allowed > 2 * (cache or 0) else None


def best_rate(
    reads: Sequence[Callable[[], object]], size: int, clock: Callable[[], float], budget_s: float
) -> float:
    """Bytes per second of the fastest read; what else runs can only slow one down.

    Args:
        reads: each reads `size` bytes; they take turns.
        size: bytes.
        clock: seconds.
        budget_s: begin no further round after it, but do three at least.
    """
    fastest, rounds, begin = 0.0, 0, clock()
    while rounds < _LEAST_ROUNDS or clock() - begin < budget_s:
        rounds += 1
        for read in reads:
            start = clock()
            read()
            fastest = max(fastest, size / (clock() - start))
    return fastest


def probe_device(torch: Any, device: str, size: int = GIB) -> float | None:  # noqa: ANN401 - imported when needed, so untyped
    """The better of reading a buffer and copying half of it, which reads and writes as much.

    Raises:
        RuntimeError: if the device has no room for it.
    """
    module = getattr(torch, device)
    if not getattr(module, "is_available", lambda: True)():
        return None
    buffer = torch.ones(size // 4, dtype=torch.float32, device=device)
    source, target = buffer.chunk(2)

    def repeated(operation: Callable[[], object]) -> Callable[[], None]:
        def run() -> None:
            for _ in range(_DEVICE_PASSES):
                operation()
            module.synchronize()

        return run

    reads = (repeated(buffer.sum), repeated(lambda: target.copy_(source)))
    for read in reads:
        read()
    return best_rate(reads, _DEVICE_PASSES * buffer.nbytes, time.perf_counter, _READ_S)


def _probe_cpu(torch: Any) -> float | None:  # noqa: ANN401 - as above
    cache = caches.last_level()
    size = buffer_size(cache, _free())
    if size is None:
        return None
    floats = _filled(torch, size, 2 * (cache or 0))
    integers = floats.view(torch.int64)
    reads = (integers.sum, lambda: torch.dot(floats, floats))
    return best_rate(reads, floats.nbytes, time.perf_counter, _READ_S)


def _filled(torch: Any, size: int, least: int) -> Any:  # noqa: ANN401 - as above
    """A buffer of real memory: pages nobody wrote to are all the same page of zeros.

    First writes can be slow on virtual machines, so this ends early with what is there by then.
    """
    buffer = torch.empty(size // 4, dtype=torch.float32)
    begin, done = time.perf_counter(), 0
    for piece in buffer.split(_PIECE // 4):
        piece.fill_(1.0)
        done += piece.nbytes
        if done > max(least, _LEAST) and time.perf_counter() - begin > _FILL_S:
            break
    return buffer[: done // 4]


@contextmanager
def _threads(torch: Any, threads: int) -> Iterator[None]:  # noqa: ANN401 - as above
    before = torch.get_num_threads()
    torch.set_num_threads(threads)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def _cores() -> int:
    """Cores, not their threads: a second thread on a core reads no faster."""
    found = topology.detect()
    known = [count for count in (found.physical_cores, found.usable_cpus) if count]
    return min(known, default=1)


def _free() -> int:
    left = cgroup.memory_left()
    return memory.available() if left is None else min(left, memory.available())
