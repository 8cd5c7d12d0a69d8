const MOST_LABELS = 300;
const MARGIN = { top: 30, right: 18, bottom: 42, left: 58 };

/**
 * Draw series of points into a figure: one curve each, the Pareto front, a legend.
 *
 * On a canvas, for a workload may have ten thousand results. `model` has `series`, `x` and `y` (title, axis),
 * `front` (points), `words` (what is said of a point) and `label` (what stands beside it).
 */
function drawPlot(node, model, height) {
  const width = Math.max(Math.floor(node.clientWidth), 260);
  const area = { left: MARGIN.left, right: width - MARGIN.right, top: MARGIN.top, bottom: height - MARGIN.bottom };
  const plot = { ...model, ...area, width, height, colour: colours(node), ...placed(model, area) };
  const layer = canvasOf(width, height);
  const above = canvasOf(width, height);
  drawGrid(layer.pen, plot);
  drawFront(layer.pen, plot);
  drawSeries(layer.pen, plot);
  const tip = h("div", { class: "tip", hidden: true });
  const stage = h(
    "div",
    { class: "stage", tabindex: 0, role: "application", "aria-label": model.title, "aria-describedby": "plot-help" },
    layer.canvas,
    above.canvas,
    tip,
  );
  node.replaceChildren(stage);
  explore(stage, { ...plot, pen: above.pen, tip });
}

/** Every point with its place, and the axes that give it. */
function placed({ series, x, y, front }, { left, right, top, bottom }) {
  const points = series.flatMap((one) => one.points.map((point) => ({ ...point, style: one.style, series: one })));
  const across = x.axis(
    points.map((point) => point.x),
    left,
    right,
  );
  const up = y.axis(
    points.map((point) => point.y),
    bottom,
    top,
  );
  const place = (point) => ({ ...point, x: across.place(point.x), y: up.place(point.y) });
  return { across, up, points: points.map(place), front: front.map(place) };
}

function drawGrid(pen, { across, up, left, right, top, bottom, x, y, colour, width, height }) {
  pen.font = `12px ${getComputedStyle(document.body).fontFamily}`;
  pen.strokeStyle = colour.line;
  pen.fillStyle = colour.quiet;
  pen.lineWidth = 1;
  pen.textAlign = "center";
  for (const tick of across.ticks) {
    const place = Math.round(across.place(tick)) + 0.5;
    strokeLine(pen, place, top, place, bottom);
    pen.fillText(across.text(tick), place, bottom + 17);
  }
  pen.textAlign = "right";
  for (const tick of up.ticks) {
    const place = Math.round(up.place(tick)) + 0.5;
    strokeLine(pen, left, place, right, place);
    pen.fillText(up.text(tick), left - 8, place + 4);
  }
  pen.fillText(`${x.title} →`, width - MARGIN.right, height - 6);
  pen.textAlign = "left";
  pen.fillText(`↑ ${y.title}`, 2, 14);
}

function strokeLine(pen, x1, y1, x2, y2) {
  pen.beginPath();
  pen.moveTo(x1, y1);
  pen.lineTo(x2, y2);
  pen.stroke();
}

/** The front as a staircase: what a budget buys, until the next point of the front. */
function drawFront(pen, { front, left, right, colour }) {
  if (front.length === 0) return;
  const edge = front.length > 1 && front[0].x > front.at(-1).x ? right : left;
  const steps = front.flatMap((point, index) =>
    index === 0 ? [point] : [{ x: point.x, y: front[index - 1].y }, point],
  );
  const from = edge === right ? left : right;
  const all = [...steps, { x: from, y: front.at(-1).y }];
  drawLine(pen, all, colour.quiet, { width: 1.25, dash: [3, 4] });
}

