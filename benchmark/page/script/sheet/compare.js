/** The tray of chosen rows at the foot of the window. */
const LETTERS = "ABCD";

function drawTray() {
  const chosen = state.picked.map((id) => rowById(id));
  byId("picked").hidden = chosen.length === 0;
  const names = chosen.map((row, index) =>
    h(
      "li",
      {},
      h("b", {}, LETTERS[index]),
      h("span", {}, seriesTitle(row)),
      button("×", () => togglePick(row.id), { "aria-label": t("remove", row.label) }),
    ),
  );
  const open = button(t("compareNow"), () => openRow("compare"), { class: "primary", disabled: chosen.length < 2 });
  const hint = chosen.length < 2 ? [h("span", { class: "quiet" }, t("pickOne"))] : [];
  byId("picked").replaceChildren(h("ul", {}, names), ...hint, open);
}

/** Up to four rows side by side: metrics with their change from A, the configuration with what differs marked. */
function comparisonOf(rows) {
  const entries = rows.map((row) => SOURCE.entry(row.index));
  const configuration = PAGE.key_paths.map(([name]) => configurationLine(name, rows));
  const others = otherDifferences(entries);
  const none = h("tr", {}, h("td", { colspan: rows.length + 1, class: "quiet" }, t("noOther")));
  return [
    h(
      "div",
      { class: "scroll", tabindex: 0, role: "region", "aria-label": t("compare") },
      h(
        "table",
        { class: "comparison" },
        h("thead", {}, h("tr", {}, h("th", { scope: "col" }, t("field")), rows.map(sideHead))),
        lineGroup(
          t("metrics"),
          metricNames(entries).map((name) => metricLine(name, entries)),
          rows,
        ),
        lineGroup(t("configuration"), configuration.filter(Boolean), rows),
        lineGroup(t("other"), others.length > 0 ? others : [none], rows),
      ),
    ),
    h("p", { class: "quiet note" }, t("compareHelp")),
  ];
}

function sideHead(row, index) {
  return h(
    "th",
    { scope: "col" },
    h("b", { class: "letter" }, LETTERS[index]),
    h("span", { title: row.label }, seriesTitle(row)),
    badgesOf(row),
  );
}

/** A field as people read it, where the page has a word for it; on pointing, as it is written. */
function fieldNode(name) {
  const word = t(`field_${name}`);
  return word === `field_${name}` ? name : h("span", { title: name }, word);
}

function lineGroup(title, lines, rows) {
  return h("tbody", {}, h("tr", {}, h("th", { colspan: rows.length + 1, scope: "rowgroup" }, title)), lines);
}

function line(name, cells, differs) {
  const mark = differs ? [" ", h("mark", {}, t("differs"))] : [];
  return h(
    "tr",
    { class: differs ? "differs" : "" },
    h("th", { scope: "row" }, name, ...mark),
    cells.map((cell) => h("td", {}, cell)),
  );
}

/** What all of them leave out is left out. */
function configurationLine(name, rows) {
  const values = rows.map((row) => configured(row, name));
  if (values.every(isMissing)) return null;
  const spellings = new Set(values.map((value) => (isMissing(value) ? null : fold(value))));
  return line(fieldNode(name), values.map(shown), spellings.size > 1);
}

/** The names of all figures of some entries: those of the table first, then by name. */
function metricNames(entries) {
  const isFigure = (entry, name) => typeof entry.metrics[name] === "number" || entry.metrics[name] === null;
  const names = new Set(
    entries.flatMap((entry) => Object.keys(at(entry, ["metrics"]) ?? {}).filter((name) => isFigure(entry, name))),
  );
  const first = COLUMNS.map((column) => column.name).filter((name) => names.has(name));
  return [...first, ...[...names].filter((name) => !first.includes(name)).sort()];
}

function metricLine(name, entries) {
  const unit = unitOf(name);
  const cells = entries.map((entry, index) => [
    h("span", { class: "value" }, shown(at(entry, ["metrics", name]))),
    index === 0 ? null : changeNode(name, changeOf(name, entries[0], entry)),
  ]);
  return line([fieldNode(name), unit ? h("small", {}, ` ${unit}`) : null], cells, false);
}

/** The change in percent and whether it is for the better, or no more than noise. */
function changeNode(name, change) {
  if (change === null) return h("span", { class: "change" }, MISSING);
  const direction = Math.sign(change.percent) * betterDirection(name);
  const verdict = change.isNoise ? "noise" : (["worse", "", "better"][direction + 1] ?? "");
  const interval = change.low === null ? "" : ` (${signedPercent(change.low)} … ${signedPercent(change.high)})`;
  return h(
    "span",
    { class: `change ${verdict}` },
    signedPercent(change.percent),
    h("small", {}, `${interval}${verdict ? ` ${t(verdict)}` : ""}`),
  );
}

/** Leaves outside metrics and configuration that are not the same in all entries. */
function otherDifferences(entries) {
  const known = new Set(PAGE.key_paths.map(([, path]) => path.join(".")));
  const maps = entries.map((entry) => new Map(leaves(entry).map(([path, value]) => [path.join("."), value])));
  const paths = [...new Set(maps.flatMap((map) => [...map.keys()]))];
  const differs = (path) => new Set(maps.map((map) => shown(map.get(path)))).size > 1;
  return paths
    .filter((path) => !path.startsWith("metrics.") && !known.has(path) && differs(path))
    .map((path) =>
      line(
        path,
        maps.map((map) => shown(map.get(path))),
        true,
      ),
    );
}
