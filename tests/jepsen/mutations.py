"""Deliberate bugs: each is a small change of the product, of a kind that was seen in the field.

They are made where the product itself has a seam, by a patch that the test takes back.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from huggingface_hub import HfApi

import benchmark.entry
from benchmark import (
    amend,
    canonical,
    compaction,
    dataset,
    decisions,
    derived,
    merge,
    plan,
    respelling,
)
from benchmark.cleanup import removal
from benchmark.commands import paged, rebuild
from benchmark.derived import files as derived_files
from benchmark.derived import index, manifest, manifest_of
from benchmark.errors import ConflictError, OutcomeUnknownError
from benchmark.hub import outline
from benchmark.hub import store as hub_store
from benchmark.hub.client import client
from benchmark.hub.session import CLIENT_ERRORS
from benchmark.hub.store import HubStore
from benchmark.leaderboard import Revision, Snapshot, encode
from benchmark.page import kept
from benchmark.plan import fast, full, standings
from benchmark.verdict import DOUBTFUL, SOUND, Verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping

    import pytest

    from benchmark.cleanup.removal import Cleanup
    from benchmark.derived import Manifest
    from benchmark.entry import Entry, RunId
    from benchmark.hub.outline import Facts


def no_parent(patch: pytest.MonkeyPatch) -> None:
    """A commit is made on whatever is there."""
    create = HfApi.create_commit

    def unconditional(self: HfApi, *arguments: Any, **options: Any) -> Any:
        return create(self, *arguments, **{**options, "parent_commit": None})

    patch.setattr(HfApi, "create_commit", unconditional)


def retry_without_rereading(patch: pytest.MonkeyPatch) -> None:
    """After a conflict, what was read before is sent on top of the new head."""
    read = HubStore.read
    first: list[Snapshot] = []

    def once(self: HubStore) -> Snapshot:
        first[:] = first or [read(self)]
        return replace(first[0], revision=self.head())

    patch.setattr(HubStore, "read", once)


def absent_where_404(patch: pytest.MonkeyPatch) -> None:
    """A file that the Hub does not find for once is taken for none."""

    def forgetful(
        self: HubStore, at: Revision, listed: Mapping[str, Facts], _known: Mapping[str, bytes]
    ) -> dict[str, bytes]:
        found = {}
        for path, facts in listed.items():
            with suppress(*CLIENT_ERRORS):
                found[path] = self._reader.download(
                    client(self.endpoint, None), path, facts, at
                ).data
        return found

    patch.setattr(HubStore, "_read_all", forgetful)


def unknown_taken_for_success(patch: pytest.MonkeyPatch) -> None:
    """A commit whose answer was lost counts as made."""
    _swallow(patch, OutcomeUnknownError)


def conflict_taken_for_success(patch: pytest.MonkeyPatch) -> None:
    """Somebody else's commit counts as one's own."""
    _swallow(patch, ConflictError)


def _swallow(patch: pytest.MonkeyPatch, failure: type[Exception]) -> None:
    commit = HubStore.commit

    def lenient(self: HubStore, *arguments: Any, **options: Any) -> Revision:
        try:
            return commit(self, *arguments, **options)
        except failure:
            return self.head()

    patch.setattr(HubStore, "commit", lenient)


def tolerant(patch: pytest.MonkeyPatch) -> None:
    """A run takes the place of another only if it is better by 5 %."""

    def outranks(one: Entry, other: Entry, _confirmed: Collection[RunId] = ()) -> bool:
        return one.standing.throughput_tps > 1.05 * other.standing.throughput_tps

    _order(patch, outranks)


def first_come_first_served(patch: pytest.MonkeyPatch) -> None:
    """Between equal figures, whoever was there first stays."""
    figures = merge._figures  # noqa: SLF001 - the order without its last part

    def outranks(one: Entry, other: Entry, confirmed: Collection[RunId] = ()) -> bool:
        return figures(one, confirmed) < figures(other, confirmed)

    _order(patch, outranks)


def _order(patch: pytest.MonkeyPatch, outranks: Callable[..., bool]) -> None:
    for module in (merge, standings):
        patch.setattr(module, "outranks", outranks)


def unknown_fields_dropped(patch: pytest.MonkeyPatch) -> None:
    """Only what this release knows is kept of an entry, whether it is read alone or with others."""
    read, read_together = canonical.loads_and_dumps, respelling.respelled_together

    def known(data: bytes, **options: Any) -> tuple[Any, bytes]:
        return _without_the_unknown(*read(data, **options))

    def known_together(*given: Any) -> respelling.Together | None:
        found = read_together(*given)
        if found is None:
            return None
        kept = [*map(_without_the_unknown, found.values, found.texts)]
        return respelling.together([value for value, _ in kept], [text for _, text in kept])

    patch.setattr(canonical, "loads_and_dumps", known)
    patch.setattr(respelling, "respelled_together", known_together)


def _without_the_unknown(value: Any, written: bytes) -> tuple[Any, bytes]:
    if not isinstance(value, dict) or "unknown_to_us" not in value:
        return value, written
    kept = {key: part for key, part in value.items() if key != "unknown_to_us"}
    return kept, canonical.dumps(kept)


def manifest_always_trusted(patch: pytest.MonkeyPatch) -> None:
    """The manifest is not compared with what is there."""

    def decoded(snapshot: Snapshot) -> Manifest | None:
        return manifest_of(snapshot.files.get(manifest.MANIFEST, b""))

    patch.setattr(plan, "fitting", decoded)
    patch.setattr(hub_store, "unchanged_since", lambda _changed_by: True)
    patch.setattr(outline, "is_titled", lambda _title, _manifest: True)


def index_not_updated(patch: pytest.MonkeyPatch) -> None:
    """New runs are not added to the index."""
    patch.setattr(index.Index, "with_runs", lambda _self, _run_ids: {})


def index_not_asked(patch: pytest.MonkeyPatch) -> None:
    """Every submitted run counts as new."""

    def none(_self: index.Index, _run_ids: Collection[RunId]) -> frozenset[RunId]:
        return frozenset()

    patch.setattr(index.Index, "held", none)


def boards_merged_on_their_own(patch: pytest.MonkeyPatch) -> None:
    """What a contributor read before a run was taken back is joined with the leaderboards."""
    judge, changes = full.judge, dataset.Dataset.changes
    submitted: list[Entry] = []

    def noting(files: Any, known: Any) -> Any:
        judgement = judge(files, known)
        submitted[:] = judgement.entries
        return judgement

    def merged(self: dataset.Dataset, snapshot: Snapshot, **options: Any) -> dict[str, bytes]:
        files = changes(self, snapshot, **options)
        for name, file in dataset.BOARD_FILES.items():
            mine = [entry for entry in submitted if dataset.board_of(entry) == name]
            board = merge.merge(self.boards[name], merge.leaderboard_of(mine))
            files[file] = encode(board.values())
        return files

    patch.setattr(full, "judge", noting)
    patch.setattr(dataset.Dataset, "changes", merged)


def retractions_not_joined(patch: pytest.MonkeyPatch) -> None:
    """A retraction takes the place of those that are there, and nobody looks."""
    joined = dataset.Dataset.joined

    def replaced(self: dataset.Dataset, *new: Any, **more: Any) -> dataset.Dataset:
        after = joined(self, *new, **more)
        latest = frozenset(new[1]) if len(new) > 1 else frozenset()
        return replace(after, retractions=latest) if latest else after

    patch.setattr(dataset.Dataset, "joined", replaced)
    patch.setattr(dataset.Dataset, "_refuse_to_lose", lambda *_: None)


def tombstones_not_read(patch: pytest.MonkeyPatch) -> None:
    """A publish that does not read the history takes what was taken down for new."""
    patch.setattr(fast, "decode_tombstones", lambda _data: frozenset())


def confirmations_not_read(patch: pytest.MonkeyPatch) -> None:
    """A publish that does not read the history ranks behind what somebody has confirmed."""
    patch.setattr(fast, "decode_confirmations", lambda _data: frozenset())


def verdict_by_equality(patch: pytest.MonkeyPatch) -> None:
    """Whoever's figures do not agree to the last bit is doubted."""

    def by_equality(data: Mapping[str, Any]) -> Verdict:
        return Verdict(SOUND if agrees_to_the_last_bit(data) else DOUBTFUL)

    patch.setattr(benchmark.entry, "verdict", by_equality)


