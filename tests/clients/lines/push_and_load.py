"""Pushes a dataset, and a second split, and reads both back, whole and as a stream."""

import json
import sys

from datasets import Dataset, load_dataset

REPO = sys.argv[1]
rows = [{"model": f"m{number}", "tps": number / 3, "tags": ["a", None]} for number in range(5000)]

Dataset.from_list(rows).push_to_hub(REPO, num_shards=3)
Dataset.from_list(rows[:10]).push_to_hub(REPO, split="test")
Dataset.from_list(rows[:20]).push_to_hub(REPO, "other", private=False)
whole = load_dataset(REPO)
stream = load_dataset(REPO, split="train", streaming=True)
said = {
    "splits": {name: len(whole[name]) for name in whole},
    "same": whole["train"].to_list() == rows,
    "streamed": list(stream) == rows,
    "other": len(load_dataset(REPO, "other", split="train")),
    "again": len(load_dataset(REPO, split="train", revision="main")),
}
print(json.dumps(said))
