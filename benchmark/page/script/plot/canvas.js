/** A canvas of so many CSS pixels, sharp on any screen, and a pen that knows the page's colours. */
function canvasOf(width, height) {
  const scale = Math.max(devicePixelRatio || 1, 1);
  const canvas = h("canvas", { width: Math.round(width * scale), height: Math.round(height * scale) });
  canvas.style.width = `${width}px`;
  canvas.style.height = `${height}px`;
  const pen = canvas.getContext("2d");
  pen.scale(scale, scale);
  return { canvas, pen };
}

/** What the colours of the style are at this moment; light and dark differ. */
function colours(node) {
  const probe = h("span", { hidden: true });
  node.append(probe);
  const names = ["ink", "quiet", "line", "sheet", ...MARKS.map((_, index) => `style${index}`), `style${COLOURS}`];
  const found = Object.fromEntries(
    names.map((name) => {
      probe.style.color = `var(--${name})`;
      return [name, getComputedStyle(probe).color];
    }),
  );
  probe.remove();
  return found;
}

function drawMark(pen, { x, y, style }, colour, size = 1) {
  pen.save();
  pen.translate(x, y);
  pen.scale(size, size);
  pen.fillStyle = colour[`style${style}`];
  pen.strokeStyle = colour.sheet;
  pen.lineWidth = 1.5 / size;
  pen.stroke(MARK_PATHS[style % MARKS.length]);
  pen.fill(MARK_PATHS[style % MARKS.length]);
  pen.restore();
}

function drawLine(pen, places, colour, { width = 1.75, dash = [], alpha = 1 } = {}) {
  pen.save();
  pen.globalAlpha = alpha;
  pen.strokeStyle = colour;
  pen.lineWidth = width;
  pen.setLineDash(dash);
  pen.lineJoin = "round";
  pen.beginPath();
  places.forEach(({ x, y }, index) => {
    if (index === 0) pen.moveTo(x, y);
    else pen.lineTo(x, y);
  });
  pen.stroke();
  pen.restore();
}
