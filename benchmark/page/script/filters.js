const facetNodes = new Map();

/** Build one fold of checkboxes per facet, in the language of the moment. */
function buildFacets() {
  facetNodes.clear();
  byId("facets").replaceChildren(...Object.keys(FACETS).map(buildFacet));
}

function buildFacet(name) {
  const options = facetOptions(name);
  const summary = h("summary", {}, t(name));
  const list = h(
    "fieldset",
    {},
    h("legend", { class: "hidden" }, t(name)),
    options.map((option) => option.label),
  );
  const node = h("details", { class: "facet", "data-facet": name, onkeydown: closeOnEscape }, summary, list);
  facetNodes.set(name, { node, summary, options });
  return node;
}

function facetOptions(name) {
  const spellings = new Map(ROWS.map((row) => [row.facets[name], FACETS[name](row)]));
  return [...spellings]
    .sort(([, a], [, b]) => COLLATOR.compare(a, b))
    .map(([value, text]) => {
      const box = h("input", { type: "checkbox", onchange: () => toggleFacet(name, value, box.checked) });
      const count = h("small", {});
      return { value, text, box, count, label: h("label", {}, box, h("span", {}, text), count) };
    });
}

function toggleFacet(name, value, chosen) {
  const values = new Set(state.facets[name]);
  if (chosen) values.add(value);
  else values.delete(value);
  update({ facets: { ...state.facets, [name]: values } });
}

/** Bring the boxes, counts and summaries in line with the state. */
function drawFacets() {
  for (const [name, { node, summary, options }] of facetNodes) {
    const counts = facetCounts(state, name);
    for (const option of options) {
      option.box.checked = state.facets[name].has(option.value);
      option.count.textContent = counts.get(option.value) ?? 0;
      option.label.hidden = !counts.has(option.value) && !option.box.checked;
    }
    const chosen = options.filter((option) => option.box.checked).map((option) => option.text);
    summary.replaceChildren(`${t(name)}: `, h("b", {}, chosen.join(", ") || t("all")));
    node.classList.toggle("active", chosen.length > 0);
  }
  const idle = state.query === "" && Object.values(state.facets).every((values) => values.size === 0);
  byId("clear").hidden = idle;
}

function clearFilters() {
  byId("query").value = "";
  update({ query: "", facets: Object.fromEntries(Object.keys(FACETS).map((name) => [name, new Set()])) });
  byId("query").focus();
}

function closeOnEscape(event) {
  if (event.key !== "Escape") return;
  event.currentTarget.open = false;
  event.currentTarget.querySelector("summary").focus();
}

/** A fold closes when attention goes elsewhere. */
function closeOtherFacets(event) {
  for (const { node } of facetNodes.values()) if (!node.contains(event.target)) node.open = false;
}
