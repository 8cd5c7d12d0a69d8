"""`sagellm-benchmark` with engines that only sleep: for tests of what ends a command.

Run by its path with the command's words. `SIGNAL_WHILE_WRITING` names a signal that comes then.
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from typing import Any

sys.path.append(str(Path(__file__).resolve().parents[2]))

from benchmark import cli
from benchmark.measure import environment, results
from benchmark.measure.show import plots, sweep_plot
from tests.support import sleepy_engine

_write = results.write


def _interrupted_write(*arguments: Any, **named: Any) -> Any:
    number = signal.Signals[os.environ["SIGNAL_WHILE_WRITING"]]
    os.kill(os.getpid(), number)
    written = _write(*arguments, **named)
    os.kill(os.getpid(), number)
    return written


if __name__ == "__main__":
    # Background jobs of a shell start with SIGINT ignored.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    sleepy_engine.register()
    environment.child_command = lambda _python: sleepy_engine.UNPROBED
    # Drawing takes most of the time, and nothing here looks at it.
    plots.run_png = sweep_plot.sweep_png = lambda *_: b"\x89PNG"
    if "SIGNAL_WHILE_WRITING" in os.environ:
        results.write = _interrupted_write
    cli.main()
