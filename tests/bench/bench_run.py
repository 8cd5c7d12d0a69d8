"""Does `run` cost anything, and what do others measure? Whole processes in alternation.

    python tests/bench/bench_run.py --rounds 5 --check

Each group has ours, the bare loops that use the same library by hand, and peers; all measure the
same saved model with random weights. Progress goes to stderr, one markdown table to stdout; with
`--json` one JSON object goes to stdout and the table to stderr. Exits with 1 if ours failed, and
with `--check` also if ours is slower than 0.98 of the fastest bare loop of its group.
"""

from __future__ import annotations

import argparse
import json
import os
import shlex
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

from peers import models
from peers.groups import NOT_MEASURED, chosen, participants
from peers.participant import Setting, last_line
from peers.results import as_markdown, complaints, rows
from peers.rounds import Outcome, alternate

INTERRUPTED = 130
LENGTHS = {"short": (128, 128), "Q1": (32, 64)}


def main() -> int:
    """Measure what was asked, and say what is missing."""
    options = _options()
    # What measures is in sessions of its own, which end only if this process ends them.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    if options.backend == "cuda" and not _has_cuda():
        sys.stderr.write("no GPU here: skipped\n")
        return 0
    load_before = os.getloadavg()[0]
    found, interrupted = _measure(options)
    report = {
        "command": shlex.join(["python", "tests/bench/bench_run.py", *sys.argv[1:]]),
        "machine": {"cpus": os.cpu_count(), "load_before": load_before},
        "workload": options.workload,
        "lengths": LENGTHS[options.workload],
        "rounds": options.rounds,
        "repeats": options.repeats,
        "rows": found,
        "not_measured": NOT_MEASURED if options.peers else {},
        "stamp_us": None if interrupted else _stamp_us(),
    }
    _show(report, as_json=options.json)
    wrong = complaints(found, check=options.check)
    sys.stderr.writelines(f"✗ {line}\n" for line in wrong)
    return INTERRUPTED if interrupted else int(bool(wrong))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--rounds", type=int, help="default: 3, with --quick 2")
    parser.add_argument("--repeats", type=int, default=5, help="requests of one process")
    parser.add_argument("--only", help="groups, such as transformers,openvino-int8")
    parser.add_argument("--quick", action="store_true", help="32 tokens in and 64 out")
    parser.add_argument("--peers", action=argparse.BooleanOptionalAction, default=True)
    parser.add_argument("--backend", choices=["cpu", "cuda"], default="cpu")
    parser.add_argument("--model", type=Path, help="a folder; default: random weights, made once")
    parser.add_argument("--timeout", type=float, default=1800, help="seconds for one process")
    parser.add_argument("--check", action="store_true", help="fail if ours is slower than by hand")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    options.workload = "Q1" if options.quick else "short"
    options.rounds = options.rounds or (2 if options.quick else 3)
    try:
        options.groups = chosen(options.backend, options.only)
    except ValueError as error:
        parser.error(str(error))
    return options


def _measure(options: argparse.Namespace) -> tuple[list[dict[str, Any]], bool]:
    """The rows of all groups, and whether an interrupt ended the measuring before its time."""
    found: list[dict[str, Any]] = []
    for group, kind in options.groups.items():
        setting = _setting(options, kind)
        outcomes = [Outcome(one) for one in participants(group, setting, peers=options.peers)]
        try:
            alternate(outcomes, options.rounds, options.timeout, _say)
        except KeyboardInterrupt:
            _say("interrupted: this is what there is\n")
            return [*found, *rows(outcomes)], True
        found += rows(outcomes)
    return found, False


def _setting(options: argparse.Namespace, kind: str) -> Setting:
    folder = options.model.resolve() if options.model else models.saved(kind)
    model_type = json.loads((folder / "config.json").read_text())["model_type"]
    lengths = LENGTHS[options.workload]
    return Setting(folder, model_type, options.workload, *lengths, options.repeats, options.backend)


def _has_cuda() -> bool:
    """Asked in a child process: torch's threads are not to be beside what is measured."""
    code = "import sys, torch; sys.exit(not torch.cuda.is_available())"
    return subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def _stamp_us() -> float | None:
    """Microseconds that one token's stamp costs."""
    command = [sys.executable, str(Path(__file__).with_name("peers") / "stamp.py")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        _say(f"stamp: {last_line(done.stderr)}\n")
        return None
    return float(done.stdout)


def _show(report: dict[str, Any], *, as_json: bool) -> None:
    inside, outside = report["lengths"]
    lines = [
        f"{inside} tokens in, {outside} out, batch 1, {report['machine']['cpus']} CPUs,",
        f"{report['rounds']} rounds of {report['repeats']} requests: `{report['command']}`",
        "",
        as_markdown(report["rows"]),
        "",
        f"One token's stamp costs {report['stamp_us'] or '?'} µs.",
        *(f"Not measured: {name}: {why}." for name, why in report["not_measured"].items()),
    ]
    (sys.stderr if as_json else sys.stdout).write("\n".join(lines) + "\n")
    if as_json:
        sys.stdout.write(json.dumps(report) + "\n")


def _say(text: str) -> None:
    sys.stderr.write(text)
    sys.stderr.flush()


if __name__ == "__main__":
    sys.exit(main())
