/** The fields of a CSV file: identity, configuration, every metric some row has, origin. */
function exportFields(rows) {
  return [
    ["label", (row) => row.label],
    ["run_id", (row) => row.run_id],
    ["board", (row) => row.board],
    ...PAGE.key_paths.map(([name]) => [name, (row) => configured(row, name)]),
    ...metricNames(rows).map((name) => [name, (row) => at(row.entry, ["metrics", name])]),
    ["submitted_at", (row) => at(row.entry, ["metadata", "submitted_at"])],
    ["submitter", (row) => at(row.entry, ["metadata", "submitter"])],
    ["not_ranked", (row) => row.not_ranked.join("; ")],
  ];
}

/** RFC 4180 with units in the header; a missing value is an empty cell, never 0. */
function csvOf(rows) {
  const fields = exportFields(rows);
  const head = fields.map(([name]) => (unitOf(name) ? `${name} (${unitOf(name)})` : name));
  const lines = [head, ...rows.map((row) => fields.map(([, value]) => value(row)))];
  return lines.map((cells) => `${cells.map(csvCell).join(",")}\r\n`).join("");
}

/** One cell; text that a spreadsheet would run as a formula is kept text by an apostrophe. */
function csvCell(value) {
  if (isMissing(value)) return "";
  const text = typeof value === "string" ? value.replace(/^(?=[=+\-@\t\r])/, "'") : JSON.stringify(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** The rows as they were submitted, with where they come from and the units of their fields. */
function jsonOf(rows) {
  const names = [...new Set(rows.flatMap((row) => leaves(row.entry).map(([path]) => path.at(-1) ?? "")))].sort();
  const units = Object.fromEntries(names.filter(unitOf).map((name) => [name, unitOf(name)]));
  const { title, dataset_url, revision, generated_at } = PAGE;
  const kept = rows.map(({ board, label, run_id, not_ranked, entry }) => ({ board, label, run_id, not_ranked, entry }));
  return `${JSON.stringify({ title, dataset_url, revision, generated_at, units, rows: kept }, null, 1)}\n`;
}

function exportName(extension) {
  return `leaderboard-${state.tab}${PAGE.revision ? `-${PAGE.revision.slice(0, 7)}` : ""}.${extension}`;
}
