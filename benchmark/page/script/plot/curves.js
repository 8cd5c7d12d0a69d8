/** Throughput against how fast one reader is served, or how long they wait: one curve a configuration. */
const ACROSS = ["interactivity", "ttft_ms"];
const UP = ["throughput_tps", "tps_per_chip"];

function drawCurves(rows) {
  const node = byId("plot");
  const ranked = rows.filter(isRanked);
  if (state.model === ALL || state.work === ALL) return explainPlot(node, t("chooseToPlot"));
  const across = usableAcross(ranked);
  const [x, y] = [across, state.up].map((name) => (row) => metric(row, name));
  const series = alongConcurrency(seriesOf(ranked, x, y));
  if (series.length === 0) return explainPlot(node, t("nothingToPlot"));
  const front = paretoFront(
    series.flatMap((one) => one.points),
    betterDirection(across) < 0,
  );
  const isSweep = series.some((one) => one.points.length > 1);
  const stage = framePlot(node, t("curves"), plotChoices(across), series, t("curvesHelp"), front.length > 1);
  drawPlot(
    stage,
    {
      title: t("curves"),
      series,
      front: front.length > 1 ? front : [],
      x: { title: axisTitle(across), axis: logAxis },
      y: { title: axisTitle(state.up), axis: logAxis },
      label: isSweep ? ({ c }) => c : () => "",
      words: ({ row }) => [
        seriesTitle(row),
        engineText(row) ?? MISSING,
        ...measuresOf(row, [state.up, across]),
        ...badgeWords(row),
      ],
    },
    plotHeight(),
  );
}

/** Interactivity is not known of every result; then the time to the first token serves. */
function usableAcross(rows) {
  const hasPace = rows.some((row) => metric(row, "interactivity") > 0);
  return state.across === "interactivity" && !hasPace ? "ttft_ms" : state.across;
}

function plotChoices(across) {
  return [
    segments("acrossAxis", ACROSS, across, (name) => update({ across: name })),
    segments("upAxis", UP, state.up, (name) => update({ up: name })),
  ];
}

function axisTitle(name) {
  const unit = name === "interactivity" ? t("perReader") : unitOf(name);
  return `${t(name)}${unit ? ` (${unit})` : ""}`;
}

function measuresOf(row, names) {
  const requests = configured(row, "concurrent_requests");
  const values = names.map((name) => {
    const unit = COLUMN_BY_NAME.get(name).unit;
    return `${t(name)} ${metric(row, name) === null ? MISSING : formatMeasure(metric(row, name))} ${unit}`;
  });
  return [`${t("concurrency")} ${shown(requests)}`, ...values];
}

function plotHeight() {
  return state.view === "curves" && !isPhone() ? Math.min(Math.max(innerHeight - 330, 360), 620) : 320;
}

/** A figure's head, the place for its plot, and the legend. */
function framePlot(node, title, choices, series, help, hasFront) {
  const stage = h("div", { class: "plot" });
  node.replaceChildren(
    h("div", { class: "plot-head" }, h("h2", {}, title), h("div", { class: "choices" }, choices)),
    stage,
    legendOf(series, hasFront),
    h("figcaption", { id: "plot-help" }, help),
  );
  return stage;
}

function explainPlot(node, words) {
  node.replaceChildren(h("p", { class: "quiet" }, words));
}
