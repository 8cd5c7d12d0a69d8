"""A process that is killed just before its n-th system call that changes anything outside it.

What a process does between two such calls nobody can see, so that these are all the points at which
it can die. It is traced with ptrace(2), together with every thread and process that it starts; so
this needs Linux 5.3, and a machine that lets a process trace its own children.
"""

from __future__ import annotations

import ctypes
import functools
import os
import pickle
import platform
import signal
import struct
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple, NoReturn

if TYPE_CHECKING:
    from collections.abc import Callable

_TRACEME, _SYSCALL, _SETOPTIONS, _GET_SYSCALL_INFO = 0, 24, 0x4200, 0x420E
# TRACESYSGOOD, TRACEFORK, TRACEVFORK, TRACECLONE, EXITKILL
_OPTIONS = 0x1 | 0x2 | 0x4 | 0x8 | 0x100000
_WALL = 0x40000000
_SYSCALL_STOP = signal.SIGTRAP | 0x80
_ENTRY = 1
_FAILED = 70
_LONGEST = 60
"""Seconds after which a process is taken for one that hangs, and ended."""
_INFO_SIZE = 88
# Of https://man7.org/linux/man-pages/man2/ptrace.2.html, ptrace_syscall_info: op, then at 24 the
# number and the arguments of an entry.
_INFO = struct.Struct("=B23xQ6Q")

_NUMBERS = {
    "x86_64": {
        1: "write",
        18: "pwrite",
        20: "writev",
        40: "sendfile",
        42: "connect",
        44: "sendto",
        46: "sendmsg",
        74: "fsync",
        75: "fdatasync",
        76: "truncate",
        77: "ftruncate",
        82: "rename",
        83: "mkdir",
        84: "rmdir",
        85: "creat",
        86: "link",
        87: "unlink",
        88: "symlink",
        90: "chmod",
        91: "fchmod",
        257: "openat",
        2: "open",
        258: "mkdirat",
        263: "unlinkat",
        264: "renameat",
        265: "linkat",
        266: "symlinkat",
        268: "fchmodat",
        280: "utimensat",
        285: "fallocate",
        296: "pwritev",
        307: "sendmmsg",
        316: "renameat2",
        326: "copy_file_range",
    },
    "aarch64": {
        34: "mkdirat",
        35: "unlinkat",
        36: "symlinkat",
        37: "linkat",
        38: "renameat",
        45: "truncate",
        46: "ftruncate",
        47: "fallocate",
        52: "fchmod",
        53: "fchmodat",
        56: "openat",
        64: "write",
        66: "writev",
        68: "pwrite",
        70: "pwritev",
        71: "sendfile",
        82: "fsync",
        83: "fdatasync",
        88: "utimensat",
        203: "connect",
        206: "sendto",
        211: "sendmsg",
        269: "sendmmsg",
        276: "renameat2",
        285: "copy_file_range",
    },
}  # fmt: skip
_FLAGS_AT = {"open": 1, "openat": 2}
_BY_DESCRIPTOR = frozenset({
    *("write", "pwrite", "writev", "pwritev", "fsync", "fdatasync"),
    *("connect", "sendto", "sendmsg", "sendmmsg"),
})  # fmt: skip
_CHANGING_FLAGS = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC


class Ended(NamedTuple):
    """How the process ended.

    Attributes:
        code: its exit code; None if it was killed.
        calls: the calls that it had made by then.
    """

    code: int | None
    calls: tuple[str, ...]


def killed_at(number: int, work: Callable[[], object]) -> Ended:
    """Do `work` in a process that is killed just before its `number`-th call, counted from 1.

    `work` ends as a program does: with SystemExit or without. Should it not come to that call, the
    process ends by itself.
    """
    reading, writing = os.pipe()
    supervisor = os.fork()
    if not supervisor:
        os.close(reading)
        with suppress(BaseException):
            os.write(writing, pickle.dumps(_supervise(number, work)))
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        data = pipe.read()
    os.waitpid(supervisor, 0)
    return Ended(*pickle.loads(data))  # noqa: S301 - from our own fork


def done(work: Callable[[], object]) -> int:
    """Do `work` in a process that nobody disturbs; its exit code."""
    child = os.fork()
    if not child:
        _work(work)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


