/** How the runs of each configuration changed over dates and engine versions. */
function drawTrend(rows) {
  const node = byId("plot");
  const name = scoredBy(state);
  const runs = rows.filter((row) => row.fate === "best" || row.fate === "superseded");
  const key = (row) => `${row.group}\n${row.series}\n${numberOf(row, "concurrent_requests") ?? 1}`;
  const every = seriesOf(
    runs,
    (row) => row.instant,
    (row) => metric(row, name),
    key,
  );
  const series = measuredAgain(every).map(styled).map(inTime);
  if (series.length === 0) return explainPlot(node, t("nothingToPlot"));
  const stage = framePlot(node, t("trend", t(name)), [], series, t("trendHelp"), false);
  drawPlot(
    stage,
    {
      title: t("trend", t(name)),
      series,
      front: [],
      x: { title: t("submitted"), axis: timeAxis },
      y: { title: axisTitle(name), axis: logAxis },
      label: ({ row }) => shown(configured(row, "engine_version")),
      words: ({ row }) => [
        seriesTitle(row),
        engineText(row) ?? MISSING,
        day(row.instant),
        t(row.fate),
        ...measuresOf(row, [name]),
        ...badgeWords(row),
      ],
    },
    plotHeight(),
  );
}

/** Where some configurations were measured again, those that were not have no trend. */
function measuredAgain(series) {
  const again = series.filter((one) => one.points.length > 1);
  return again.length > 0 ? again : series;
}

function inTime(series) {
  const requests = numberOf(series.row, "concurrent_requests") ?? 1;
  const points = [...series.points].sort((a, b) => a.x - b.x);
  return {
    ...series,
    points,
    title: joined(" · ", ...groupWords(series.row), series.title, requests > 1 ? `c=${requests}` : null),
  };
}

/** Which model and workload, where several are shown. */
function groupWords(row) {
  return [state.model === ALL ? modelText(row) : null, state.work === ALL ? workText(row) : null];
}
