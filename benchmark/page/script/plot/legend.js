/** What a colour and a mark stand for; more series than colours share the last. */
function legendOf(series, hasFront) {
  const named = series.slice(0, COLOURS).map((one) => h("li", {}, markImage(one.style), h("span", {}, one.title)));
  const rest = series.length - COLOURS;
  const others = rest > 0 ? [h("li", {}, markImage(COLOURS), t("otherSeries", rest))] : [];
  const dashes = s(
    "svg",
    { width: 22, height: 12, "aria-hidden": "true" },
    s("path", { d: "M0 6H22", class: "dashes" }),
  );
  const front = hasFront ? [h("li", {}, dashes, t("front"))] : [];
  return h("ul", { class: "legend" }, named, others, front);
}

function markImage(style) {
  const shape = s("path", { d: MARKS[style % MARKS.length], class: `style${style}` });
  return s("svg", { width: 14, height: 14, viewBox: "-7 -7 14 14", "aria-hidden": "true" }, shape);
}

/** One of a few choices, as a group of buttons that is one stop of the tab key. */
function segments(name, options, chosen, choose) {
  const group = h("div", { class: "segments", role: "group", "aria-label": t(name) });
  for (const option of options) {
    const pressed = String(option === chosen);
    group.append(
      button(t(option), () => choose(option), { "aria-pressed": pressed, tabindex: option === chosen ? 0 : -1 }),
    );
  }
  roving(group, "button");
  return group;
}
