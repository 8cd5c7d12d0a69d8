/** What the table can be narrowed to, besides model and workload. */
const FACETS = {
  hardware: (row) => row.hardware ?? MISSING,
  engine: (row) => shown(configured(row, "engine")),
  version: (row) => engineText(row) ?? MISSING,
  precision: (row) => row.precision ?? MISSING,
  concurrency: (row) => shown(configured(row, "concurrent_requests")),
  scale: (row) => scaleOf(row),
  nodes: (row) => String(nodesOf(row)),
  submitter: (row) => row.submitter ?? MISSING,
  trust: (row) => row.tier || row.verdict || MISSING,
};

const facetValues = new Map();

/** The value of a facet for every row, made when a facet is first used. */
function facetOf(name) {
  if (!facetValues.has(name))
    facetValues.set(
      name,
      ROWS.map((row) => fold(FACETS[name](row))),
    );
  return facetValues.get(name);
}

function forgetFacets() {
  facetValues.clear();
  severals.clear();
}

const severals = new Map();

/** Whether a facet tells any rows apart. */
function hasSeveral(name) {
  if (!severals.has(name)) {
    const value = (row) => fold(FACETS[name](row));
    severals.set(name, ROWS.length > 0 && ROWS.some((row) => value(row) !== value(ROWS[0])));
  }
  return severals.get(name);
}

/** How many runs may not be ranked, or were taken back. */
function countNotRanked() {
  return ROWS.reduce((count, row) => count + (row.fate === "best" || row.fate === "superseded" ? 0 : 1), 0);
}

/** How a value of a facet is written; two are words of the page. */
function facetText(name, row) {
  const text = FACETS[name](row);
  if (name === "scale") return t(`scale${text[0].toUpperCase()}${text.slice(1)}`);
  return name === "trust" && text !== MISSING ? t(text) : text;
}

function hasFacets({ facets, from, to, query }) {
  return query !== "" || from !== "" || to !== "" || Object.values(facets).some((chosen) => chosen.size > 0);
}

function noFacets() {
  return Object.fromEntries(Object.keys(FACETS).map((name) => [name, new Set()]));
}
