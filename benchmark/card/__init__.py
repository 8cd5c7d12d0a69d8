"""The dataset card: the viewer and `load_dataset` read the right files by it, people what is there.

What we write stands between markers, in the header and in the text; every byte outside of them is
the maintainer's and stays. A card that says `sagellm-benchmark: by hand` anywhere stays as it is.

The cost is that of the submission, never of the history. The fastest results are of leaderboards
of up to `top.MOST_BYTES`: they are read again at every publish then, so the card is never stale; of
larger ones it says instead how to ask. Which columns there are is known from the card itself and
the new runs; only a card that does not say yet takes all runs.
"""

from benchmark.card.card import is_silent_on_columns, obstacle, tells_of_runs, written
from benchmark.card.columns import names_in

__all__ = ["is_silent_on_columns", "names_in", "obstacle", "tells_of_runs", "written"]
