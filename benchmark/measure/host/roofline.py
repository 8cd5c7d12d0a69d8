"""How near decoding comes to the limit that memory sets.

Williams, Waterman, Patterson: Roofline: an insightful visual performance model for multicore
architectures. CACM 52(4), 2009, https://doi.org/10.1145/1498765.1498785. A step of decoding at a
small batch does two operations per weight and reads each weight once, far below the ridge point of
any chip: its roof is the memory's bandwidth.
"""

from __future__ import annotations

from benchmark.measure.host import caches


def share(
    weight_bytes: int | None,
    steps_per_s: float | None,
    bandwidth: float | None,
    cache_bytes: int | None = None,
) -> float | None:
    """Weight bytes × decoding steps per second / bandwidth.

    The cache of keys and values and the activations are read too and not counted, so the memory is
    busier than this share says. Above 1 the bandwidth was measured in a worse moment than the
    model, or the model does not read all its weights for each step (experts, speculation).

    Args:
        weight_bytes: read in one step by one copy of the model: of a mixture of experts only those
            that are used.
        steps_per_s: decoding steps, not tokens: a batch takes one step for all its requests.
        bandwidth: bytes per second, as `bandwidth.probe` measures it.
        cache_bytes: the last-level cache of the chip; None for this machine's CPU.

    Returns:
        None if something is unknown, or the weights fit into the cache: then memory sets no limit.
    """
    if not weight_bytes or not steps_per_s or not bandwidth:
        return None
    cache = caches.last_level() if cache_bytes is None else cache_bytes
    if cache is not None and weight_bytes <= cache:
        return None
    return weight_bytes * steps_per_s / bandwidth
