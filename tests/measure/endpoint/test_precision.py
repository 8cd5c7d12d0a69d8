"""In what precision a server computes, and who says so."""

from __future__ import annotations

import pytest

from benchmark.errors import UsageError
from benchmark.measure.endpoint.command import ServeCommand
from benchmark.measure.endpoint.identity import Server
from benchmark.measure.endpoint.precision import settle

BF16 = ServeCommand("vllm serve m --dtype bfloat16 --quantization awq")
AUTO = ServeCommand("vllm serve m --dtype auto")


@pytest.mark.parametrize(
    ("asked", "command", "server", "expected"),
    [
        (None, None, None, ("unknown", "unknown", "unknown")),
        ("bfloat16", None, Server("vllm"), ("BF16", "unknown", "stated")),
        ("float32", AUTO, Server(dtype="auto"), ("FP32", "unknown", "stated")),
        (None, BF16, Server(), ("BF16", "awq", "command")),
        ("bfloat16", BF16, Server(), ("BF16", "awq", "command")),
        (None, BF16, Server(dtype="torch.float16"), ("FP16", "awq", "server")),
        (None, None, Server(dtype="F16", quantization="gptq"), ("FP16", "gptq", "server")),
        ("int4", BF16, Server(), ("INT4", "awq", "stated")),
        ("int8", None, Server(), ("INT8", "unknown", "stated")),
    ],
)
def test_the_best_source_tells_the_precision(
    asked: str | None,
    command: ServeCommand | None,
    server: Server | None,
    expected: tuple[str, str, str],
) -> None:
    """The server before its command, and both before the user, whose word is marked."""
    assert settle(asked, command, server) == expected


@pytest.mark.parametrize(
    ("command", "server"),
    [(BF16, None), (None, Server(dtype="bfloat16")), (AUTO, Server(dtype="torch.bfloat16"))],
)
def test_a_precision_that_the_server_does_not_compute_in_is_refused(
    command: ServeCommand | None, server: Server | None
) -> None:
    """With both named."""
    with pytest.raises(UsageError, match=r"--dtype float32 .* computes in BF16"):
        settle("float32", command, server)
