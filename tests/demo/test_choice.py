"""Which model the demo measures."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

from benchmark.demo.model import choose

if TYPE_CHECKING:
    from pathlib import Path


def test_without_a_wish_gpt2_is_measured_with_random_weights() -> None:
    """Nothing is downloaded, and the screen says so."""
    choice = choose(str, "", None)
    assert choice.options == ("--model", "gpt2", "--random-weights")
    assert "random weights" in choice.reason
    assert not choice.from_hub


def test_a_model_that_was_asked_for_is_taken_from_a_hub_that_answers() -> None:
    """The user's own Hub settings count then."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        endpoint = f"http://127.0.0.1:{server.getsockname()[1]}"
        choice = choose(str, "lab/model", endpoint)
    assert choice.options == ("--model", "lab/model")
    assert choice.from_hub


def test_a_model_on_a_hub_that_does_not_answer_is_replaced_aloud() -> None:
    """The demo goes on, and says that it is not what was asked for."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        endpoint = f"http://127.0.0.1:{server.getsockname()[1]}"
    choice = choose(str, "lab/model", endpoint)
    assert "--random-weights" in choice.options
    assert "lab/model cannot be had" in choice.reason


def test_a_local_folder_is_measured_from_wherever_the_demo_works(
    workdir: Path,
) -> None:
    """A relative path is that of the caller."""
    (workdir / "mine").mkdir()
    assert choose(str, "mine", None).options == ("--model", str(workdir / "mine"))
