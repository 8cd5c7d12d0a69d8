"""The text of a card: what we say of the dataset, between markers in whatever else it says."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from benchmark.card import earlier, queries
from benchmark.card.top import fastest

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator

    from benchmark.entry import RunId

BEGIN = (
    "<!-- sagellm-benchmark: begin: written anew by every publish, yours goes before or after -->"
)
END = "<!-- sagellm-benchmark: end -->"
TITLE = "# LLM inference leaderboard"

_ANY_NAME = "OWNER/NAME"
_NAME = re.compile(r"[\w.-]+/[\w.-]+", re.ASCII)
_MARKER = r"<!-- sagellm-benchmark: (?:begin|end)\b"
_REGION = re.compile(
    rf"<!-- sagellm-benchmark: begin\b[^\n]*?-->(?:(?!{_MARKER}).)*<!-- sagellm-benchmark: end -->",
    re.DOTALL,
)
_HOME = "https://github.com/intellistream/sagellm-benchmark"
_WHAT = f"""\
Speed of LLM inference, measured with [sagellm-benchmark]({_HOME}): what was executed, on which
hardware, by which engine. Anyone can add a result; no token is needed for it."""
_COMPARE = """\
Of the models and workloads with the most results. Throughput is that of all requests in flight
together: compare rows of one model, workload and concurrency. ⚠ is doubtful: it could be, but looks
like a fault of the measurement; `sagellm-benchmark report` says why."""
_MANY = """\
There are too many results for a table here. `sagellm-benchmark report` shows them all, and the line
for DuckDB below the fastest of each model."""
_ADD = """\
```bash
export HF_REPO={name}
pip install "sagellm-benchmark[run] @ git+{home}"
sagellm-benchmark run --model gpt2 --backend cpu --workload short    # 1. measure
sagellm-benchmark aggregate                                          # 2. merge with what is here
git add hf_data/ && git commit -m "feat: add results" && git push    # 3. the Action does the rest
```

The third step is made in a clone or a fork of the repository whose Action publishes here,
[intellistream/sagellm-benchmark]({home}) unless this card names another."""
_READ = """\
`hf://datasets/{name}/` may be the path of a clone instead. DuckDB and Polars are told which fields
are wanted and of which types. The leaderboards hold what is ranked; `runs/**/*.jsonl`, which DuckDB
reads in the same way, every run, also those taken back. `datasets`, 4.7 or later, keeps ten
decimals of a figure, the others keep all."""
_FILES = """\
- `leaderboard_single.json`, `leaderboard_multi.json`: the best eligible run of every configuration
  on one machine, and on several.
- `runs/`: every run ever accepted, append-only; the two leaderboards are computed from it.
- `retractions.jsonl`: runs taken back, each with its reason.
- `confirmations.jsonl`: runs that looked impossible or doubtful and were seen to be true.
- `attestations.jsonl`: runs of which a CI service has signed which of its jobs they came from.
- `tombstones.jsonl`: runs taken down, of which only the id and the reason are left.
- `runs/manifest.json`, `runs/trail.json`, `runs/index/`: made from the others by every commit, so
  that the next one need not read everything."""
_CITE = """\
The licence is that of the header of this card, if it names one. Cite the revision that you read:

```bibtex
@misc{{sagellm-benchmark,
  title = {{{{LLM inference leaderboard}}}},
  author = {{{{The sagellm-benchmark contributors}}}},
  howpublished = {{\\url{{https://huggingface.co/datasets/{name}}}}},
  note = {{Revision \\texttt{{…}}; measured with \\url{{{home}}}}}
}}
```"""


def with_block(text: str, boards: Iterable[bytes], name: str, confirmed: Container[RunId]) -> str:
    """The text with our block: where it was, or at the end; as it is where ours cannot be told.

    Args:
        text: the rule at the end of the header, and what follows it.
        boards: the files of the leaderboards.
        name: as `written`.
        confirmed: as `written`.
    """
    newline = "\r\n" if "\r\n" in text else "\n"
    block = newline.join(
        line for part in _block(fastest(boards, confirmed), name) for line in part.split("\n")
    )
    found = _REGION.search(text)
    if is_torn(text):
        return text
    if found:
        return text[: found.start()] + block + text[found.end() :]
    if earlier.is_whole(text):
        text = f"---{newline}{newline}{TITLE}{newline}"
    gap = newline if text.endswith("\n") else newline * 2
    return f"{text}{gap}{block}{newline}"


def is_torn(text: str) -> bool:
    """Whether there is a marker of ours outside of one whole pair."""
    found = _REGION.search(text)
    others = text[: found.start()] + text[found.end() :] if found else text
    return re.search(_MARKER, others) is not None


def _block(table: list[str] | None, name: str) -> Iterator[str]:
    known = name if _NAME.fullmatch(name) else _ANY_NAME
    yield from (BEGIN, "", _WHAT, "", "## Fastest results", "", *_fastest(table), "")
    yield from ("## Add a result", "", _ADD.format(name=known, home=_HOME), "")
    yield from ("## Read it", "")
    for query in queries.ALL.values():
        yield from ("```python", query.format(name=known), "```", "")
    yield from (_READ.format(name=known), "", "## Files", "", _FILES, "")
    yield from ("## Licence and citation", "", _CITE.format(name=known, home=_HOME), "", END)


def _fastest(table: list[str] | None) -> list[str]:
    if table is None:
        return [_MANY]
    return [*table, "", _COMPARE] if table else ["No result is ranked yet."]
