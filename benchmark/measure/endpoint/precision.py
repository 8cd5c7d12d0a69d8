"""In what precision a server computes, and who says so."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from benchmark.errors import UsageError
from benchmark.i18n import N_

if TYPE_CHECKING:
    from benchmark.measure.endpoint.command import ServeCommand
    from benchmark.measure.endpoint.identity import Server

UNKNOWN = "unknown"
_WORDS = {
    "bfloat16": "BF16",
    "bf16": "BF16",
    "float16": "FP16",
    "fp16": "FP16",
    "f16": "FP16",
    "half": "FP16",
    "float32": "FP32",
    "fp32": "FP32",
    "f32": "FP32",
    "float": "FP32",
}
"""Of servers and their commands, in the public format's words."""

_ASKED = {"float32": "FP32", "bfloat16": "BF16", "float16": "FP16", "int8": "INT8", "int4": "INT4"}
_QUANTIZED = {"INT8", "INT4"}


class Precision(NamedTuple):
    """For an entry's `model`.

    Attributes:
        precision: what multiplies.
        quantization: the method.
        source: who says so, as `EngineFacts.precision_source`.
    """

    precision: str
    quantization: str
    source: str


def settle(asked: str | None, command: ServeCommand | None, server: Server | None) -> Precision:
    """The precision, from the best source there is.

    Args:
        asked: `--dtype`.
        command: that started the server.
        server: what it says of itself, None before it runs.

    Raises:
        UsageError: if what was asked for is not what the server computes in.
    """
    told = _word(server.dtype if server else None)
    commanded = _word(command.dtype if command else None)
    stated = _ASKED.get(asked or "")
    sources = ((told, "server"), (commanded, "command"), (stated, "stated"))
    known, source = next(((word, by) for word, by in sources if word), (UNKNOWN, UNKNOWN))
    quantization = (server.quantization if server else None) or (
        command.quantization if command else None
    )
    if stated in _QUANTIZED:
        # Weights of few bits are multiplied in a float type, which is the one a server tells.
        return Precision(stated, quantization or UNKNOWN, "stated")
    if stated is not None and stated != known:
        raise UsageError(
            f"--dtype {asked} was asked for, but the server computes in {known}.",
            hint=N_("Leave --dtype away, or start the server with that precision."),
        )
    return Precision(known, quantization or UNKNOWN, source)


def _word(text: str | None) -> str | None:
    return _WORDS.get((text or "").casefold().removeprefix("torch."))
