/** Fill and open the dialog; it closes by its button, by Escape, or by a click beside it. */
function openDialog(title, content) {
  const close = h(
    "button",
    { type: "button", class: "close", "aria-label": t("close"), onclick: () => byId("dialog").close() },
    "×",
  );
  const dialog = byId("dialog");
  dialog.replaceChildren(
    h("div", { class: "sheet" }, h("header", {}, h("h2", { id: "dialog-title" }, title), close), content),
  );
  if (!dialog.open) dialog.showModal();
  dialog.scrollTop = 0;
}

/** The event comes late: by then the dialog may show something else. */
function dialogClosed() {
  if (!byId("dialog").open) update({ show: "" });
}

function closeBeside(event) {
  if (event.target === byId("dialog")) byId("dialog").close();
}

/** Bring the dialog in line with the state. */
function drawDialog() {
  const row = ROW_BY_ID.get(state.show);
  if (row) openDialog(row.label, detailsOf(row));
  else if (state.show === "compare" && state.picked.length === 2)
    openDialog(t("compare"), comparisonOf(...state.picked.map((id) => ROW_BY_ID.get(id))));
  else if (byId("dialog").open) byId("dialog").close();
}

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
];

function placeOf(section) {
  return SECTION_ORDER.includes(section) ? SECTION_ORDER.indexOf(section) : SECTION_ORDER.length;
}

/** Everything an entry says, the run id and the command to measure it again. */
function detailsOf(row) {
  const notRanked = isRanked(row)
    ? null
    : h("p", { class: "notice" }, `${t("notRanked")}: ${row.not_ranked.join("; ")}`);
  const isSection = ([, value]) => value !== null && typeof value === "object" && !Array.isArray(value);
  const sections = Object.entries(row.entry)
    .filter(isSection)
    .sort(([a], [b]) => placeOf(a) - placeOf(b));
  const top = Object.entries(row.entry).filter((pair) => !isSection(pair));
  return [
    notRanked,
    tiles(row),
    commandOf(row),
    h("dl", { class: "run" }, h("dt", {}, t("runId")), h("dd", {}, h("code", {}, row.run_id), copyButton(row.run_id))),
    h(
      "div",
      { class: "sections" },
      sections.map(([key, value]) => fieldSection(sectionTitle(key), value)),
      fieldSection(t("sectionTop"), Object.fromEntries(top)),
    ),
  ];
}

function tiles(row) {
  const measured = COLUMNS.filter((column) => column.best !== 0);
  return h(
    "ul",
    { class: "tiles" },
    measured.map((column) =>
      h(
        "li",
        {},
        h("span", {}, t(column.name)),
        h("b", {}, column.text(row), column.text(row) === MISSING ? null : h("small", {}, ` ${column.unit}`)),
      ),
    ),
  );
}

function commandOf(row) {
  const command = at(row.entry, ["metadata", "reproducible_cmd"]);
  if (typeof command !== "string") return null;
  return h(
    "div",
    { class: "command" },
    h("h3", {}, t("reproduce")),
    h("pre", {}, h("code", {}, command)),
    copyButton(command),
  );
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
  return h(
    "span",
    typeof leaf === "number" ? { title: String(leaf) } : {},
    shown(leaf),
    unit ? h("small", {}, ` ${unit}`) : null,
  );
}
