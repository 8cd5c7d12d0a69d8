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
  node.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return node;
}

/** Add listeners to an element of the template. */
function on(id, listeners) {
  fill(byId(id), listeners, []);
}

function byId(id) {
  return document.getElementById(id);
}

/** A button that does one thing. */
function button(text, onclick, attributes = {}) {
  return h("button", { type: "button", onclick, ...attributes }, text);
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

/** Run `action` once things have been quiet for `delay` milliseconds. */
function debounced(action, delay) {
  let timer = 0;
  return () => {
    clearTimeout(timer);
    timer = setTimeout(action, delay);
  };
}

/** Run `action` in the next frame, once, however often it is asked for. */
function oncePerFrame(action) {
  let waiting = false;
  return () => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => {
      waiting = false;
      action();
    });
  };
}

/** Arrow keys walk from one item to the next; the group is one stop of the tab key. */
function roving(group, selector) {
  const items = () => [...group.querySelectorAll(selector)].filter((item) => item.offsetParent !== null);
  group.addEventListener("keydown", (event) => {
    const list = items();
    const index = list.indexOf(event.target);
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (index < 0 || !step) return;
    event.preventDefault();
    list[(index + step + list.length) % list.length].focus();
  });
  group.addEventListener("focusin", (event) => {
    if (event.target.matches(selector)) oneStop(group, selector, event.target);
  });
}

/** Make one item of a group the one that the tab key reaches. */
function oneStop(group, selector, chosen) {
  for (const item of group.querySelectorAll(selector)) item.tabIndex = item === chosen ? 0 : -1;
}
