"""An interpreter that imports once and forks for every job: `warm_server.py SOCKET IMPORTS`.

A job is what `warm_client.py` was asked to run; it gets the client's streams, folder and
environment, and the client its end. The server ends with its standard input.
"""

from __future__ import annotations

import gc
import os
import pickle
import socket
import sys
from contextlib import suppress
from multiprocessing import connection, get_context
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from multiprocessing.context import ForkProcess

FORK = get_context("fork")
MOST_BYTES = 1 << 20


class Server:
    """Its jobs by what wakes it: the end of a job's process or of its client."""

    def __init__(self, path: str) -> None:
        self._listener = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._listener.bind(path)
        self._listener.listen()
        self._jobs: dict[object, tuple[ForkProcess, socket.socket]] = {}

    def serve(self) -> None:
        """Until standard input ends."""
        while True:
            ready = connection.wait([self._listener, 0, *self._jobs])
            for job in {self._jobs[one] for one in ready if one in self._jobs}:
                self._end(*job)
            if self._listener in ready:
                self._start(self._listener.accept()[0])
            elif 0 in ready:
                return

    def _start(self, client: socket.socket) -> None:
        words, streams, _, _ = socket.recv_fds(client, MOST_BYTES, 3)
        process = FORK.Process(target=run, args=(pickle.loads(words), streams))  # noqa: S301 - from the test
        process.start()
        for stream in streams:
            os.close(stream)
        self._jobs |= dict.fromkeys((process.sentinel, client), (process, client))

    def _end(self, process: ForkProcess, client: socket.socket) -> None:
        """A client that is killed takes its job with it, as if they were one process."""
        del self._jobs[client], self._jobs[process.sentinel]
        if not connection.wait([process.sentinel], 0):
            process.kill()
        process.join()
        with client, suppress(BrokenPipeError):
            client.send(str(process.exitcode).encode())


def run(asked: dict[str, Any], streams: list[int]) -> None:
    """What `python -c` would do in the client's place."""
    os.setsid()
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
        os.close(stream)
    sys.stdin = open(0, closefd=False)  # noqa: SIM115 - the process's own
    os.chdir(asked["folder"])
    os.environ.clear()
    os.environ.update(asked["environment"])
    exec(asked["code"], {"__name__": "__main__"})  # noqa: S102 - from the test


if __name__ == "__main__":
    server = Server(sys.argv[1])
    exec(sys.argv[2], {"__name__": "warm"})  # noqa: S102 - imports that a test chose
    # A collection in a job would copy every page that all of them share.
    gc.freeze()
    os.write(1, b"listening\n")
    server.serve()
