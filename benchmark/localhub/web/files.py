"""The pages of files and of the history."""

from __future__ import annotations

import posixpath
from io import BytesIO
from typing import TYPE_CHECKING

from dulwich.patch import write_tree_diff
from starlette.responses import Response

from benchmark.localhub.names import file_path
from benchmark.localhub.problems import entry_not_found
from benchmark.localhub.trees import entries
from benchmark.localhub.views import author, instant, title_and_message
from benchmark.localhub.web import html
from benchmark.localhub.web.html import link, path, table, tag
from benchmark.localhub.web.site import heading, in_html

if TYPE_CHECKING:
    from dulwich.objects import Commit, ObjectID

    from benchmark.localhub.call import Call
    from benchmark.localhub.repository import Repository
    from benchmark.localhub.web.language import Reader

_LARGEST_SHOWN = 512 * 1024
_MOST_ENTRIES = 1000
_COMMITS = 100
_SANDBOX = "sandbox; default-src 'none'; frame-ancestors 'none'"


@in_html
def tree(call: Call, reader: Reader) -> Response:
    """GET /datasets/NS/NAME/tree/REV[/PATH], the first entries of a large folder."""
    _ = reader.say
    where = call.parameter("path") if "path" in call.request.path_params else ""
    with call.open() as repo:
        sha = repo.resolve(call.revision)
        folder = repo.entry(sha, file_path(where) if where else "")
        if not folder.is_folder:
            raise entry_not_found(where, sha.decode())
        found = list(entries(repo.tree, folder.sha, prefix=f"{where}/" if where else "",
                             recursive=False))  # fmt: skip
        rows = [
            (
                link(address(call, "tree" if item.is_folder else "blob", item.path),
                     posixpath.basename(item.path) + ("/" if item.is_folder else "")),
                "" if item.is_folder else _size(repo, item.sha),
            )
            for item in found[:_MOST_ENTRIES]
        ]  # fmt: skip
    left = len(found) - len(rows)
    more = _("{count} more are not shown.").format(count=left) if left else ""
    body = [heading(call, reader, f"{call.revision}: /{where}"), _table(reader, rows), more]
    return html.page(f"{call.repo}/{where}", body, lang=reader.lang)


@in_html
def blob(call: Call, reader: Reader) -> Response:
    """GET /datasets/NS/NAME/blob/REV/PATH: the file as text, if it is text and not too long."""
    _ = reader.say
    name = file_path(call.parameter("path"))
    with call.open() as repo:
        size, content = _read(call, repo, name)
    ways = [
        link(address(call, "raw", name), _("As plain text")),
        " · ",
        link(address(call, "resolve", name), _("Download")),
        f" · {size:,} B",
    ]
    if content is None or b"\0" in content:
        shown = tag("p", _("Not shown: it is no text, or too large."))
    else:
        shown = tag("pre", content.decode(errors="replace"))
    body = [heading(call, reader, f"{call.revision}: {name}"), tag("p", *ways), shown]
    return html.page(f"{call.repo}/{name}", body, lang=reader.lang)


def raw(call: Call) -> Response:
    """GET /datasets/NS/NAME/raw/REV/PATH: as plain text, whatever it is; a pointer's target not."""
    name = file_path(call.parameter("path"))
    with call.open() as repo:
        sha = repo.resolve(call.revision)
        entry = repo.entry(sha, name)
        if entry.is_folder:
            raise entry_not_found(name, sha.decode())
        headers = {**html.HEADERS, "content-security-policy": _SANDBOX,
                   "x-repo-commit": sha.decode()}  # fmt: skip
        return Response(repo.blob(entry.sha), 200, headers, "text/plain; charset=utf-8")


@in_html
def history(call: Call, reader: Reader) -> Response:
    """GET /datasets/NS/NAME/commits/REV: the latest commits."""
    _ = reader.say
    with call.open() as repo:
        sha = repo.resolve(call.revision)
        rows = [_commit_row(call, repo.commit(item)) for item in repo.history(sha)[:_COMMITS]]
    heads = (_("Commit"), _("Title"), _("Author"), _("Date"))
    body = [heading(call, reader, call.revision), table(heads, rows)]
    return html.page(f"{call.repo}: {_('History')}", body, lang=reader.lang)


@in_html
def commit(call: Call, reader: Reader) -> Response:
    """GET /datasets/NS/NAME/commit/SHA: the message and what changed."""
    with call.open() as repo:
        sha = repo.resolve(call.revision)
        found = repo.commit(sha)
        title, message = title_and_message(found)
        body = [
            heading(call, reader, f"{sha.decode()} · {author(found)} · {_when(found)}"),
            tag("h2", title),
            tag("p", message),
            tag("pre", difference(repo, found)),
        ]
    return html.page(f"{call.repo}: {title}", body, lang=reader.lang)


def difference(repo: Repository, found: Commit) -> str:
    """What a commit changed against its first parent, as far as it is shown."""
    output = _Limited()
    before = repo.root(found.parents[0]) if found.parents else None
    try:
        write_tree_diff(output, repo.objects, before, repo.root(found.id))
    except _EnoughError:
        return output.getvalue().decode(errors="replace") + "\n…"
    return output.getvalue().decode(errors="replace")


def address(call: Call, kind: str, name: str) -> str:
    """Where a file or folder of this revision is shown."""
    return path("datasets", *call.repo.split("/"), kind, call.revision, name)


class _EnoughError(Exception):
    """More than is shown."""


class _Limited(BytesIO):
    def write(self, data: object, /) -> int:
        if self.tell() > _LARGEST_SHOWN:
            raise _EnoughError
        return super().write(data)  # type: ignore[arg-type]  # as BytesIO takes it


def _read(call: Call, repo: Repository, name: str) -> tuple[int, bytes | None]:
    """The size of a file, and its content unless it is too large to be shown."""
    sha = repo.resolve(call.revision)
    entry = repo.entry(sha, name)
    if entry.is_folder:
        raise entry_not_found(name, sha.decode())
    facts = repo.facts(entry.sha)
    size = facts.pointer.size if facts.pointer else facts.size
    return size, repo.content(entry.sha) if size <= _LARGEST_SHOWN else None


def _size(repo: Repository, sha: ObjectID) -> str:
    facts = repo.facts(sha)
    return f"{facts.pointer.size if facts.pointer else facts.size:,} B"


def _table(reader: Reader, rows: list[tuple[html.Html, str]]) -> html.Html:
    _ = reader.say
    return table((_("Name"), _("Size")), rows)


def _commit_row(call: Call, found: Commit) -> tuple[object, ...]:
    sha = found.id.decode()
    where = path("datasets", *call.repo.split("/"), "commit", sha)
    return link(where, sha[:8]), title_and_message(found)[0], author(found), _when(found)


def _when(found: Commit) -> str:
    return instant(found.commit_time)[:16].replace("T", " ")
