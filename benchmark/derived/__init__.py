"""What a commit says of the dataset's own files, so that the next one need not read all of it.

Both the manifest and the index are in `runs/`, so a commit that writes them changes `runs/`, and
whether somebody else changed it since is told by two commit ids. The commit's title names the
manifest (benchmark.hub.outline): that of an older copy, uploaded over what came since, does not.
They follow from the runs, the retractions and the definitions alone: `rebuild` makes the same
bytes.
"""

from benchmark.derived.files import (
    derived_files,
    differing,
    is_derived,
    is_worthwhile,
    repairs,
    trail_fits,
)
from benchmark.derived.index import WHOLE, Index, MisfitError
from benchmark.derived.losses import Losses, losses, refuse_losses, strangers
from benchmark.derived.manifest import MANIFEST, RUNS, BoardFact, Manifest, fitting, unchanged_since
from benchmark.derived.manifest import decode as manifest_of
from benchmark.derived.page_files import PAGE, PAGE_DATA, is_page
from benchmark.derived.part import knowing
from benchmark.derived.trail import TRAIL, extended
from benchmark.derived.trail import decode as trail_of

__all__ = [
    "MANIFEST",
    "PAGE",
    "PAGE_DATA",
    "RUNS",
    "TRAIL",
    "WHOLE",
    "BoardFact",
    "Index",
    "Losses",
    "Manifest",
    "MisfitError",
    "derived_files",
    "differing",
    "extended",
    "fitting",
    "is_derived",
    "is_page",
    "is_worthwhile",
    "knowing",
    "losses",
    "manifest_of",
    "refuse_losses",
    "repairs",
    "strangers",
    "trail_fits",
    "trail_of",
    "unchanged_since",
]
