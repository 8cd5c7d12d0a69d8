/** The rows of the page and what is known of each; nothing here touches the document. */
let ROWS = [];
let SOURCE = null;
let rowsById = null;

/** Make these the rows of the page. */
function takeRows(source) {
  const columns = tableColumns(source);
  SOURCE = source;
  ROWS = Array.from({ length: source.count }, (_, index) => new Row(columns, index));
  rowsById = null;
  forgetSearches();
  forgetFacets();
  forgetGroups();
}

/** The row that a link names, by the first digits of its run id. */
function rowById(id) {
  if (!id) return undefined;
  rowsById ??= new Map(ROWS.map((row) => [row.id, row]));
  return rowsById.get(id);
}

/** One run. Of a hundred thousand few are looked at: what follows from the columns is made when it is asked for. */
class Row {
  constructor(columns, index) {
    this.columns = columns;
    this.index = index;
    this.kept = null;
  }

  get run_id() {
    return this.columns.facts.run_id[this.index];
  }

  get id() {
    return this.run_id.slice(0, 12);
  }

  get label() {
    return this.columns.facts.label[this.index];
  }

  get board() {
    return this.columns.facts.board[this.index];
  }

  get not_ranked() {
    return this.columns.facts.not_ranked[this.index];
  }

  get superseded_by() {
    return this.columns.facts.superseded_by[this.index];
  }

  get is_retracted() {
    return this.columns.facts.is_retracted[this.index];
  }

  get verdict() {
    return this.columns.facts.verdict[this.index];
  }

  get verdict_reasons() {
    return this.columns.facts.verdict_reasons[this.index];
  }

  get tier() {
    return this.columns.facts.tier[this.index];
  }

  get rank() {
    return this.columns.facts.rank[this.index];
  }

  get reproduced_by() {
    return this.columns.facts.reproduced_by[this.index];
  }

  get tied_with() {
    return this.columns.facts.tied_with[this.index];
  }

  get submitter() {
    const value = this.columns.submitter[this.index];
    return isMissing(value) ? null : shown(value);
  }

  get isExample() {
    return this.columns.data_source[this.index] === PAGE.example_source;
  }

  get instant() {
    return this.once("instant", () => instant(this.columns.submitted_at[this.index]));
  }

  get hardware() {
    return this.once("hardware", () => hardwareText(this));
  }

  get precision() {
    return this.once("precision", () => joined(" · ", configured(this, "precision"), configured(this, "quantization")));
  }

  get fate() {
    return fateOf(this);
  }

  get model() {
    return this.columns.groups.models[this.index];
  }

  get work() {
    return this.columns.groups.works[this.index];
  }

  get group() {
    return this.once("group", () => `${this.model}\n${this.work}`);
  }

  /** What a curve is of. */
  get series() {
    return this.once("series", () => {
      const parts = [this.hardware, configured(this, "engine"), this.precision];
      return parts.map((part) => fold(shown(part))).join("\n");
    });
  }

  /** The configuration: equal for two runs iff they measured the same. */
  get key() {
    return this.columns.keys()[this.index];
  }

  /** Everything of the configuration but how much was asked at a time. */
  get sweep() {
    return this.columns.sweeps()[this.index];
  }

  once(name, work) {
    this.kept ??= {};
    if (!(name in this.kept)) this.kept[name] = work();
    return this.kept[name];
  }
}

/** What became of a run: only the best of a configuration is ranked, and not every one may be. */
function fateOf(row) {
  if (row.is_retracted) return "retracted";
  if (row.not_ranked.length > 0) return "notRanked";
  return row.superseded_by ? "superseded" : "best";
}

/** Whether it may be a measuring fault. */
function isDoubtful(row) {
  return row.verdict === "doubtful" || row.verdict === "impossible";
}

function isRanked(row) {
  return row.fate === "best";
}

/** One part of the configuration as it was submitted, null if it is missing. */
function configured(row, name) {
  const value = row.columns.parts[name][row.index];
  return isMissing(value) ? null : value;
}

function numberOf(row, name) {
  const value = row.columns.parts[name][row.index];
  return typeof value === "number" ? value : null;
}

/** Chips of all nodes; a result that does not say ran on one. */
function chipsOf(row) {
  return Math.max(numberOf(row, "chip_count") ?? 1, 1);
}

function nodesOf(row) {
  return Math.max(numberOf(row, "node_count") ?? 1, 1);
}

/** The scale a result is of: one chip, several, or several machines. */
function scaleOf(row) {
  if (row.board === "multi") return "nodes";
  return chipsOf(row) > 1 ? "chips" : "single";
}

/** A measure by its name, null where there is none; two of them follow from others. */
function metric(row, name) {
  if (name === "tps_per_chip") return divided(measured(row, "throughput_tps"), chipsOf(row));
  if (name === "interactivity") return divided(1000, measured(row, "tpot_ms"));
  return measured(row, name);
}

function measured(row, name) {
  const value = row.columns.metrics[name][row.index];
  return typeof value === "number" ? value : null;
}

function divided(value, by) {
  return value === null || !(by > 0) ? null : value / by;
}

function hardwareText(row) {
  const [chips, nodes] = [configured(row, "chip_count"), configured(row, "node_count")];
  const spread = nodes > 1 && chips % nodes === 0 ? `(${nodes} × ${chips / nodes})` : null;
  return joined(" ", configured(row, "chip_model"), chips > 1 ? `×${chips}` : null, spread);
}

function lengthsText(row) {
  const [input, output] = [configured(row, "input_length"), configured(row, "output_length")];
  return isMissing(input) && isMissing(output) ? null : `${shown(input)} → ${shown(output)}`;
}

function engineText(row) {
  return joined(" ", configured(row, "engine"), configured(row, "engine_version"));
}
