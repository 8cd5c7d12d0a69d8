"""Reads a dataset of ours, each of its configurations, whole and as a stream."""

import json
import sys

from datasets import load_dataset

REPO = sys.argv[1]
said = {}
for name in ("single", "multi", "runs"):
    whole = load_dataset(REPO, name, split="train")
    stream = load_dataset(REPO, name, split="train", streaming=True)
    said[name] = {
        "whole": sorted(row["entry_id"] for row in whole),
        "stream": sorted(row["entry_id"] for row in stream),
    }
print(json.dumps(said))
