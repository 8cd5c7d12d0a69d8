"""Which kind of container this process runs in, from the marks that each kind leaves."""

from __future__ import annotations

from pathlib import Path

from benchmark.measure.host import sysfs

ROOT = Path("/")

_NAMED = "run/systemd/container"
"""Where systemd's container interface has the manager write its name."""

_FILES = {
    "kubernetes": "var/run/secrets/kubernetes.io",
    "podman": "run/.containerenv",
    "docker": ".dockerenv",
}
_WORDS = {
    "kubernetes": ("kubepods", "/kubelet/"),
    "podman": ("libpod",),
    "docker": ("/docker/", "/docker-", "/moby/"),
    "lxc": ("/lxc/", "/lxc.", "lxcfs"),
    "containerd": ("containerd",),
}
_TOLD_IN = ("proc/1/cgroup", "proc/1/mountinfo")
"""The groups of the first process, and where its files come from; with a private cgroup namespace
(the default under version 2) only the latter tells."""


def kind(root: Path = ROOT) -> str | None:
    """`docker`, `podman`, `kubernetes`, `lxc` or what its manager calls itself; None outside.

    Kubernetes comes first: its containers carry the marks of what runs them too.
    """
    marked = [name for name, file in _FILES.items() if (root / file).exists()]
    told = "\n".join(sysfs.text(root / file) or "" for file in _TOLD_IN)
    worded = [name for name, words in _WORDS.items() if any(word in told for word in words)]
    if "kubernetes" in {*marked, *worded}:
        return "kubernetes"
    named = sysfs.text(root / _NAMED)
    return next(iter([*([named] if named else []), *marked, *worded]), None)
