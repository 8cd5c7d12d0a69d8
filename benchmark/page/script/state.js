/** What the address bar remembers: everything a link should bring back. */
const DEFAULT_SORT = "-throughput_tps";

function firstTab() {
  return TABS.find((tab) => ROWS.some((row) => row.tab === tab && isRanked(row))) ?? TABS[0];
}

/** A sorting from its written form: a column's name, a minus in front for descending. */
function readSort(text) {
  const sort = { name: text.replace(/^-/, ""), descending: text.startsWith("-") };
  return COLUMNS.some((column) => column.name === sort.name) ? sort : readSort(DEFAULT_SORT);
}

function writeSort({ name, descending }) {
  return (descending ? "-" : "") + name;
}

/** The values of a facet that a link names and some row has. */
function readFacet(given, name) {
  return new Set(given.getAll(name).filter((value) => ROWS.some((row) => row.facets[name] === value)));
}

/** The state that an address's hash describes; what it does not know or not understand is the default. */
function readState(hash) {
  const given = new URLSearchParams(hash.replace(/^#/, ""));
  return {
    tab: TABS.includes(given.get("tab")) ? given.get("tab") : firstTab(),
    query: given.get("q") ?? "",
    facets: Object.fromEntries(Object.keys(FACETS).map((name) => [name, readFacet(given, name)])),
    unranked: given.get("unranked") === "1",
    sort: readSort(given.get("sort") ?? DEFAULT_SORT),
    picked: [...new Set(given.getAll("pick"))].filter((id) => ROW_BY_ID.has(id)).slice(0, 2),
    show: given.get("show") === "compare" || ROW_BY_ID.has(given.get("show")) ? given.get("show") : "",
    lang: Object.hasOwn(TEXT, given.get("lang") ?? "") ? given.get("lang") : PAGE.lang,
  };
}

/** The hash of a state, without what is the default. */
function writeState(state) {
  const sort = writeSort(state.sort);
  const pairs = [
    ["tab", state.tab === firstTab() ? "" : state.tab],
    ["q", state.query],
    ...Object.entries(state.facets).flatMap(([name, chosen]) => [...chosen].sort().map((value) => [name, value])),
    ["unranked", state.unranked ? "1" : ""],
    ["sort", sort === DEFAULT_SORT ? "" : sort],
    ...state.picked.map((id) => ["pick", id]),
    ["show", state.show],
    ["lang", state.lang === PAGE.lang ? "" : state.lang],
  ];
  return new URLSearchParams(pairs.filter(([, value]) => value !== "")).toString();
}
