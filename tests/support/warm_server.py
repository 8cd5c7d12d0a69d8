"""Runs scripts and code, each in a fork of an interpreter that has imported what they import.

`warm_server.py SOCKET IMPORTS`; it ends when its stdin does.
"""

from __future__ import annotations

import ast
import atexit
import gc
import os
import runpy
import select
import signal
import socket
import sys
import threading
import traceback
from contextlib import suppress
from typing import NamedTuple


class Program(NamedTuple):
    """What a client wants to have run."""

    argv: list[str]
    folder: str
    environment: dict[str, str]
    streams: list[int]


def main(path: str, imports: str) -> None:
    """Serve at `path`; a fork comes back from there, and is the program that a client asked for."""
    exec(imports, {"__name__": "warm"})  # noqa: S102 - from the test
    # A collection in a fork would copy every page that all of them share.
    gc.freeze()
    program = serve(path)
    become(program)
    if program.argv[0] == "-c":
        run(program.argv[1])
    else:
        runpy.run_path(program.argv[0], run_name="__main__")


def serve(path: str) -> Program:
    """Fork for each client until stdin ends; returns in the forks of the forks only."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(path)
        listener.listen(64)
        os.write(1, b"ready\n")
        while listener in select.select([listener, sys.stdin], [], [])[0]:
            client, _ = listener.accept()
            with client:
                if os.fork() == 0:
                    listener.close()
                    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                    return attend(client)
    os._exit(0)


def attend(client: socket.socket) -> Program:
    """Fork the program, hand on signals to it, and tell the client its end."""
    program = received(client)
    child = os.fork()
    if child == 0:
        os.setsid()
        client.close()
        return program
    for stream in program.streams:
        os.close(stream)
    threading.Thread(target=hand_on, args=(client, child), daemon=True).start()
    _, status = os.waitpid(child, 0)
    with suppress(OSError):
        client.sendall(f"{os.waitstatus_to_exitcode(status)}\n".encode())
    os._exit(0)


def received(client: socket.socket) -> Program:
    """The three streams, then a line."""
    _, streams, _, _ = socket.recv_fds(client, 1, 3)
    with client.makefile("r", encoding="ascii") as lines:
        return Program(*ast.literal_eval(lines.readline()), streams)


def hand_on(client: socket.socket, child: int) -> None:
    """Each signal that the client got; a client that is no more was killed."""
    with suppress(ProcessLookupError, OSError):
        while number := client.recv(1):
            os.kill(child, number[0])
        os.killpg(child, signal.SIGKILL)


def become(program: Program) -> None:
    """Be where and what the client is."""
    for number, stream in enumerate(program.streams):
        os.dup2(stream, number)
        os.close(stream)
    sys.stdin = os.fdopen(0, closefd=False)
    sys.stdout = os.fdopen(1, "w", closefd=False)
    sys.stderr = os.fdopen(2, "w", 1, errors="backslashreplace", closefd=False)
    os.chdir(program.folder)
    os.environ.clear()
    os.environ.update(program.environment)
    sys.argv[:] = program.argv if program.argv[0] != "-c" else ["-c", *program.argv[2:]]


def run(code: str) -> None:
    """Ends without what native libraries do at the end, in which forks of some hang."""
    status = 0
    try:
        exec(code, {"__name__": "__main__"})  # noqa: S102 - from the test
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else int(end.code is not None)
        sys.stderr.write(f"{end.code}\n" if isinstance(end.code, str) else "")
    except BaseException:  # noqa: BLE001 - as the interpreter does
        traceback.print_exc()
        status = 1
    atexit._run_exitfuncs()  # noqa: SLF001 - what the interpreter would call
    sys.stdout.flush()
    os._exit(status)


if __name__ == "__main__":
    main(*sys.argv[1:])
