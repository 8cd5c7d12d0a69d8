"""Output that nobody reads, or that cannot be written, ends no command."""

from __future__ import annotations

import io
import os
import sys
from pathlib import Path

import click
import pytest

from benchmark.commands import streams


def stream_of(descriptor: int, encoding: str = "utf-8") -> io.TextIOWrapper:
    """A text stream over it, as Python's own are."""
    return io.TextIOWrapper(io.FileIO(descriptor, "w"), encoding=encoding, errors="strict")


def test_a_reader_that_is_gone_is_told_by_the_exit_code_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """141, as a shell shows it; text and bytes, by print and by click."""
    reading, writing = os.pipe()
    os.close(reading)
    with stream_of(writing) as stream:
        monkeypatch.setattr(sys, "stdout", stream)
        with streams.lasting(None) as out:
            sys.stdout.write("words")
            click.echo("words")
            click.echo(b"bytes")
        assert out is not None
        assert out.exit_code == 141
        assert sys.stdout is stream


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a disk that is full")
def test_a_full_disk_is_told_by_the_exit_code(monkeypatch: pytest.MonkeyPatch) -> None:
    """74, as sysexits.h has it."""
    with stream_of(os.open("/dev/full", os.O_WRONLY)) as stream:
        monkeypatch.setattr(sys, "stdout", stream)
        with streams.lasting(None) as out:
            sys.stdout.write("words")
        assert out is not None
        assert out.exit_code == 74


def test_a_command_without_standard_output_just_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Closed from the start, as by `>&-`."""
    monkeypatch.setattr(sys, "stdout", None)
    with streams.lasting(None) as out:
        click.echo("words")
    assert out is None


@pytest.mark.parametrize(
    ("encoding", "expected"),
    [("gbk", "李雷 \\U0001f600".encode("gbk")), ("ascii", "李雷 😀".encode())],
)
def test_what_the_terminal_cannot_show_is_escaped(
    encoding: str, expected: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where nothing but ASCII is said to be possible it is UTF-8, as Python itself assumes."""
    path = tmp_path / "shown"
    with stream_of(os.open(path, os.O_WRONLY | os.O_CREAT), encoding) as stream:
        monkeypatch.setattr(sys, "stdout", stream)
        with streams.lasting(None):
            click.echo("李雷 😀", nl=False)
    assert path.read_bytes() == expected
