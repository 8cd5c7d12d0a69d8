"""What may be the name of a repository, a branch or a file: everything else is refused.

A path inside a repository must be harmless in a working tree on any system, since people clone:
git's own rules (`verify_path`, `fsck`) plus Windows' and macOS' spellings of `.git`.
"""

from __future__ import annotations

import re
import unicodedata

from benchmark.localhub.problems import bad_path, bad_request

LONGEST_SEGMENT = 255
LONGEST_PATH = 4096
DEEPEST_PATH = 64
_REPO_PART = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_.-]{0,94}[A-Za-z0-9_])?")
_BRANCH = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*(?:/[A-Za-z0-9_][A-Za-z0-9_.-]*)*")
_GIT_FOLDER = re.compile(r"(?:\.git|git~\d+)[. ]*(?::.*)?", re.IGNORECASE)
_LONGEST_BRANCH = 200


def repo_part(name: str) -> str:
    """A namespace or the name of a repository, unchanged.

    Raises:
        HubError: 400 if it isn't one.
    """
    if not _REPO_PART.fullmatch(name) or ".." in name or "--" in name or name.endswith(".git"):
        raise bad_request(
            "A repository name has letters, digits, '-', '_', '.', no '--' or '..', at most 96"
        )
    return name


def branch_name(name: str) -> str:
    """A branch or tag name, unchanged.

    Raises:
        HubError: 400 if git would not take it or it would be read as something else.
    """
    bad = ".." in name or name.endswith((".", ".lock")) or ".lock/" in name or "./" in name
    if bad or len(name) > _LONGEST_BRANCH or not _BRANCH.fullmatch(name):
        raise bad_request("Invalid reference for a branch or a tag")
    if name.startswith("refs/") or re.fullmatch(r"[0-9a-f]{40}", name):
        raise bad_request("Invalid reference for a branch or a tag: it looks like another")
    return name


def file_path(path: object) -> str:
    """The path of a file inside a repository, unchanged.

    Raises:
        HubError: 422 for a path that leaves the repository, touches `.git` or is no plain path.
    """
    if not isinstance(path, str) or not path:
        raise bad_path("A path must be a non-empty string")
    segments = path.split("/")
    if len(path.encode(errors="replace")) > LONGEST_PATH or len(segments) > DEEPEST_PATH:
        raise bad_path("A path is too long or too deep")
    for segment in segments:
        _check_segment(segment)
    return path


def folder_path(path: object) -> str:
    """The path of a folder; one slash at the end is dropped.

    Raises:
        HubError: 422 as for `file_path`.
    """
    return file_path(path.removesuffix("/") if isinstance(path, str) else path)


def _check_segment(segment: str) -> None:
    if segment in {"", ".", ".."}:
        raise bad_path("A path must be relative, without empty parts, '.' or '..'")
    if len(segment.encode(errors="replace")) > LONGEST_SEGMENT:
        raise bad_path("A part of a path is too long")
    if "\\" in segment or any(unicodedata.category(char) in {"Cc", "Cs"} for char in segment):
        raise bad_path("A path cannot have control characters or backslashes")
    # macOS ignores format characters (Cf) in file names: ".g\u200cit" is ".git" there.
    plain = "".join(char for char in segment if unicodedata.category(char) != "Cf")
    if _GIT_FOLDER.fullmatch(plain):
        raise bad_path("A path cannot contain .git")
