/** Which rows a state shows, and in which order. */
const searches = new Map();

function forgetSearches() {
  searches.clear();
}

/** For every row whether a word occurs in some field of it, its label or its run id. */
function rowsWith(word) {
  if (!searches.has(word)) {
    const found = new Uint8Array(SOURCE.count);
    const { label, run_id } = SOURCE.facts;
    for (const column of [label, run_id, SOURCE.facts.workload, ...SOURCE.fields]) mark(found, column, word);
    searches.set(word, found);
  }
  return searches.get(word);
}

function mark(found, column, word) {
  const { values, placeOf } = distinctOf(column, found.length);
  const hits = values.map((value) => value !== undefined && searched(value).includes(word));
  if (!hits.includes(true)) return;
  for (let row = 0; row < found.length; row += 1) if (hits[placeOf(row)]) found[row] = 1;
}

/** Not folded, for words have no blanks; of a hundred thousand run ids none is kept twice. */
function searched(value) {
  return spelled(value).toLowerCase();
}

function spelled(value) {
  return typeof value === "string" ? value : (JSON.stringify(value) ?? "");
}

/** The words of a query; every one must occur. */
function wordsOf(query) {
  return fold(query).split(" ").filter(Boolean);
}

/** Whether a row is of the model and the workload asked for, and may be seen in this view. */
function belongs(row, { model, work, view, unranked }) {
  if (!(isRanked(row) || view === "history" || (unranked && row.fate !== "superseded"))) return false;
  return (model === ALL || row.model === model) && (work === ALL || row.work === work);
}

/** The rows of the model and workload, whatever the filters say. */
function rowsInQuestion(state) {
  return ROWS.filter((row) => belongs(row, state));
}

/** What every row must pass, as functions; `except` leaves one facet out. */
function testsOf(state, except = "") {
  const tests = wordsOf(state.query).map((word) => {
    const found = rowsWith(word);
    return (row) => found[row.index] === 1;
  });
  for (const [name, chosen] of Object.entries(state.facets)) {
    if (name === except || chosen.size === 0) continue;
    const values = facetOf(name);
    tests.push((row) => chosen.has(values[row.index]));
  }
  if (state.from) tests.push((row) => row.instant !== null && day(row.instant) >= state.from);
  if (state.to) tests.push((row) => row.instant !== null && day(row.instant) <= state.to);
  return tests;
}

function passing(rows, tests) {
  return tests.length === 0 ? rows : rows.filter((row) => tests.every((test) => test(row)));
}

/** The rows to show, in order. */
function visibleRows(state) {
  return sorted(matchingRows(state), state.sort);
}

function matchingRows(state) {
  return passing(rowsInQuestion(state), testsOf(state));
}

/** Of sorted rows the first of each sweep: a ranking asks for the best, whatever was asked at a time. */
function bestOfSweeps(rows) {
  const seen = new Set();
  return rows.filter((row) => !seen.has(row.sweep) && seen.add(row.sweep));
}

/** Whether some configuration was measured with several numbers of requests at a time. */
function hasSweeps(rows) {
  const seen = new Set();
  return rows.some((row) => seen.size === seen.add(row.sweep).size);
}

/** The rows of the table: of a ranking one a sweep, unless every result is asked for. */
function rowsOfTable(rows, { view, each, facets }) {
  const isOneLevel = facets.concurrency.size === 1;
  return view === "ranking" && !each && !isOneLevel ? bestOfSweeps(rows) : rows;
}

/** How many rows each value of a facet would show, given the other filters. */
function facetCounts(state, name) {
  const [counts, values] = [new Map(), facetOf(name)];
  for (const row of passing(rowsInQuestion(state), testsOf(state, name))) {
    const value = values[row.index];
    if (!counts.has(value)) counts.set(value, { value, text: facetText(name, row), count: 0 });
    counts.get(value).count += 1;
  }
  return [...counts.values()];
}

/** Missing values come last in either direction; equals keep one order, best throughput first. */
function sorted(rows, { name, descending }) {
  const { order } = COLUMN_BY_NAME.get(name);
  const keyed = rows.map((row) => ({ row, key: order(row), tie: measured(row, "throughput_tps") }));
  const places = placesOf(keyed);
  if (places) for (const one of keyed) one.key = one.key === null ? null : places.get(one.key);
  keyed.sort(
    (a, b) =>
      compareKeys(a.key, b.key, descending) ||
      compareKeys(a.tie, b.tie, true) ||
      (a.row.run_id < b.row.run_id ? -1 : 1),
  );
  return keyed.map(({ row }) => row);
}

const COLLATOR = new Intl.Collator("en", { numeric: true, sensitivity: "base" });

/** Texts are collated once each, not once a comparison: of ten thousand rows few are different. */
function placesOf(keyed) {
  if (!keyed.some(({ key }) => typeof key === "string")) return null;
  const texts = [...new Set(keyed.map(({ key }) => key))].filter((key) => key !== null);
  texts.sort(COLLATOR.compare);
  let place = 0;
  return new Map(
    texts.map((text, index) => {
      if (index > 0 && COLLATOR.compare(texts[index - 1], text) !== 0) place = index;
      return [text, place];
    }),
  );
}

function compareKeys(a, b, descending) {
  if (a === null || b === null) return (a === null) - (b === null);
  return descending ? b - a : a - b;
}
