"""What maintainers said of runs: files of one line each, in one canonical form."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmark.attestation import ATTESTATIONS, decode_attestations, encode_attestations
from benchmark.decisions import (
    CONFIRMATIONS,
    DECISIONS,
    RETRACTIONS,
    TOMBSTONES,
    decode_confirmations,
    decode_retractions,
    decode_tombstones,
    encode_decisions,
)

if TYPE_CHECKING:
    from collections.abc import Callable

SAID = (*DECISIONS, ATTESTATIONS)
"""The files; what a publish reads of them follows the number of runs that somebody looked at."""

_SPELLED: dict[str, Callable[[bytes], bytes]] = {
    RETRACTIONS: lambda data: encode_decisions(decode_retractions(data)),
    CONFIRMATIONS: lambda data: encode_decisions(decode_confirmations(data)),
    TOMBSTONES: lambda data: encode_decisions(decode_tombstones(data)),
    ATTESTATIONS: lambda data: encode_attestations(decode_attestations(data)),
}


def as_written(path: str, data: bytes) -> bytes:
    """What such a file says as we write it: sorted, canonical, nothing twice.

    Raises:
        InvalidDataError: if a line of it cannot be read.
    """
    return _SPELLED[path](data)
