"""Check what the steps of the self-test did: their outcomes and outputs, the dataset, and git."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import urllib.request
from pathlib import Path
from typing import TYPE_CHECKING, Any

from prepare import DATASET, result

if TYPE_CHECKING:
    from collections.abc import Iterator

Claim = tuple[str, Any, Any]
"""What is looked at, what it is, and what it should be."""


def main() -> None:
    """Say of every claim whether it holds; fail if one does not."""
    steps = json.loads(os.environ["STEPS"])
    endpoint = steps["prepared"]["outputs"]["endpoint"]
    remote = Path(os.environ["RUNNER_TEMP"], "selftest.git")
    claims = [*about_steps(steps), *about_dataset(endpoint, steps), *about_git(remote)]
    wrong = [claim for claim in claims if claim[1] != claim[2]]
    for what, found, _ in claims:
        sys.stdout.write(f"{what}: {found!r}\n")
    for what, found, wanted in wrong:
        sys.stdout.write(f"::error title=Self-test::{what} is {found!r}, not {wanted!r}\n")
    sys.exit(bool(wrong))


def about_steps(steps: dict[str, Any]) -> Iterator[Claim]:
    """How each step ended, and what it put out."""
    wanted = {
        "valid": {"outcome": "success", "changed": "true", "added": "1", "rejected": "0"},
        "invalid": {"outcome": "failure", "changed": "true", "added": "1", "rejected": "1"},
        "published": {
            "outcome": "success", "changed": "true", "added": "1", "rejected": "1", "cleaned": "1"
        },
        "repeated": {
            "outcome": "success", "changed": "false", "added": "0", "rejected": "1", "cleaned": "0"
        },
        "misspelt": {"outcome": "failure", "changed": ""},
    }  # fmt: skip
    for step, values in wanted.items():
        found = {**steps[step]["outputs"], "outcome": steps[step]["outcome"]}
        yield from ((f"{step}.{name}", found.get(name, ""), it) for name, it in values.items())


def about_dataset(endpoint: str, steps: dict[str, Any]) -> Iterator[Claim]:
    """It holds the good result, and nothing was committed after it."""
    head = read(f"{endpoint}/api/datasets/{DATASET}/revision/main")["sha"]
    for step in ("published", "repeated"):
        yield f"{step}.revision", steps[step]["outputs"]["revision"], head
    board = read(f"{endpoint}/datasets/{DATASET}/resolve/main/leaderboard_single.json")
    yield "the leaderboard", board, [result("good")]


def about_git(remote: Path) -> Iterator[Claim]:
    """The good file is gone from the branch, by one commit; the bad one is still there."""
    files = git(remote, "ls-tree", "-r", "--name-only", "main")
    yield "the files in git", files, ["hf_data/bad/leaderboard_single.json"]
    yield "commits to the branch", len(git(remote, "rev-list", "main")), 2


def read(url: str) -> Any:
    """The JSON at an address of the Hub."""
    with urllib.request.urlopen(url, timeout=30) as answer:  # noqa: S310 - the Hub beside us
        return json.load(answer)


def git(repository: Path, *arguments: str) -> list[str]:
    """The lines that a git command prints."""
    argv = ["git", "-C", str(repository), *arguments]
    return subprocess.run(argv, check=True, capture_output=True, text=True).stdout.splitlines()


if __name__ == "__main__":
    main()
