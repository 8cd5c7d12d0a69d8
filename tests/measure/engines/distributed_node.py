"""One node's command: `distributed_node.py MODEL TENSOR DATA NODES NODE_RANK ADDRESS PORT`.

Node 0 prints one JSON line with its facts, tokens and stamps when it has answered, then waits for
standard input to end. Other nodes print the status that `join` returned.
"""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path

from benchmark.errors import BenchmarkError
from benchmark.measure.engine_options import Rendezvous
from benchmark.measure.engines.distributed.clock import find_offset
from benchmark.measure.engines.distributed.engine import create
from benchmark.measure.engines.distributed.joining import join
from tests.measure.engines.distributed_support import PROMPTS, options

PATIENCE_S = 120


def main(model: str, *numbers: str) -> None:
    """Lead or join."""
    tensor, data, nodes, node_rank = map(int, numbers[:4])
    meet = Rendezvous(nodes, node_rank, numbers[4], int(numbers[5]))
    asked = options(Path(model), tensor=tensor, data=data, meet=meet)
    if node_rank:
        print(join(asked, PATIENCE_S))  # noqa: T201 - what the test reads
        return
    loaded = create(asked, PATIENCE_S).start()
    answers = loaded.answer(PROMPTS, 6)
    last = max(loaded._ranks.members)  # noqa: SLF001 - for the test
    found = {
        "offset": find_offset(lambda: loaded._ranks.clock(last)),  # noqa: SLF001 - as above
        "facts": asdict(loaded.facts()),
        "answers": answers,
        "ranks": [one.hello for one in loaded._ranks.members.values()],  # noqa: SLF001 - for the test
    }
    print(json.dumps(found), flush=True)  # noqa: T201 - what the test reads
    sys.stdin.read()
    loaded.close()


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except BenchmarkError as error:
        sys.exit(f"{type(error).__name__}: {error}")
