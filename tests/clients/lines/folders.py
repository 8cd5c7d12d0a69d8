"""Sends a folder in every way that this client has: at once, as a large one, on a schedule."""

import json
import sys
import warnings
from pathlib import Path

from huggingface_hub import CommitScheduler, HfApi, snapshot_download

warnings.simplefilter("ignore")
REPO, FOLDER = sys.argv[1], Path(sys.argv[2])
api = HfApi()
said = {"ways": []}

api.upload_folder(repo_id=REPO, repo_type="dataset", folder_path=FOLDER, path_in_repo="at-once")
if hasattr(api, "upload_large_folder"):
    said["ways"].append("upload_large_folder")
    api.upload_large_folder(REPO, FOLDER, repo_type="dataset", print_report=False)
scheduler = CommitScheduler(
    repo_id=REPO, repo_type="dataset", folder_path=FOLDER, path_in_repo="scheduled", every=60
)
scheduler.trigger().result()
with scheduler.lock:
    (FOLDER / "later.txt").write_text("later")
scheduler.trigger().result()
scheduler.stop()
got = Path(snapshot_download(REPO, repo_type="dataset"))
said["got"] = {
    str(path.relative_to(got)): path.stat().st_size for path in got.rglob("*") if path.is_file()
}
print(json.dumps(said))
