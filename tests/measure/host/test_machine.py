"""What a reader needs to know about the machine, from files as the kernel's and real ones."""

from __future__ import annotations

import os
import platform
import subprocess
from typing import TYPE_CHECKING

import pytest

from benchmark import canonical
from benchmark.measure.host import cgroup, container, git, machine, topology
from benchmark.measure.host.cgroup import Limits
from benchmark.measure.host.machine import Machine

if TYPE_CHECKING:
    from pathlib import Path

GIB = 2**30


def write(root: Path, files: dict[str, str]) -> Path:
    """A folder with files."""
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
    return root


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A git repository with one commit, far from the user's configuration."""
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    folder = write(tmp_path / "repository", {"tracked": "one"})
    author = ["-c", "user.name=a", "-c", "user.email=a@b"]
    for command in (["init", "-q"], ["add", "."], [*author, "commit", "-q", "-m", "one"]):
        subprocess.run(["git", *command], cwd=folder, check=True)
    return folder


def test_this_machine_tells_plausible_things_and_not_its_name() -> None:
    """As JSON that an entry can hold."""
    told = machine.detect().as_json()
    text = canonical.dumps(told).decode()
    assert len(text) < 1500
    assert (told["total_memory"], told["logical_cpus"]) > (0, 0)
    assert told["python_version"] == platform.python_version()
    assert f'"{platform.node()}"' not in text


def test_a_machine_of_six_facts_is_enough() -> None:
    """What is not given is unknown."""
    told = Machine("Linux 6.1", "3.11.7", None, None, None, None).as_json()
    assert told["os"] == "Linux 6.1"
    assert told["cpu_limit"] is told["gpu_busy_percent"] is None
    assert "logical_cpus" not in told


def test_a_commit_with_changes_is_told_apart_from_the_commit(repository: Path) -> None:
    """Files that git does not know, such as results, change nothing."""
    commit = git.commit(repository)
    assert commit is not None
    assert len(commit) == 40
    write(repository, {"untracked": "new"})
    assert git.is_dirty(repository) is False
    write(repository, {"tracked": "two"})
    assert (git.commit(repository), git.is_dirty(repository)) == (commit, True)


def test_a_folder_without_repository_has_neither_commit_nor_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """None, whatever is around the folder."""
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    assert (git.commit(tmp_path), git.is_dirty(tmp_path), git.top(tmp_path)) == (None, None, None)


def test_the_tightest_limit_of_the_group_and_those_above_holds(tmp_path: Path) -> None:
    """Version 2: a quota and a period in one file."""
    root = write(
        tmp_path,
        {
            "proc/self/cgroup": "0::/pod/box\n",
            "sys/fs/cgroup/pod/box/cpu.max": "max 100000\n",
            "sys/fs/cgroup/pod/cpu.max": "150000 100000\n",
            "sys/fs/cgroup/pod/box/memory.max": f"{2 * GIB}\n",
            "sys/fs/cgroup/pod/memory.max": f"{4 * GIB}\n",
            "sys/fs/cgroup/pod/box/memory.current": f"{GIB + 500}\n",
            "sys/fs/cgroup/pod/box/memory.stat": "anon 1\ninactive_file 500\n",
            "sys/fs/cgroup/pod/cpu.stat": "usage_usec 5\nthrottled_usec 2500000\n",
        },
    )
    assert cgroup.limits(root) == Limits(1.5, 2 * GIB)
    assert cgroup.memory_left(root) == GIB
    assert cgroup.throttled_s(root) == pytest.approx(2.5)


def test_the_first_version_of_groups_is_understood_too(tmp_path: Path) -> None:
    """One folder per controller; the path is the host's and only its top is visible."""
    root = write(
        tmp_path,
        {
            "proc/self/cgroup": "4:memory:/docker/ab\n3:cpu,cpuacct:/docker/ab\n0::/\n",
            "sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us": "50000\n",
            "sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us": "100000\n",
            "sys/fs/cgroup/cpu,cpuacct/cpu.stat": "nr_throttled 1\nthrottled_time 1500000000\n",
            "sys/fs/cgroup/memory/memory.limit_in_bytes": f"{GIB}\n",
            "sys/fs/cgroup/memory/memory.usage_in_bytes": "1024\n",
        },
    )
    assert cgroup.limits(root) == Limits(0.5, GIB)
    assert cgroup.memory_left(root) == GIB - 1024
    assert cgroup.throttled_s(root) == pytest.approx(1.5)


