function textColumn(name, text, width, extra = {}) {
  return { name, unit: "", best: 0, width, order: text, text: (row) => text(row) ?? MISSING, ...extra };
}

function numberColumn(name, value, width, extra = {}) {
  const text = (row) => (value(row) === null ? MISSING : formatNumber(value(row)));
  return { name, unit: "", best: 0, width, numeric: true, order: value, text, ...extra };
}

/** A column of a measure, with its unit and its better end. */
function measureColumn(name, width, extra = {}) {
  const value = (row) => metric(row, name);
  const text = (row) => (value(row) === null ? MISSING : formatMeasure(value(row)));
  const best = betterDirection(name);
  return { name, unit: unitOf(name), best, width, numeric: true, measure: true, order: value, text, ...extra };
}

function percentText(row) {
  const share = metric(row, "error_rate");
  return share === null ? MISSING : formatNumber(share * 100);
}

/** The columns that there are, in reading order; widths in pixels where they are not measured. */
const COLUMNS = [
  textColumn("hardware", (row) => row.hardware, 180, { usual: true, grows: true }),
  textColumn("model", modelText, 206, { mixed: true, grows: true }),
  textColumn("workload", (row) => joined("", configured(row, "workload")), 96, { mixed: true, yields: 1 }),
  textColumn("lengths", lengthsText, 112, { mixed: true, numeric: true, yields: 3 }),
  textColumn("engine", engineText, 164, { usual: true }),
  textColumn("precision", (row) => row.precision, 88, { usual: true, yields: 2 }),
  textColumn("vendor", (row) => joined("", configured(row, "vendor")), 90),
  numberColumn("nodes", nodesOf, 62),
  numberColumn("chips", chipsOf, 62),
  numberColumn("batch_size", (row) => numberOf(row, "batch_size"), 70),
  numberColumn("concurrency", (row) => numberOf(row, "concurrent_requests"), 66, {
    usual: true,
    head: "concurrencyShort",
    yields: 0.5,
  }),
  measureColumn("throughput_tps", 104, { usual: true }),
  measureColumn("tps_per_chip", 96),
  measureColumn("ttft_ms", 82, { head: "ttftShort", usual: true, yields: 4 }),
  measureColumn("tpot_ms", 82, { head: "tpotShort", usual: true, yields: 5 }),
  measureColumn("interactivity", 104, { unit: "tok/s" }),
  measureColumn("peak_mem_mb", 96),
  measureColumn("error_rate", 74, { unit: "%", text: percentText }),
  textColumn("submitter", (row) => row.submitter, 130),
  textColumn("submitted", (row) => day(row.instant), 104, { numeric: true, history: true }),
  textColumn("fate", (row) => t(row.fate), 94, { history: true }),
];
const COLUMN_BY_NAME = new Map(COLUMNS.map((column) => [column.name, column]));

const BESIDE_COLUMNS = 80;
const BAR_COLUMN = 210;

/** The columns to show: those chosen, else what the view needs and there is room for. */
function columnsShown(state, room = Number.POSITIVE_INFINITY) {
  const { columns, model, work, view } = state;
  if (columns.length > 0) return COLUMNS.filter((column) => columns.includes(column.name));
  const usual = COLUMNS.filter((column) => isUsual(column, { model, work, view }));
  const isYielding = ({ yields, name }) => yields && name !== state.sort.name;
  const yielding = usual.filter(isYielding).sort((a, b) => b.yields - a.yields);
  const width = (list) => list.reduce((total, column) => total + widthOf(column, state), BESIDE_COLUMNS);
  const gone = new Set();
  const kept = () => usual.filter((column) => !gone.has(column));
  for (const column of yielding) if (width(kept()) > room) gone.add(column);
  return kept();
}

/** Narrow enough for cards, as the style has it. */
function isPhone() {
  return innerWidth <= 760;
}

/** How wide the table may be; cards on a phone take what they need of every column. */
function roomForTable() {
  return isPhone() ? Number.POSITIVE_INFINITY : byId("results").clientWidth - 2;
}

function isUsual({ name, usual, mixed, history }, { model, work, view }) {
  if (name === "model") return model === ALL;
  if (mixed) return model === ALL || work === ALL;
  if (view === "history") return (usual && name !== "tpot_ms") || history;
  return usual;
}
