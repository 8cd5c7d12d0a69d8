/** The rows as a Markdown table of the columns shown. */
function markdownOf(rows) {
  const columns = columnsShown(state);
  const scores = new Scores(rows, scoredBy(state));
  const heads = [
    t("rank"),
    ...columns.map((column) => `${t(column.name)}${column.unit ? ` (${column.unit})` : ""}`),
    t("relative"),
    t("notes"),
  ];
  const rule = ["---:", ...columns.map((column) => (column.numeric ? "---:" : "---")), "---:", "---"];
  const lines = rows.map((row) => {
    const standing = scores.get(row);
    const marks = badgesOf(row).map((node) => node.textContent);
    return [
      rankText(standing),
      ...columns.map((column) => column.text(row)),
      standing ? ratioText(standing.ratio) : MISSING,
      marks.join(", "),
    ];
  });
  return [heads, rule, ...lines]
    .map((cells, index) => `| ${cells.map(index === 1 ? String : markdownCell).join(" | ")} |\n`)
    .join("");
}

/** Text of one cell: nothing in it is markup. */
function markdownCell(text) {
  return String(text)
    .replace(/\s+/g, " ")
    .trim()
    .replace(/[\\`*_[\]<>|~#&!]/g, "\\$&");
}
