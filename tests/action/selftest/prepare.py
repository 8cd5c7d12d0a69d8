"""Prepare the self-test of the action: a Hub, and a repository with a good and a bad result.

The repository is in selftest/ below the workspace, its remote is a bare one in RUNNER_TEMP.
"""

from __future__ import annotations

import json
import os
import re
import secrets
import subprocess
import sys
import time
from pathlib import Path

EXAMPLES = Path(__file__).parents[2] / "examples"
RESULTS = {"good": "valid/minimal.json", "bad": "invalid/out_of_range.json"}
DATASET = "lab/results"
FOLDER = Path("selftest")
_SECONDS_TO_START = 60


def main() -> None:
    """Tell the next steps where all is."""
    temp = Path(os.environ["RUNNER_TEMP"])
    token = secrets.token_hex(16)
    sys.stdout.write(f"::add-mask::{token}\n")
    make_repository(temp / "selftest.git")
    outputs = {"token": token, "endpoint": start_hub(temp, token)}
    with Path(os.environ["GITHUB_OUTPUT"]).open("a", encoding="utf-8", newline="\n") as file:
        file.writelines(f"{name}={value}\n" for name, value in outputs.items())


def result(name: str) -> object:
    """What is in the good file, or in the bad one."""
    return json.loads((EXAMPLES / RESULTS[name]).read_text(encoding="utf-8"))


def make_repository(remote: Path) -> None:
    """A repository with one file for each result, pushed to a bare one."""
    for name in RESULTS:
        file = FOLDER / "hf_data" / name / "leaderboard_single.json"
        file.parent.mkdir(parents=True)
        file.write_text(json.dumps([result(name)]), encoding="utf-8")
    identity = ("-c", "user.name=selftest", "-c", "user.email=selftest@localhost")
    _run("git", "init", "--quiet", "--bare", "--initial-branch=main", str(remote))
    _run("git", "-C", str(FOLDER), "init", "--quiet", "--initial-branch=main")
    _run("git", "-C", str(FOLDER), "remote", "add", "origin", str(remote))
    _run("git", "-C", str(FOLDER), "add", "hf_data")
    _run("git", "-C", str(FOLDER), *identity, "commit", "--quiet", "--message=Add results")
    _run("git", "-C", str(FOLDER), "push", "--quiet", "origin", "main")


def start_hub(temp: Path, token: str) -> str:
    """Start a Hub that outlives this step; the runner ends it with the job. Returns its address."""
    log, root = temp / "hub.log", temp / "hub"
    with log.open("wb") as output:
        process = subprocess.Popen(
            ["sagellm-benchmark", "hub", f"--root={root}", "--port=0", f"--create={DATASET}"],
            env={**os.environ, "SAGELLM_HUB_TOKENS": f"write {token}"},
            stdin=subprocess.DEVNULL, stdout=output, stderr=output,
            creationflags=getattr(subprocess, "DETACHED_PROCESS", 0),
        )  # fmt: skip
    until = time.monotonic() + _SECONDS_TO_START
    while process.poll() is None and time.monotonic() < until:
        if found := re.search(r"HF_ENDPOINT=(\S+)\s", log.read_text(encoding="utf-8")):
            return found[1]
        time.sleep(0.1)
    raise SystemExit(f"The Hub does not start.\n{log.read_text(encoding='utf-8')}")


def _run(*argv: str) -> None:
    subprocess.run(argv, check=True)


if __name__ == "__main__":
    main()