@pytest.mark.parametrize(
    "files",
    [
        {},
        {"proc/self/cgroup": "0::/\n"},
        {
            "proc/self/cgroup": "0::/\n",
            "sys/fs/cgroup/cpu.max": "max 100000\n",
            "sys/fs/cgroup/memory.max": "max\n",
        },
        {
            "proc/self/cgroup": "4:memory:/\n3:cpu:/\n",
            "sys/fs/cgroup/cpu/cpu.cfs_quota_us": "-1\n",
            "sys/fs/cgroup/cpu/cpu.cfs_period_us": "100000\n",
            "sys/fs/cgroup/memory/memory.limit_in_bytes": "9223372036854771712\n",
        },
    ],
)
def test_no_limit_is_none(tmp_path: Path, files: dict[str, str]) -> None:
    """Neither the word for it nor the largest number is a limit."""
    root = write(tmp_path, files)
    assert cgroup.limits(root) == Limits(None, None)
    assert cgroup.memory_left(root) is None


@pytest.mark.parametrize(
    ("files", "kind"),
    [
        ({}, None),
        ({"proc/1/cgroup": "0::/init.scope\n"}, None),
        ({".dockerenv": ""}, "docker"),
        ({"run/.containerenv": ""}, "podman"),
        ({"run/systemd/container": "systemd-nspawn\n"}, "systemd-nspawn"),
        ({"proc/1/cgroup": "3:cpu:/docker/0a1b\n"}, "docker"),
        ({"proc/1/cgroup": "0::/lxc/box\n"}, "lxc"),
        ({"proc/1/cgroup": "0::/machine.slice/libpod-0a1b.scope\n"}, "podman"),
        ({"proc/1/mountinfo": "1 2 0:1 /var/lib/docker/containers/0a /etc/hosts rw"}, "docker"),
        ({".dockerenv": "", "proc/1/cgroup": "3:cpu:/kubepods/pod1\n"}, "kubernetes"),
        ({".dockerenv": "", "var/run/secrets/kubernetes.io/token": "t"}, "kubernetes"),
    ],
)
def test_containers_are_known_by_their_marks(
    tmp_path: Path, files: dict[str, str], kind: str | None
) -> None:
    """Kubernetes wins over what runs its containers."""
    assert container.kind(write(tmp_path, files)) == kind


def test_switches_of_the_cpu_are_read(tmp_path: Path) -> None:
    """SMT off, turbo denied, two memory nodes, large pages by request."""
    root = write(
        tmp_path,
        {
            "sys/devices/system/cpu/smt/active": "0\n",
            "sys/devices/system/cpu/intel_pstate/no_turbo": "1\n",
            "sys/devices/system/node/node0/meminfo": "",
            "sys/devices/system/node/node1/meminfo": "",
            "sys/kernel/mm/transparent_hugepage/enabled": "always [madvise] never\n",
            "proc/sys/vm/nr_hugepages": "16\n",
            "proc/cpuinfo": "processor : 0\nflags : fpu hypervisor sse\n",
        },
    )
    found = topology.detect(root)
    assert (found.smt, found.turbo, found.numa_nodes) == (False, False, 2)
    assert (found.transparent_hugepages, found.hugepages) == ("madvise", 16)
    assert found.virtual is True


def test_boost_is_turbo_by_another_name(tmp_path: Path) -> None:
    """Drivers other than Intel's."""
    root = write(tmp_path, {"sys/devices/system/cpu/cpufreq/boost": "1\n"})
    assert topology.detect(root).turbo is True


def test_what_is_not_told_is_unknown(tmp_path: Path) -> None:
    """A kernel without any of the files."""
    found = topology.detect(tmp_path)
    assert found[3:7] == (None, None, None, None)
    assert found.page_size in {4096, 16384, 65536}


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="no affinity here")
def test_usable_cpus_are_those_of_the_affinity() -> None:
    """One CPU after this process was bound to one."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(before)})
    try:
        assert topology.usable_cpus() == 1
    finally:
        os.sched_setaffinity(0, before)
