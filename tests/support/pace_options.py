"""The command line of the pace server."""

from __future__ import annotations

import argparse
from pathlib import Path


def parse(arguments: list[str] | None = None) -> argparse.Namespace:  # noqa: PLR0915 - one line per option
    """The command line."""
    parser = argparse.ArgumentParser(description="A server that streams at a fixed pace.")
    add = parser.add_argument
    add("--host", default="127.0.0.1")
    add("--port", type=int, default=8000)
    add("--model", default="any", help="the only model it knows; `any` accepts every name")
    add("--owned-by", default="pace", help="what /v1/models says")
    add("--version", help="what /version says; without it there is no /version")
    add("--health", type=int, default=200, help="what /health answers; 0 for no such path")
    add("--models-status", type=int, default=200)
    add("--key", help="the API key it asks for")
    add("--ttft-ms", type=float, default=50.0)
    add("--itl-ms", type=float, default=10.0)
    add("--jitter-ms", type=float, default=0.0, help="uniform, added to the first content")
    add("--end-jitter-ms", type=float, default=0.0, help="uniform, between last content and end")
    add("--role-ms", type=float, help="an event without content after so long")
    add("--bundle", type=int, default=1, help="tokens per event")
    add("--stop-early", type=int, default=0, help="generate no more tokens than this")
    add("--usage", choices=("asked", "always", "never"), default="asked")
    add("--usage-off", type=int, default=0, help="added to the count it tells")
    add("--finish", default="", help="the finish reason, whatever happened")
    add("--no-done", action="store_true")
    add("--crlf", action="store_true")
    add("--until-closed", action="store_true", help="an answer ends with its connection")
    add("--reasoning", action="store_true", help="send reasoning_content")
    add("--html", action="store_true", help="be a web page")
    add("--reject", default="", help="fields of a request that give 422, comma-separated")
    add("--fail-every", type=int, default=0, help="every so many requests give 500")
    add("--malformed-after", type=int, help="after so many events")
    add("--error-after", type=int, help="an error object after so many events")
    add("--cut-after", type=int, help="close the connection after so many events")
    add("--hang-after", type=int, help="say nothing more after so many events")
    add("--die-after", type=int, help="exit after so many events")
    add("--spoil-from", type=int, default=1, help="so many requests are served well before")
    add("--once", action="store_true", help="close a connection that is used again, unanswered")
    add("--start-after", type=float, default=0.0, help="seconds before it listens")
    add("--crash", help="print this and exit instead of listening")
    add("--seed", type=int, default=0)
    add("--log", type=Path, help="where the stamps are written at the end")
    add("--keep-bodies", action="store_true", help="… with the requests")
    return parser.parse_args(arguments)
