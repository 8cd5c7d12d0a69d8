/** What a reader must know before they trust a figure, in one word each; the reasons follow on pointing. */
function badgesOf(row) {
  const badges = [];
  if (row.isExample) badges.push(badge("example", t("exampleWhy")));
  if (row.fate !== "best") badges.push(badge(row.fate, fateReasons(row).join("; ")));
  if (isDoubtful(row)) badges.push(badge(row.verdict, row.verdict_reasons.map(told).join("; ")));
  if (row.tier === "attested") badges.push(badge("attested", t("attestedWhy")));
  if (row.reproduced_by > 0) badges.push(badge("reproduced", t("reproducedWhy", row.reproduced_by)));
  return badges;
}

/** The same as words, for who points at a result. */
function badgeWords(row) {
  const words = badgesOf(row).map((node) => node.textContent);
  return words.length > 0 ? [words.join(", ")] : [];
}

function badge(kind, why) {
  return h("span", { class: `badge ${kind}`, title: why }, t(kind));
}

function fateReasons(row) {
  if (row.fate !== "superseded") return row.not_ranked.map(told);
  const better = ROWS.find((other) => other.run_id === row.superseded_by);
  const by = better
    ? `${formatMeasure(measured(better, "throughput_tps") ?? 0)} tok/s`
    : row.superseded_by.slice(0, 12);
  return [t("supersededBy", by)];
}
