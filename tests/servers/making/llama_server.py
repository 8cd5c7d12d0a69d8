"""llama.cpp's own server, as the package xllamacpp has it, with the options of `llama-server`.

llama-server --model FILE --port PORT [--parallel N] [--ctx-size N] [--threads N] [--metrics]
    [--api-key KEY]
"""

from __future__ import annotations

import argparse
import signal
from pathlib import Path

import xllamacpp


def main() -> None:
    """Serve until a signal comes."""
    parser = argparse.ArgumentParser(prog="llama-server")
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--port", type=int, default=8080)
    parser.add_argument("--parallel", type=int, default=4)
    parser.add_argument("--ctx-size", type=int, default=8192)
    parser.add_argument("--threads", type=int)
    parser.add_argument("--metrics", action="store_true")
    parser.add_argument("--api-key")
    asked = parser.parse_args()
    server = xllamacpp.Server(parameters(asked))
    print(f"listening at {server.listening_address}", flush=True)  # noqa: T201 - as servers do
    signal.sigwait({signal.SIGINT, signal.SIGTERM})


def parameters(asked: argparse.Namespace) -> xllamacpp.CommonParams:
    """What was asked, in llama.cpp's own structure."""
    made = xllamacpp.CommonParams()
    made.model.path = str(asked.model)
    made.model_alias = {asked.model.stem}
    made.port = asked.port
    made.n_parallel = asked.parallel
    made.n_ctx = asked.ctx_size
    made.n_gpu_layers = 0
    made.endpoint_metrics = asked.metrics
    made.endpoint_props = True
    if asked.api_key:
        made.api_keys = [asked.api_key]
    if asked.threads:
        made.cpuparams.n_threads = asked.threads
    return made


if __name__ == "__main__":
    main()
