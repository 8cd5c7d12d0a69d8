/** The rows shown, as a file or as text. */
function chooseExport() {
  const kinds = [
    ["csv", "text/csv;charset=utf-8", csvOf],
    ["json", "application/json", jsonOf],
    ["markdown", "text/markdown;charset=utf-8", markdownOf],
  ];
  const buttons = kinds.map(([name, type, write]) =>
    button(t(name), () => exportRows(name, type, write), { id: name }),
  );
  const copyMarkdown = copiesOnClick(
    button(t("copyMarkdown"), null, { id: "copy-markdown" }),
    () => markdownOf(rowsOfTable(visibleRows(state), state)),
    "copyMarkdown",
  );
  return h("div", { class: "options", role: "group", "aria-label": t("export") }, buttons, copyMarkdown);
}

async function exportRows(name, type, write) {
  await SOURCE.complete();
  download(exportName(name === "markdown" ? "md" : name), type, write(rowsOfTable(visibleRows(state), state)));
  closeSheets();
}

/** The rows as they were submitted, with where they come from and the units of their fields. */
function jsonOf(rows) {
  const kept = rows.map((row) => {
    const { board, label, run_id, not_ranked, fate, verdict, verdict_reasons, isExample } = row;
    const entry = SOURCE.entry(row.index);
    return { board, label, run_id, example: isExample, fate, verdict, verdict_reasons, not_ranked, entry };
  });
  const names = [...new Set(kept.flatMap(({ entry }) => leaves(entry).map(([path]) => path.at(-1) ?? "")))].sort();
  const units = Object.fromEntries(names.filter(unitOf).map((name) => [name, unitOf(name)]));
  const { title, dataset_url, revision, generated_at } = PAGE;
  return `${JSON.stringify({ title, dataset_url, revision, generated_at, units, rows: kept }, null, 1)}\n`;
}

function exportName(extension) {
  return `leaderboard${PAGE.revision ? `-${PAGE.revision.slice(0, 7)}` : ""}.${extension}`;
}