def agrees_to_the_last_bit(data: Mapping[str, Any]) -> bool:
    """Whether the throughput is exactly what follows from the times of one request."""
    metrics, output = data["metrics"], data["workload"]["output_length"]
    whole = metrics["ttft_ms"] + (output - 1) * metrics["tpot_ms"]
    return bool(1000 * output / whole == metrics["throughput_tps"])


def compaction_drops_a_run(patch: pytest.MonkeyPatch) -> None:
    """One line of the files that are joined is left out, and nobody looks."""
    written = compaction.encode_lines

    def shorter(entries: Iterable[Entry]) -> bytes:
        return written(list(entries)[1:])

    patch.setattr(compaction, "encode_lines", shorter)
    patch.setattr(compaction, "refuse_to_lose", lambda *_: None)


def lines_by_their_ends(patch: pytest.MonkeyPatch) -> None:
    """What a file that is joined ends with is no line without its end, and nobody looks."""
    read = compaction.decode_fragment

    def ended(data: bytes, **options: Any) -> list[Entry]:
        return read(data[: data.rfind(b"\n") + 1], **options)

    patch.setattr(compaction, "decode_fragment", ended)
    patch.setattr(compaction, "refuse_to_lose", lambda *_: None)


def rebuilt_without_confirmations(patch: pytest.MonkeyPatch) -> None:
    """A rebuild makes the leaderboards of the runs and the retractions alone."""

    def edited(snapshot: Snapshot, edit: Any, **options: Any) -> Any:
        alone = amend.edited(
            snapshot, lambda state: replace(edit(state), confirmations=frozenset()), **options
        )
        return alone._replace(dataset=edit(alone.dataset))

    patch.setattr(rebuild, "edited", edited)
    patch.setattr(dataset.Dataset, "_refuse_to_lose", lambda *_: None)


