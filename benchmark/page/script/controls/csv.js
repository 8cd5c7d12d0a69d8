/** The fields of a CSV file: identity, configuration, every figure some row has, origin and standing. */
function exportFields(entries) {
  return [
    ["label", (row) => row.label],
    ["run_id", (row) => row.run_id],
    ["board", (row) => row.board],
    ...PAGE.key_paths.map(([name]) => [name, (row) => configured(row, name)]),
    ...metricNames(entries).map((name) => [name, (_, entry) => at(entry, ["metrics", name])]),
    ["submitted_at", (_, entry) => at(entry, ["metadata", "submitted_at"])],
    ["submitter", (row) => row.submitter],
    ["example", (row) => (row.isExample ? true : null)],
    ["fate", (row) => row.fate],
    ["verdict", (row) => row.verdict],
    ["tier", (row) => row.tier],
    ["reproduced_by", (row) => row.reproduced_by || null],
    ["not_ranked", (row) => row.not_ranked.join("; ")],
  ];
}

/** RFC 4180 with units in the header; a missing value is an empty cell, never 0. */
function csvOf(rows) {
  const entries = rows.map((row) => SOURCE.entry(row.index));
  const fields = exportFields(entries);
  const head = fields.map(([name]) => (unitOf(name) ? `${name} (${unitOf(name)})` : name));
  const lines = [head, ...rows.map((row, index) => fields.map(([, value]) => value(row, entries[index])))];
  return lines.map((cells) => `${cells.map(csvCell).join(",")}\r\n`).join("");
}

/** One cell; text that a spreadsheet would run as a formula is kept text by an apostrophe. */
function csvCell(value) {
  if (isMissing(value)) return "";
  const text = typeof value === "string" ? value.replace(/^(?=[=+\-@\t\r])/, "'") : JSON.stringify(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
