"""torchrun's agent of one node, which ends when the process that started it ends.

Arguments: the starting process's id, its scratch folder, the ranks of this node, then those of
`torchrun`.
"""

from __future__ import annotations

import os
import shutil
import signal
import sys

from benchmark import garbage
from benchmark.measure.engines.distributed import parent
from benchmark.measure.engines.distributed.torchrun import OWN_THREADS


def main(arguments: list[str]) -> None:
    """Run torchrun; unless told otherwise its ranks share the cores that torch would use."""
    parent.end_with(int(arguments[0]), signal.SIGTERM)
    # Imported late, for it takes seconds in which the parent may die.
    with garbage.uncollected():
        import torch  # noqa: PLC0415
        from torch.distributed.run import main as torchrun  # noqa: PLC0415

    environment = os.environ  # noqa: TID251 - torchrun hands it on to the ranks
    if environment.pop(OWN_THREADS, None) is None:
        share = max(1, torch.get_num_threads() // int(arguments[2]))
        environment["OMP_NUM_THREADS"] = str(share)
    try:
        torchrun(arguments[3:])
    finally:
        if os.getppid() != int(arguments[0]):
            # Nobody else is left to do it.
            shutil.rmtree(arguments[1], ignore_errors=True)
        garbage.uncollected_at_the_end()


if __name__ == "__main__":
    main(sys.argv[1:])