@functools.cache
def is_possible() -> bool:
    """Whether processes can be traced here."""
    if sys.platform != "linux" or platform.machine() not in _NUMBERS:
        return False
    try:
        return killed_at(1, lambda: os.mkdir("/proc/nowhere")) == (None, ())  # noqa: PTH102
    except (OSError, EOFError):
        return False


def _supervise(number: int, work: Callable[[], object]) -> tuple[int | None, tuple[str, ...]]:
    """The tracer: of nothing else than this process is it the parent."""
    first = os.fork()
    if not first:
        _become(work)
    os.waitpid(first, _WALL)
    _ptrace(_SETOPTIONS, first, _OPTIONS)
    _ptrace(_SYSCALL, first)
    calls: list[str] = []
    seen = {first}
    while True:
        pid, status = os.waitpid(-1, _WALL)
        seen.add(pid)
        if os.WIFSTOPPED(status):
            call = _changing_call(pid) if os.WSTOPSIG(status) == _SYSCALL_STOP else ""
            if call and len(calls) == number - 1:
                _kill(seen)
                return None, tuple(calls)
            calls += [call] if call else []
            _go_on(pid, status)
        elif pid == first:
            return os.waitstatus_to_exitcode(status), tuple(calls)


def _become(work: Callable[[], object]) -> NoReturn:
    _ptrace(_TRACEME, 0)
    os.kill(os.getpid(), signal.SIGSTOP)
    _work(work)


def _work(work: Callable[[], object]) -> NoReturn:
    """As a program of its own, which nobody listens to."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (1, 2):
        os.dup2(nowhere, stream)
    sys.stdout = sys.stderr = open(1, "w", closefd=False)  # noqa: SIM115 - the process's own
    signal.alarm(_LONGEST)
    code = 0
    try:
        work()
    except SystemExit as left:
        code = int(left.code or 0)
    except BaseException:  # noqa: BLE001 - the boundary of the process
        code = _FAILED
    os._exit(code)


def _kill(pids: set[int]) -> None:
    """All of them, and what they may just have started, which stops once before it does anything.

    They cannot be killed one by one as they stop: some are waiting, and would never.
    """
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    with suppress(ChildProcessError):
        while True:
            pid, status = os.waitpid(-1, _WALL)
            if os.WIFSTOPPED(status):
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)


def _go_on(pid: int, status: int) -> None:
    """With the signal that stopped it, unless that was about tracing."""
    number = os.WSTOPSIG(status)
    about_tracing = number in {_SYSCALL_STOP, signal.SIGTRAP, signal.SIGSTOP}
    with suppress(ProcessLookupError):
        _ptrace(_SYSCALL, pid, 0 if about_tracing else number)


def _changing_call(pid: int) -> str:
    """The call that it is about to make, if that changes anything; else ""."""
    buffer = ctypes.create_string_buffer(_INFO_SIZE)
    try:
        _ptrace(_GET_SYSCALL_INFO, pid, ctypes.addressof(buffer), _INFO_SIZE)
    except ProcessLookupError:
        return ""
    kind, number, *arguments = _INFO.unpack_from(buffer.raw)
    name = _NUMBERS[platform.machine()].get(number, "") if kind == _ENTRY else ""
    if name in _FLAGS_AT:
        return name if arguments[_FLAGS_AT[name]] & _CHANGING_FLAGS else ""
    if name in _BY_DESCRIPTOR:
        return name if _is_seen_outside(pid, arguments[0] & 0xFFFFFFFF) else ""
    return name


def _is_seen_outside(pid: int, descriptor: int) -> bool:
    """Whether it is a file or a socket: pipes and the like lead to the process's own threads."""
    with suppress(OSError):
        target = os.readlink(f"/proc/{pid}/fd/{descriptor}")  # noqa: PTH115 - need not be a path
        return target.startswith("socket:") or (
            target.startswith("/") and not target.startswith("/dev/")
        )
    return False


def _ptrace(request: int, pid: int, data: int = 0, address: int = 0) -> None:
    trace = ctypes.CDLL(None, use_errno=True).ptrace
    trace.argtypes = [ctypes.c_long] * 4
    trace.restype = ctypes.c_long
    if trace(request, pid, address, data) < 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))