function drawSeries(pen, { series, points, colour, label, right }) {
  const bySeries = new Map(series.map((one) => [one, []]));
  for (const point of points) bySeries.get(point.series).push(point);
  for (const [one, own] of [...bySeries].reverse()) {
    const isOther = one.style === COLOURS;
    drawLine(pen, own, colour[`style${one.style}`], isOther ? { width: 1, alpha: 0.5 } : {});
    for (const point of own) drawMark(pen, point, colour, isOther ? 0.55 : 1);
  }
  drawLabels(pen, points, { colour, label, right });
}

/** Labels where there is room for them: one that would lie on another is left out. */
function drawLabels(pen, points, { colour, label, right }) {
  pen.font = `11px ${getComputedStyle(document.body).fontFamily}`;
  pen.textAlign = "left";
  pen.fillStyle = colour.quiet;
  const taken = [];
  for (const point of points.slice(0, MOST_LABELS)) {
    if (point.style === COLOURS) continue;
    const text = String(label(point));
    const width = pen.measureText(text).width + 2;
    const left = point.x + 7 + width > right + MARGIN.right ? point.x - 7 - width : point.x + 7;
    const box = { left, top: point.y - 16, right: left + width, bottom: point.y - 4 };
    if (taken.some((other) => overlap(box, other))) continue;
    taken.push(box);
    pen.fillText(text, box.left + 1, point.y - 6);
  }
}

function overlap(one, other) {
  return one.left < other.right && other.left < one.right && one.top < other.bottom && other.top < one.bottom;
}

/** Point, click, or walk by arrow keys from curve to curve and along each. */
function explore(stage, plot) {
  let current = null;
  const choose = (point) => {
    if (point === current) return;
    current = point;
    showPoint(stage, plot, point);
  };
  const open = () => current && update({ show: current.row.id }, { remember: true });
  fill(
    stage,
    {
      onpointermove: (event) => choose(nearest(plot.points, event.offsetX, event.offsetY)),
      onpointerleave: () => choose(null),
      onblur: () => choose(null),
      onclick: (event) => {
        choose(nearest(plot.points, event.offsetX, event.offsetY));
        open();
      },
      onkeydown: (event) => {
        const next = stepFrom(plot, current, event.key);
        if (event.key === "Enter") open();
        else if (event.key === "Escape") choose(null);
        else if (next) choose(next);
        else return;
        event.preventDefault();
      },
    },
    [],
  );
}

function nearest(points, x, y) {
  const [limit, best] = points.reduce(
    (found, point) => {
      const distance = Math.hypot(point.x - x, point.y - y);
      return distance < found[0] ? [distance, point] : found;
    },
    [26, null],
  );
  return limit < 26 ? best : null;
}

/** Left and right stay on a curve, up and down change it. */
function stepFrom({ points, series }, current, key) {
  const along = { ArrowRight: 1, ArrowLeft: -1 }[key];
  const across = { ArrowDown: 1, ArrowUp: -1 }[key];
  if (!along && !across) return null;
  if (!current) return points[0];
  const own = points.filter((point) => point.series === current.series);
  if (along) return own[(own.indexOf(current) + along + own.length) % own.length];
  const index = (series.indexOf(current.series) + across + series.length) % series.length;
  return points.find((point) => point.series === series[index]);
}

function showPoint(stage, { pen, tip, points, colour, width, height, words }, point) {
  pen.clearRect(0, 0, width, height);
  stage.classList.toggle("on-point", point !== null);
  tip.hidden = point === null;
  if (!point) return;
  const own = points.filter((other) => other.series === point.series);
  drawLine(pen, own, colour[`style${point.style}`], { width: 3 });
  for (const other of own) drawMark(pen, other, colour);
  drawMark(pen, point, colour, 1.7);
  const lines = words(point);
  tip.replaceChildren(...lines.map((line, index) => h(index === 0 ? "b" : "span", {}, line)));
  say(lines.join(", "));
  const half = tip.offsetWidth / 2;
  tip.style.left = `${Math.min(Math.max(point.x, half), Math.max(width - half, half))}px`;
  tip.style.top = `${point.y}px`;
  tip.classList.toggle("below", point.y < tip.offsetHeight + 20);
}
