const MOST_OPTIONS = 100;
const FEW_OPTIONS = 8;

/** A list to choose from, with a search field where it is long: `choose` is told the value and whether it is on. */
function optionList({ name, options, chosen, single, choose }) {
  const list = h("div", { class: "options", role: "group", "aria-label": t(name) });
  const show = (words) => {
    const found = options.filter((option) => fold(option.text).includes(words));
    const shownOptions = found.slice(0, MOST_OPTIONS);
    list.replaceChildren(
      ...shownOptions.map((option) => optionNode(name, option, { chosen, single, choose })),
      found.length > shownOptions.length
        ? h("p", { class: "quiet" }, t("moreOptions", found.length - shownOptions.length))
        : "",
      found.length === 0 ? h("p", { class: "quiet" }, t("noOption")) : "",
    );
  };
  show("");
  if (options.length <= FEW_OPTIONS) return [list];
  const search = h("input", {
    type: "search",
    class: "narrow-options",
    autocomplete: "off",
    "aria-label": t("searchOptions", t(name)),
    placeholder: t("searchOptions", t(name)),
    oninput: (event) => show(fold(event.target.value)),
  });
  return [search, list];
}

function optionNode(name, { value, text, count }, { chosen, single, choose }) {
  const box = h("input", {
    type: single ? "radio" : "checkbox",
    name: `option-${name}`,
    checked: chosen.has(value),
    "data-value": value,
    onchange: (event) => choose(value, event.target.checked),
    onclick: single ? () => chosen.has(value) && closeSheets() : null,
  });
  const number = count === undefined ? null : h("small", {}, DIGITS[0].format(count));
  return h("label", {}, box, h("span", {}, text), number);
}
