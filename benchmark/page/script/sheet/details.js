/** Everything an entry says, the run id and the command to measure it again. */
const SECTION_ORDER = [
  "hardware",
  "model",
  "workload",
  "metrics",
  "cluster",
  "environment",
  "versions",
  "kv_cache_config",
  "metadata",
  "provenance",
];

function placeOf(section) {
  return SECTION_ORDER.includes(section) ? SECTION_ORDER.indexOf(section) : SECTION_ORDER.length;
}

function isSection([, value]) {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}

function detailsOf(row) {
  const entry = SOURCE.entry(row.index);
  const sections = Object.entries(entry)
    .filter(isSection)
    .sort(([a], [b]) => placeOf(a) - placeOf(b));
  const top = Object.entries(entry).filter((pair) => !isSection(pair));
  return [
    ...noticesOf(row),
    tiles(row),
    commandOf(entry),
    h("dl", { class: "run" }, h("dt", {}, t("runId")), h("dd", {}, h("code", {}, row.run_id), copyButton(row.run_id))),
    runsOf(row),
    h(
      "div",
      { class: "sections" },
      sections.map(([key, value]) => fieldSection(sectionTitle(key), value)),
      fieldSection(t("sectionTop"), Object.fromEntries(top)),
    ),
    leftOutNote(),
  ];
}

/** Why it is not ranked, why it is doubted, that nobody measured it: before any figure. */
function noticesOf(row) {
  const notices = [];
  if (row.isExample) notices.push([t("example"), t("exampleWhy")]);
  if (row.fate !== "best") notices.push([t(row.fate), fateReasons(row).join("; ")]);
  if (row.verdict_reasons.length > 0) notices.push([t(row.verdict), row.verdict_reasons.map(told).join("; ")]);
  if (row.tied_with.length > 0) notices.push([t("tied"), row.tied_with.join("; ")]);
  if (row.tier === "attested") notices.push([t("attested"), t("attestedWhy")]);
  if (row.reproduced_by > 0) notices.push([t("reproduced"), t("reproducedWhy", row.reproduced_by)]);
  return notices.map(([title, text]) => h("p", { class: "notice" }, h("b", {}, title), text ? `: ${text}` : ""));
}

function tiles(row) {
  const measured = COLUMNS.filter((column) => column.measure && column.text(row) !== MISSING);
  return h(
    "ul",
    { class: "tiles" },
    measured.map((column) =>
      h("li", {}, h("span", {}, t(column.name)), h("b", {}, column.text(row), h("small", {}, ` ${column.unit}`))),
    ),
  );
}

function commandOf(entry) {
  const command = at(entry, ["metadata", "reproducible_cmd"]);
  if (typeof command !== "string") return null;
  return h(
    "div",
    { class: "command" },
    h("h3", {}, t("reproduce")),
    h("pre", {}, h("code", {}, command)),
    copyButton(command),
  );
}

/** The other runs of the same configuration, newest first. */
function runsOf(row) {
  const runs = ROWS.filter((other) => other.key === row.key).sort((a, b) => (b.instant ?? 0) - (a.instant ?? 0));
  if (runs.length < 2) return null;
  const items = runs.map((run) =>
    h(
      "li",
      run === row ? { class: "this" } : {},
      h("span", {}, day(run.instant) ?? MISSING),
      h("span", {}, `${formatMeasure(measured(run, "throughput_tps") ?? 0)} tok/s`),
      h("span", {}, run.submitter ?? MISSING),
      run === row
        ? h("b", {}, t(run.fate))
        : button(t(run.fate), () => update({ show: run.id }), { class: "quiet-button" }),
    ),
  );
  return h("section", { class: "runs" }, h("h3", {}, t("otherRuns", runs.length)), h("ul", {}, items));
}

/** "kv_cache_config" is titled by "sectionKvCacheConfig", a section the page does not know by its own name. */
function sectionTitle(key) {
  const known = `section${key.replace(/(?:^|_)(.)/g, (_, letter) => letter.toUpperCase())}`;
  return t(known) === known ? key : t(known);
}

function fieldSection(title, value) {
  const pairs = leaves(value).flatMap(([path, leaf]) => [
    h("dt", {}, path.join(".")),
    h("dd", { class: isMissing(leaf) ? "missing" : "" }, leafNode(path, leaf)),
  ]);
  return h("section", {}, h("h3", {}, title), h("dl", {}, pairs));
}

function leafNode(path, leaf) {
  if (typeof leaf === "string" && !isMissing(leaf)) return link(leaf);
  const unit = typeof leaf === "number" ? unitOf(path.at(-1) ?? "") : "";
  const title = typeof leaf === "number" ? { title: String(leaf) } : {};
  return h("span", title, shown(leaf), unit ? h("small", {}, ` ${unit}`) : null);
}

/** Ten thousand results do not bring every field; the dataset has them all. */
function leftOutNote() {
  if (PAGE.left_out.length === 0) return null;
  return h(
    "p",
    { class: "quiet note" },
    t("leftOut", PAGE.left_out.length),
    " ",
    PAGE.dataset_url ? link(PAGE.dataset_url, t("dataset")) : "",
  );
}
