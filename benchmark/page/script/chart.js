const MARGIN = { top: 12, right: 16, bottom: 40, left: 56 };

/** Draw throughput over time to first token for the rows shown, with their Pareto front. */
function drawChart(rows) {
  const points = plottable(rows);
  const figure = byId("chart");
  if (points.length === 0) {
    figure.replaceChildren(h("p", { class: "quiet" }, t("nothingToPlot")));
    return;
  }
  const front = paretoFront(points);
  const size = { width: Math.max(figure.clientWidth, 280), height: figure.clientWidth < 600 ? 260 : 340 };
  const tooltip = h("div", { class: "tooltip", hidden: true });
  figure.replaceChildren(
    legend(points),
    h("div", { class: "plot" }, plot(points, front, size, tooltip), tooltip),
    h("figcaption", { id: "chart-help" }, t("chartHelp")),
  );
}

function legend(points) {
  const engines = new Map(points.map((row) => [STYLE_OF.get(row.facets.engine), FACETS.engine(row)]));
  const crowded = STYLE_OF.size > STYLES;
  const names = [...engines]
    .sort(([a], [b]) => a - b)
    .map(([style, name]) =>
      h(
        "li",
        {},
        s(
          "svg",
          { width: 14, height: 14, viewBox: "-7 -7 14 14", "aria-hidden": "true" },
          s("path", { d: SHAPES[style], class: `mark style${style}` }),
        ),
        crowded && style === STYLES - 1 ? t("otherEngines") : name,
      ),
    );
  const front = h(
    "li",
    {},
    s("svg", { width: 22, height: 14, "aria-hidden": "true" }, s("path", { d: "M1 11H11V3H21", class: "front" })),
    t("front"),
  );
  return h("ul", { class: "legend" }, names, front);
}

function plot(points, front, { width, height }, tooltip) {
  const x = logAxis(
    points.map((row) => metric(row, "ttft_ms")),
    MARGIN.left,
    width - MARGIN.right,
  );
  const y = logAxis(
    points.map((row) => metric(row, "throughput_tps")),
    height - MARGIN.bottom,
    MARGIN.top,
  );
  const marks = points.map((row) => ({
    row,
    x: x.place(metric(row, "ttft_ms")),
    y: y.place(metric(row, "throughput_tps")),
    front: front.includes(row),
  }));
  marks.sort((a, b) => a.x - b.x || b.y - a.y);
  const group = s(
    "g",
    { role: "group", "aria-label": t("chart"), "aria-describedby": "chart-help" },
    marks.map((mark) => markNode(mark)),
  );
  listen(group, marks, tooltip, width);
  return s(
    "svg",
    { width, height, viewBox: `0 0 ${width} ${height}` },
    grid(x, y, width, height),
    s("path", {
      d: staircase(
        marks.filter((mark) => mark.front),
        width - MARGIN.right,
      ),
      class: "front",
    }),
    group,
  );
}

function grid(x, y, width, height) {
  const [bottom, right] = [height - MARGIN.bottom, width - MARGIN.right];
  const upright = x.ticks.flatMap((tick) => [
    s("path", { d: `M${x.place(tick)} ${MARGIN.top}V${bottom}` }),
    s("text", { x: x.place(tick), y: bottom + 16, "text-anchor": "middle" }, formatNumber(tick)),
  ]);
  const level = y.ticks.flatMap((tick) => [
    s("path", { d: `M${MARGIN.left} ${y.place(tick)}H${right}` }),
    s("text", { x: MARGIN.left - 8, y: y.place(tick) + 4, "text-anchor": "end" }, formatNumber(tick)),
  ]);
  const across = s(
    "text",
    { x: (MARGIN.left + right) / 2, y: height - 6, "text-anchor": "middle", class: "title" },
    `${t("ttft_ms")} (ms)`,
  );
  const along = s(
    "text",
    { transform: `translate(13 ${(MARGIN.top + bottom) / 2}) rotate(-90)`, "text-anchor": "middle", class: "title" },
    `${t("throughput_tps")} (tok/s)`,
  );
  return s("g", { class: "grid", "aria-hidden": "true" }, upright, level, across, along);
}

/** What a budget of time buys: level until the next point of the front, then straight up to it. */
function staircase(marks, right) {
  const [first, ...rest] = marks;
  return `M${first.x} ${first.y}${rest.map((mark) => `H${mark.x}V${mark.y}`).join("")}H${right}`;
}

function markNode({ row, x, y, front }) {
  const words = [row.label, measures(row), front ? t("onFront") : null];
  return s(
    "g",
    {
      class: `point${front ? " best" : ""}`,
      role: "button",
      tabindex: -1,
      transform: `translate(${x} ${y})`,
      "aria-label": joined(", ", ...words),
      "data-id": row.id,
    },
    s("circle", { r: 11, class: "target" }),
    s("path", { d: SHAPES[STYLE_OF.get(row.facets.engine)], class: `mark style${STYLE_OF.get(row.facets.engine)}` }),
  );
}

function measures(row) {
  return `${formatNumber(metric(row, "throughput_tps"))} tok/s, ${t("ttft_ms")} ${formatNumber(metric(row, "ttft_ms"))} ms`;
}

/** One stop for the tab key; inside, the arrow keys walk from point to point. */
function listen(group, marks, tooltip, width) {
  const nodes = [...group.children];
  nodes[0].setAttribute("tabindex", 0);
  const steps = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1 };
  const over = (event) => showTooltip(marks[nodes.indexOf(event.target.closest(".point"))], tooltip, width);
  const open = (event) => update({ show: event.target.closest(".point").dataset.id });
  const press = (event) => {
    const index = nodes.indexOf(event.target);
    if (event.key === "Enter" || event.key === " ") open(event);
    else if (event.key === "Escape") tooltip.hidden = true;
    else if (event.key in steps) focusMark(nodes, (index + steps[event.key] + nodes.length) % nodes.length);
    else return;
    event.preventDefault();
  };
  const leave = () => {
    tooltip.hidden = true;
  };
  fill(
    group,
    { onpointerover: over, onfocusin: over, onpointerout: leave, onfocusout: leave, onclick: open, onkeydown: press },
    [],
  );
}

function focusMark(nodes, index) {
  for (const node of nodes) node.setAttribute("tabindex", -1);
  nodes[index].setAttribute("tabindex", 0);
  nodes[index].focus();
}

function showTooltip({ row, x, y, front }, tooltip, width) {
  tooltip.replaceChildren(
    h("b", {}, row.label),
    h("span", {}, measures(row)),
    ...(front ? [h("span", {}, t("onFront"))] : []),
  );
  tooltip.hidden = false;
  const half = tooltip.offsetWidth / 2;
  tooltip.style.left = `${Math.min(Math.max(x, half), Math.max(width - half, half))}px`;
  tooltip.style.top = `${y}px`;
  tooltip.classList.toggle("below", y < tooltip.offsetHeight + 24);
}
