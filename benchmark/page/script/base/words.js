/** What the page says of itself, and every word a person reads, in the two languages of the page. */
const PAGE = JSON.parse(document.getElementById("page").textContent);
const WORDS = PAGE.words;

let language = PAGE.lang;

/** The words for `key`, with {0}, {1} … replaced. */
function t(key, ...values) {
  const words = Object.hasOwn(WORDS[language], key) ? WORDS[language][key] : key;
  return values.reduce((text, value, index) => text.replaceAll(`{${index}}`, () => String(value)), words);
}

/** A sentence about an entry that was made with the page, in the reader's language where that is known. */
function told(sentence) {
  return language === "zh" && Object.hasOwn(PAGE.told, sentence) ? PAGE.told[sentence] : sentence;
}

/** Switch the language and every word that stands in the template. */
function speak(chosen) {
  language = chosen;
  document.documentElement.lang = chosen === "zh" ? "zh-CN" : "en";
  for (const node of document.querySelectorAll("[data-t]")) node.textContent = t(node.dataset.t);
  for (const node of document.querySelectorAll("[data-t-label]")) {
    node.setAttribute("aria-label", t(node.dataset.tLabel));
    if (node.tagName === "BUTTON") node.title = t(node.dataset.tLabel);
  }
  for (const node of document.querySelectorAll("[data-t-placeholder]")) node.placeholder = t(node.dataset.tPlaceholder);
}
