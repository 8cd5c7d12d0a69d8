/** The tray of chosen rows at the foot of the window. */
function drawTray() {
  const chosen = state.picked.map((id) => ROW_BY_ID.get(id));
  byId("picked").hidden = chosen.length === 0;
  const names = chosen.map((row, index) =>
    h(
      "li",
      {},
      h("b", {}, "AB"[index]),
      h("span", {}, row.label),
      h("button", { type: "button", "aria-label": t("remove", row.label), onclick: () => unpick(row.id) }, "×"),
    ),
  );
  const open = h(
    "button",
    { type: "button", class: "primary", disabled: chosen.length < 2, onclick: () => update({ show: "compare" }) },
    t("compareNow"),
  );
  byId("picked").replaceChildren(
    h("ul", {}, names),
    chosen.length < 2 ? h("span", { class: "quiet" }, t("pickOne")) : "",
    open,
  );
}

function unpick(id) {
  update({ picked: state.picked.filter((other) => other !== id) });
}

/** Two rows side by side: metrics with their change, the configuration with what differs marked. */
function comparisonOf(a, b) {
  const configuration = PAGE.key_paths.map(([name]) => configurationLine(name, a, b));
  const other = otherDifferences(a, b);
  const heads = [t("field"), "A", "B", t("delta")].map((text) => h("th", { scope: "col" }, text));
  return [
    h("ul", { class: "sides" }, h("li", {}, h("b", {}, "A"), a.label), h("li", {}, h("b", {}, "B"), b.label)),
    h(
      "div",
      { class: "scroll" },
      h(
        "table",
        { class: "comparison" },
        h("thead", {}, h("tr", {}, heads)),
        lineGroup(
          t("metrics"),
          metricNames([a, b]).map((name) => metricLine(name, a, b)),
        ),
        lineGroup(t("configuration"), configuration),
        lineGroup(
          t("other"),
          other.length > 0 ? other : [h("tr", {}, h("td", { colspan: 4, class: "quiet" }, t("noOther")))],
        ),
      ),
    ),
  ];
}

function lineGroup(title, lines) {
  return h("tbody", {}, h("tr", {}, h("th", { colspan: 4, scope: "rowgroup" }, title)), lines);
}

function line(name, left, right, last, differs) {
  return h(
    "tr",
    { class: differs ? "differs" : "" },
    h("th", { scope: "row" }, name),
    h("td", {}, left),
    h("td", {}, right),
    h("td", {}, last),
  );
}

function configurationLine(name, a, b) {
  const differs = a.key[name] !== b.key[name];
  return line(
    name,
    shown(configured(a, name)),
    shown(configured(b, name)),
    differs ? h("mark", {}, t("differs")) : "",
    differs,
  );
}

function metricLine(name, a, b) {
  const title = [name, unitOf(name) ? h("small", {}, ` ${unitOf(name)}`) : ""];
  return line(
    title,
    shown(at(a.entry, ["metrics", name])),
    shown(at(b.entry, ["metrics", name])),
    change(name, metric(a, name), metric(b, name)),
    false,
  );
}

/** The change from A to B in percent and whether it is for the better; a dash where it has no meaning. */
function change(name, before, after) {
  if (before === null || after === null || (before === 0 && after !== 0)) return MISSING;
  const percent = before === 0 ? 0 : ((after - before) / Math.abs(before)) * 100;
  const sign = ["−", "±", "+"][Math.sign(percent) + 1];
  const verdict = ["worse", "", "better"][Math.sign(percent) * betterDirection(name) + 1];
  return h(
    "span",
    { class: verdict },
    `${sign}${formatNumber(Math.round(Math.abs(percent) * 10) / 10)} %`,
    verdict ? h("small", {}, ` ${t(verdict)}`) : "",
  );
}

/** Leaves outside metrics and configuration that are not the same in both entries. */
function otherDifferences(a, b) {
  const known = new Set(PAGE.key_paths.map(([, path]) => path.join(".")));
  const [left, right] = [a, b].map((row) => new Map(leaves(row.entry).map(([path, value]) => [path.join("."), value])));
  return [...new Set([...left.keys(), ...right.keys()])]
    .filter(
      (path) => !path.startsWith("metrics.") && !known.has(path) && shown(left.get(path)) !== shown(right.get(path)),
    )
    .map((path) => line(path, shown(left.get(path)), shown(right.get(path)), h("mark", {}, t("differs")), true));
}
