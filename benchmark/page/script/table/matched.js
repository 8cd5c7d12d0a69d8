/** Results side by side at equal numbers of requests at a time: one line a configuration. */
function drawMatched(rows) {
  const name = scoredBy(state);
  const ranked = rows.filter((row) => isRanked(row) && metric(row, name) !== null);
  const levels = [...new Set(ranked.map((row) => numberOf(row, "concurrent_requests") ?? 1))].sort((a, b) => a - b);
  const lines = matchedLines(ranked, name);
  const best = new Map(levels.map((level) => [level, bestAt(lines, level, name)]));
  const shownLines = lines.slice(0, 200);
  byId("matched").replaceChildren(
    h("p", { class: "quiet" }, t("matchedHelp", t(name), COLUMN_BY_NAME.get(name).unit)),
    h(
      "div",
      { class: "scroll", tabindex: 0, role: "region", "aria-label": t("matched") },
      h(
        "table",
        { class: "matched" },
        h("thead", {}, h("tr", {}, matchedHeads(levels))),
        h(
          "tbody",
          {},
          shownLines.map((line) => matchedLine(line, levels, best, name)),
        ),
      ),
    ),
    lines.length > shownLines.length
      ? h("p", { class: "quiet" }, t("moreLines", lines.length - shownLines.length))
      : "",
  );
}

/** One line a group, hardware, engine with its version, and precision; the best run of each level. */
function matchedLines(rows, name) {
  const lines = new Map();
  for (const row of rows) {
    const key = [row.group, row.series, fold(engineText(row))].join("\n");
    if (!lines.has(key)) lines.set(key, { row, cells: new Map() });
    const { cells } = lines.get(key);
    const level = numberOf(row, "concurrent_requests") ?? 1;
    if (!cells.has(level) || isBetter(row, cells.get(level), name)) cells.set(level, row);
  }
  const weight = ({ cells }) =>
    [...cells.values()].reduce((most, row) => Math.max(most, metric(row, name) * betterDirection(name)), -Infinity);
  return [...lines.values()].sort((a, b) => b.cells.size - a.cells.size || weight(b) - weight(a));
}

function isBetter(row, other, name) {
  return (metric(row, name) - metric(other, name)) * betterDirection(name) > 0;
}

function bestAt(lines, level, name) {
  const rows = lines.map(({ cells }) => cells.get(level)).filter(Boolean);
  return rows.reduce((best, row) => (best === null || isBetter(row, best, name) ? row : best), null);
}

function matchedHeads(levels) {
  const mixed = state.model === ALL || state.work === ALL ? ["model", "workload"] : [];
  const [first, ...others] = [...mixed, "hardware", "engine", "precision"].map((name) => t(name));
  const names = [
    h("th", { scope: "col" }, first),
    ...others.map((name) => h("th", { scope: "col", class: "part" }, name)),
  ];
  return [...names, ...levels.map((level) => h("th", { scope: "col", class: "number" }, `c = ${shown(level)}`))];
}

function matchedLine({ row, cells }, levels, best, name) {
  const mixed = state.model === ALL || state.work === ALL ? [modelText(row), workText(row)] : [];
  const [first, ...others] = [...mixed, row.hardware ?? MISSING, engineText(row) ?? MISSING, row.precision ?? MISSING];
  return h(
    "tr",
    {},
    h(
      "th",
      { scope: "row", title: first },
      first,
      h("small", { class: "phone", "aria-hidden": "true" }, others.join(" · ")),
      lineBadges(cells),
    ),
    others.map((text) => h("td", { title: text, class: "part" }, text)),
    levels.map((level) => matchedCell(cells.get(level), best.get(level), name)),
  );
}

/** What is to be known of any result of a line, each once. */
function lineBadges(cells) {
  const badges = [...cells.values()].flatMap(badgesOf);
  return [...new Map(badges.map((node) => [node.textContent, node])).values()];
}

function matchedCell(row, best, name) {
  if (!row) return h("td", { class: "number missing" }, MISSING);
  const text = formatMeasure(metric(row, name));
  const open = button(text, () => openRow(row.id), { class: "figure", "aria-label": `${text}, ${row.label}` });
  return h("td", { class: `number${row === best ? " best" : ""}` }, open);
}
