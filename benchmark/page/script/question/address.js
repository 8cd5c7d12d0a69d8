/** What the address bar remembers: everything a link should bring back. */
const DEFAULT_SORT = "-throughput_tps";

/** A history is read from its end. */
function usualSort(view) {
  return view === "history" ? "-submitted" : DEFAULT_SORT;
}

/** A sorting from its written form: a column's name, a minus in front for descending. */
function readSort(text) {
  const sort = { name: text.replace(/^-/, ""), descending: text.startsWith("-") };
  return COLUMN_BY_NAME.has(sort.name) ? sort : readSort(DEFAULT_SORT);
}

function writeSort({ name, descending }) {
  return (descending ? "-" : "") + name;
}

/** The values of a facet that a link names and some row has. */
function readFacet(given, name) {
  const values = given.getAll(name);
  if (name === "scale") values.push(...given.getAll("tab"));
  return new Set(values.length === 0 ? [] : values.filter((value) => facetOf(name).includes(value)));
}

function oneOf(value, allowed) {
  return allowed.includes(value) ? value : allowed[0];
}

function readDay(text) {
  return /^\d{4}-\d\d-\d\d$/.test(text ?? "") ? text : "";
}

/** The state that an address describes; what it does not know or not understand is the default. */
function readState(hash, search) {
  const given = new URLSearchParams(hash.replace(/^#/, ""));
  const lang = given.get("lang") ?? new URLSearchParams(search).get("lang") ?? "";
  return {
    ...questionOf(given.get("model"), given.get("workload")),
    view: oneOf(given.get("view"), VIEWS),
    query: given.get("q") ?? "",
    facets: Object.fromEntries(Object.keys(FACETS).map((name) => [name, readFacet(given, name)])),
    from: readDay(given.get("from")),
    to: readDay(given.get("to")),
    each: given.get("each") === "1",
    unranked: given.get("unranked") === "1",
    sort: readSort(given.get("sort") ?? usualSort(oneOf(given.get("view"), VIEWS))),
    columns: given.getAll("column").filter((name) => COLUMN_BY_NAME.has(name)),
    picked: [...new Set(given.getAll("pick"))].filter(rowById).slice(0, MOST_PICKED),
    show: given.get("show") === "compare" || rowById(given.get("show")) ? given.get("show") : "",
    across: oneOf(given.get("across"), ACROSS),
    up: oneOf(given.get("up"), UP),
    lang: Object.hasOwn(WORDS, lang) ? lang : PAGE.lang,
  };
}

/** The hash of a state, without what is the default. */
function writeState(state) {
  const usual = questionOf(null, null);
  const isUsual = state.model === usual.model && state.work === usual.work;
  const sort = writeSort(state.sort);
  const pairs = [
    ["model", isUsual ? "" : state.model],
    ["workload", isUsual ? "" : state.work],
    ["view", state.view === VIEWS[0] ? "" : state.view],
    ["q", state.query],
    ...Object.entries(state.facets).flatMap(([name, chosen]) => [...chosen].sort().map((value) => [name, value])),
    ["from", state.from],
    ["to", state.to],
    ["each", state.each ? "1" : ""],
    ["unranked", state.unranked ? "1" : ""],
    ["sort", sort === usualSort(state.view) ? "" : sort],
    ...state.columns.map((name) => ["column", name]),
    ...state.picked.map((id) => ["pick", id]),
    ["show", state.show],
    ["across", state.across === ACROSS[0] ? "" : state.across],
    ["up", state.up === UP[0] ? "" : state.up],
    ["lang", state.lang === PAGE.lang ? "" : state.lang],
  ];
  return new URLSearchParams(pairs.filter(([, value]) => value !== "")).toString();
}
