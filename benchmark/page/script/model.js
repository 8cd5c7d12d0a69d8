/** The rows of the page and the questions asked of them; nothing here touches the document. */
const PAGE = JSON.parse(document.getElementById("data").textContent);
const TABS = ["single", "chips", "nodes"];

const ROWS = PAGE.rows.map((row) => ({
  ...row,
  id: row.run_id.slice(0, 12),
  tab: tabOf(row),
  words: [row.label, row.run_id, ...leaves(row.entry).map(([, value]) => value)].join("\n").toLowerCase(),
  facets: Object.fromEntries(Object.keys(FACETS).map((name) => [name, fold(FACETS[name](row))])),
}));
const ROW_BY_ID = new Map(ROWS.map((row) => [row.id, row]));

function tabOf(row) {
  if (row.board === "multi") return "nodes";
  return row.configuration.chip_count > 1 ? "chips" : "single";
}

function isRanked(row) {
  return row.not_ranked.length === 0;
}

/** Whether every word typed occurs in some field. */
function matchesQuery(row, query) {
  return query
    .toLowerCase()
    .split(/\s+/)
    .every((word) => row.words.includes(word));
}

/** Whether the row passes every facet but `except`. */
function matchesFacets(row, facets, except = "") {
  return Object.entries(facets).every(
    ([name, chosen]) => name === except || chosen.size === 0 || chosen.has(row.facets[name]),
  );
}

/** The rows of the open tab, whatever the filters say. */
function rowsOfTab(state) {
  return ROWS.filter((row) => row.tab === state.tab && (state.unranked || isRanked(row)));
}

/** The rows to show, in order. */
function visibleRows(state) {
  const rows = rowsOfTab(state).filter((row) => matchesQuery(row, state.query) && matchesFacets(row, state.facets));
  return sorted(rows, state.sort);
}

/** How many rows each value of a facet would show, given the other filters. */
function facetCounts(state, name) {
  const counts = new Map();
  for (const row of rowsOfTab(state)) {
    if (!matchesQuery(row, state.query) || !matchesFacets(row, state.facets, name)) continue;
    counts.set(row.facets[name], (counts.get(row.facets[name]) ?? 0) + 1);
  }
  return counts;
}

/** Missing values come last in either direction; equals keep one order, best throughput first. */
function sorted(rows, { name, descending }) {
  const { order } = COLUMNS.find((column) => column.name === name);
  const keyed = rows.map((row) => ({ row, key: order(row), tie: metric(row, "throughput_tps") }));
  keyed.sort(
    (a, b) =>
      compareKeys(a.key, b.key, descending) ||
      compareKeys(a.tie, b.tie, true) ||
      (a.row.run_id < b.row.run_id ? -1 : 1),
  );
  return keyed.map(({ row }) => row);
}

const COLLATOR = new Intl.Collator("en", { numeric: true, sensitivity: "base" });

function compareKeys(a, b, descending) {
  if (a === null || b === null) return (a === null) - (b === null);
  const ascending = typeof a === "number" ? a - b : COLLATOR.compare(a, b);
  return descending ? -ascending : ascending;
}

/** Rows a log-log chart can hold: ranked, both measures above zero. */
function plottable(rows) {
  return rows.filter((row) => isRanked(row) && metric(row, "throughput_tps") > 0 && metric(row, "ttft_ms") > 0);
}

/** The rows that no other row beats or equals in both measures, by rising time to first token. */
function paretoFront(rows) {
  const byTime = [...rows].sort(
    (a, b) => metric(a, "ttft_ms") - metric(b, "ttft_ms") || metric(b, "throughput_tps") - metric(a, "throughput_tps"),
  );
  const front = [];
  for (const row of byTime) {
    if (front.length === 0 || metric(row, "throughput_tps") > metric(front.at(-1), "throughput_tps")) front.push(row);
  }
  return front;
}
