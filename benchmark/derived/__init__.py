"""What a commit says of the dataset's own files, so that the next one need not read all of it.

Both the manifest and the index are in `runs/`, so a commit that writes them changes `runs/`, and
whether somebody else changed it since is told by two commit ids. They follow from the runs, the
retractions and the definitions alone: `rebuild` makes the same bytes.
"""

from benchmark.derived.files import derived_files, differing, is_derived, repairs
from benchmark.derived.index import Index, MisfitError
from benchmark.derived.manifest import MANIFEST, RUNS, BoardFact, Manifest, fitting, unchanged_since

__all__ = [
    "MANIFEST",
    "RUNS",
    "BoardFact",
    "Index",
    "Manifest",
    "MisfitError",
    "derived_files",
    "differing",
    "fitting",
    "is_derived",
    "repairs",
    "unchanged_since",
]
