/** The filters: a button with a list for each facet, the dates, and what else changes the rows shown. */
const VIEWS = ["ranking", "curves", "matched", "history"];

function buildFilters() {
  const facets = Object.keys(FACETS).map((name) =>
    popoverButton(`facet-${name}`, () => chooseFacet(name), { class: "facet" }),
  );
  const dates = popoverButton("facet-dates", chooseDates, { class: "facet" });
  const columns = popoverButton("columns", chooseColumns, { class: "tool first" });
  const files = popoverButton("export", chooseExport, { class: "tool" });
  const each = button(t("eachLevel"), () => narrow({ each: !state.each }), { id: "each", class: "facet" });
  const unranked = button("", () => narrow({ unranked: !state.unranked }), { id: "unranked", class: "facet" });
  const clear = button(t("clear"), clearFilters, { id: "clear", class: "quiet-button" });
  const all = [...facets, dates];
  byId("filters").replaceChildren(
    ...all.map(({ opener }) => opener),
    each,
    unranked,
    clear,
    columns.opener,
    files.opener,
    ...[...all, columns, files].map(({ sheet }) => sheet),
  );
  columns.opener.textContent = t("columns");
  files.opener.textContent = t("export");
}

function chooseFacet(name) {
  const options = facetCounts(state, name).sort((a, b) => COLLATOR.compare(a.text, b.text));
  const chosen = state.facets[name];
  for (const value of chosen)
    if (!options.some((option) => option.value === value)) options.unshift({ value, text: value, count: 0 });
  return optionList({ name, options, chosen, choose: (value, isOn) => toggleFacet(name, value, isOn) });
}

function toggleFacet(name, value, isOn) {
  const values = new Set(state.facets[name]);
  if (isOn) values.add(value);
  else values.delete(value);
  narrow({ facets: { ...state.facets, [name]: values } });
}

/** Other rows are shown; the way back leads to those of before. */
function narrow(changes) {
  update(changes, { remember: true });
}

function chooseDates() {
  const field = (name) =>
    h(
      "label",
      { class: "date" },
      t(name),
      h("input", { type: "date", value: state[name], onchange: (event) => narrow({ [name]: event.target.value }) }),
    );
  return h("div", { class: "options", role: "group", "aria-label": t("dates") }, field("from"), field("to"));
}

/** Bring the buttons in line with the state; a facet with nothing to choose from is not shown. */
function drawFilters(matching) {
  for (const name of Object.keys(FACETS)) {
    const chosen = state.facets[name];
    byId(`facet-${name}`).hidden = chosen.size === 0 && !hasSeveral(name);
    labelFacet(`facet-${name}`, t(name), [...chosen].map((value) => chosenText(name, value)).join(", "));
  }
  labelFacet(
    "facet-dates",
    t("dates"),
    [state.from, state.to].some(Boolean) ? `${state.from || "…"} – ${state.to || "…"}` : "",
  );
  const others = countNotRanked();
  byId("unranked").hidden = others === 0 || state.view === "history";
  byId("unranked").setAttribute("aria-pressed", String(state.unranked));
  byId("unranked").classList.toggle("active", state.unranked);
  byId("unranked").textContent = t("showUnranked", DIGITS[0].format(others));
  byId("each").hidden = state.view !== "ranking" || !(state.each || hasSweeps(matching));
  byId("each").setAttribute("aria-pressed", String(state.each));
  byId("each").classList.toggle("active", state.each);
  byId("clear").hidden = !hasFacets(state);
  keepFiltersReachable();
}

/** A button that is not shown is no stop of the tab key. */
function keepFiltersReachable() {
  const buttons = [...byId("filters").querySelectorAll(":scope > button")];
  const stop = buttons.find((one) => one.tabIndex === 0 && !one.hidden) ?? buttons.find((one) => !one.hidden);
  oneStop(byId("filters"), ":scope > button", stop);
}

function labelFacet(id, name, text) {
  byId(id).replaceChildren(text ? `${name}: ` : name, text ? h("b", {}, text) : "");
  byId(id).classList.toggle("active", text !== "");
}

function chosenText(name, value) {
  const index = facetOf(name).indexOf(value);
  return index < 0 ? value : facetText(name, ROWS[index]);
}

function clearFilters() {
  byId("query").value = "";
  narrow({ query: "", from: "", to: "", facets: noFacets() });
}