def attestations_not_read(patch: pytest.MonkeyPatch) -> None:
    """Whoever writes the files again leaves out what was attested."""
    patch.setattr(dataset, "decode_attestations", lambda _data: frozenset())


def page_left_behind(patch: pytest.MonkeyPatch) -> None:
    """A page that stands stays as it is."""
    made = kept.page_changes

    def only_new(snapshot: Snapshot, *given: Any) -> Any:
        return {} if derived.PAGE in snapshot.files else made(snapshot, *given)

    patch.setattr(kept, "page_changes", only_new)
    patch.setattr(paged, "page_changes", only_new)


def page_keeps_what_was_taken_down(patch: pytest.MonkeyPatch) -> None:
    """The page is made of runs and leaderboards as they are before a tombstone is read."""
    applied = kept.applied

    def without_tombstones(files: Mapping[str, bytes], changes: Any) -> dict[str, bytes]:
        then = {path: data for path, data in changes.items() if data is not None}
        return {**applied(files, then), decisions.TOMBSTONES: b""}

    patch.setattr(kept, "applied", without_tombstones)


def shard_of_f_not_written(patch: pytest.MonkeyPatch) -> None:
    """Of sixteen files of the index the last is forgotten."""
    with_runs = index.Index.with_runs

    def fifteen(self: index.Index, run_ids: Collection[RunId]) -> dict[str, bytes]:
        files = with_runs(self, run_ids)
        return {path: data for path, data in files.items() if not path.endswith("/f.txt")}

    patch.setattr(index.Index, "with_runs", fifteen)


def times_as_texts(patch: pytest.MonkeyPatch) -> None:
    """The earlier of two runs is the one whose date comes first in the alphabet."""
    patch.setattr(
        benchmark.entry.Entry,
        "submitted_at",
        property(lambda self: self.standing.submitted_at),
    )


def said_not_in_the_manifest(patch: pytest.MonkeyPatch) -> None:
    """It does not say what maintainers have said, so that nobody would miss it."""
    patch.setattr(derived_files, "SAID", ())


def fragments_in_one_file(patch: pytest.MonkeyPatch) -> None:
    """Runs go to one file a month, which the next publish replaces."""
    for module in (dataset, fast):
        patch.setattr(module, "fragment_path", lambda _data, month, *_: f"runs/{month}/all.jsonl")


def clean_up_by_path(patch: pytest.MonkeyPatch) -> None:
    """What has the path of a published file is removed, whatever is in it by now."""
    commit = removal._commit  # noqa: SLF001 - the step that decides

    def by_path(git: Any, job: Any, tip: str) -> Cleanup:
        blobs = dict(removal._blobs(git, tip))  # noqa: SLF001 - as above
        every = {path: frozenset({blobs.get(path, "")}) for path in job.published}
        return commit(git, job._replace(published=every), tip)

    patch.setattr(removal, "_commit", by_path)


def not_atomic(patch: pytest.MonkeyPatch) -> None:
    """Files are written in their place."""

    def in_place(files: Mapping[Any, bytes]) -> None:
        for path, data in files.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)

    patch.setattr(canonical, "write_all_atomic", in_place)
