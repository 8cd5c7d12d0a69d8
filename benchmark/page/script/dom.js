const SVG = "http://www.w3.org/2000/svg";

/** An element with attributes, listeners (on…) and children; text stays text, whatever it holds. */
function h(tag, attributes = {}, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

/** As `h`, in SVG. */
function s(tag, attributes = {}, ...children) {
  return fill(document.createElementNS(SVG, tag), attributes, children);
}

function fill(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") node.addEventListener(name.slice(2), value);
    else if (value !== null && value !== undefined && value !== false)
      node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.flat().filter((child) => child !== null));
  return node;
}

/** Add listeners to an element of the template. */
function on(id, listeners) {
  fill(byId(id), listeners, []);
}

function byId(id) {
  return document.getElementById(id);
}

/** A link if the address is one of the web's, otherwise its text: no other scheme is followed. */
function link(address, text = address) {
  const scheme = URL.canParse(address) ? new URL(address).protocol : "";
  if (scheme !== "https:" && scheme !== "http:") return h("span", {}, text);
  return h("a", { href: address, rel: "noopener noreferrer nofollow", target: "_blank" }, text);
}

/** Say something to people who listen to the page. */
function say(text) {
  byId("said").textContent = text;
}

function copyButton(text) {
  return copiesOnClick(h("button", { type: "button" }, t("copy")), () => text, "copy");
}

/** Let a button copy a text and say so for a moment. */
function copiesOnClick(button, textOf, label) {
  const confirmed = async () => {
    await copy(textOf(), button);
    button.textContent = t("copied");
    say(t("copied"));
    setTimeout(() => {
      button.textContent = t(label);
      say("");
    }, 1500);
  };
  return fill(button, { onclick: confirmed }, []);
}

/** Where the clipboard is refused (framed pages), the old command still works on a selection. */
async function copy(text, near) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const area = h("textarea", { class: "hidden", "aria-hidden": "true" });
    area.value = text;
    near.after(area);
    area.select();
    document.execCommand("copy");
    area.remove();
    near.focus();
  }
}

/** Hand a file to the browser's downloads. */
function download(name, type, text) {
  const address = URL.createObjectURL(new Blob([text], { type }));
  h("a", { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 10000);
}
