/** The dataset as it is now: its boards at the head of the branch, read without a token. */
const BOARDS = ["single", "multi"];

/** Read the dataset again and show what has changed; whatever goes wrong, what is shown stays. */
async function refresh() {
  const node = byId("refresh");
  node.disabled = true;
  say(t("reading"));
  byId("news").textContent = t("reading");
  try {
    const revision = await headRevision();
    const entries = await boardsAt(revision);
    const before = ROWS.length;
    await SOURCE.complete();
    takeRows(new Source(await joinedWith(entries), null));
    Object.assign(PAGE, { revision, generated_at: now(), left_out: [] });
    newRows(t("refreshed", ROWS.length - before));
  } catch (error) {
    byId("news").textContent = t("notRefreshed", String(error.message ?? error));
    say(byId("news").textContent);
  }
  node.disabled = false;
}

async function headRevision() {
  const api = PAGE.dataset_url.replace("/datasets/", "/api/datasets/");
  const answer = await asked(`${api}/revision/${encodeURIComponent(PAGE.branch)}`);
  const { sha } = await answer.json();
  if (!/^[0-9a-f]{40}$/.test(sha)) throw new Error(t("noRevision"));
  return sha;
}

async function asked(address) {
  const answer = await fetch(address, { credentials: "omit", referrerPolicy: "no-referrer", cache: "no-cache" });
  if (!answer.ok) throw new Error(`${answer.status} ${answer.statusText}`.trim());
  return answer;
}

async function boardsAt(revision) {
  const lists = await Promise.all(
    BOARDS.map(async (board) => {
      const address = `${PAGE.dataset_url}/resolve/${revision}/leaderboard_${board}.json`;
      const list = await (await asked(address)).json();
      if (!Array.isArray(list)) throw new Error(t("noBoard", board));
      return list.filter((entry) => entry !== null && typeof entry === "object").map((entry) => ({ board, entry }));
    }),
  );
  return lists.flat();
}

/** The columns of the boards' entries and of the runs that were known before and are on no board. */
async function joinedWith(listed) {
  const known = new Map(ROWS.map((row) => [row.run_id, row]));
  const fresh = await Promise.all(listed.map(async ({ board, entry }) => factsOf(board, entry, known)));
  const ids = new Set(fresh.map(({ facts }) => facts.run_id));
  const bestOf = new Map(fresh.map(({ entry, facts }) => [keyOf(configurationOf(entry)), facts.run_id]));
  const others = ROWS.filter((row) => !ids.has(row.run_id)).map((row) => keptRow(row, bestOf));
  const all = [...fresh, ...others];
  const names = Object.keys(SOURCE.facts);
  const facts = Object.fromEntries(names.map((name) => [name, { each: all.map((one) => one.facts[name]) }]));
  return { count: all.length, fields: columnsOf(all.map((one) => one.entry)), facts };
}

async function factsOf(board, entry, known) {
  const runId = await digest(canonical(entry));
  const row = known.get(runId);
  if (row)
    return { entry, facts: { ...pickFacts(row), not_ranked: row.not_ranked, superseded_by: "", is_retracted: false } };
  const { engine, engine_version, workload, ...values } = configurationOf(entry);
  const label = labelOf({ ...values, engine, engine_version, workload });
  const judged = { verdict: "", verdict_reasons: [], rank: null, tied_with: [], tier: "", reproduced_by: 0 };
  const standing = { not_ranked: closedGates(entry), superseded_by: "", is_retracted: false };
  return { entry, facts: { board, label, run_id: runId, engine, engine_version, workload, ...standing, ...judged } };
}

/** A run that is on no board any more has been superseded by the one that is, or was taken back. */
function keptRow(row, bestOf) {
  const facts = { ...pickFacts(row) };
  if (row.fate === "best") {
    const key = keyOf(configurationOfRow(row));
    facts.superseded_by = bestOf.get(key) ?? "";
    facts.is_retracted = !bestOf.has(key);
  }
  return { entry: SOURCE.entry(row.index), facts };
}

function pickFacts(row) {
  return Object.fromEntries(Object.keys(SOURCE.facts).map((name) => [name, row.columns.facts[name][row.index]]));
}

function configurationOfRow(row) {
  return Object.fromEntries(PAGE.key_paths.map(([name]) => [name, configured(row, name)]));
}

/** The run id: sha-256 where the browser has it, which needs https or a file; else a name for this visit. */
async function digest(text) {
  const bytes = new TextEncoder().encode(text);
  if (!crypto.subtle) return `visit-${[...bytes].reduce((sum, byte) => (sum * 31 + byte) % 2 ** 48, 7).toString(16)}`;
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return [...hash].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

function now() {
  return `${new Date().toISOString().slice(0, 16).replace("T", " ")} UTC`;
}
