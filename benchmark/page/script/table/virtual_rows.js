/** Rows of one height of which only those in sight are nodes, whether the window scrolls or a box. */
const AHEAD = 5;
const MOST_PRINTED = 2000;

/**
 * Keep the nodes of `body` those of the rows in sight, between two rows that stand for the others.
 *
 * `build(row, index)` makes a node; a node that stays in sight stays, and with it the focus.
 */
class VirtualRows {
  constructor(body, build) {
    Object.assign(this, { body, build, rows: [], nodes: new Map(), isPrinted: false });
    this.before = h("tr", { class: "spacer", "aria-hidden": "true" }, h("td"));
    this.after = h("tr", { class: "spacer", "aria-hidden": "true" }, h("td"));
    this.body.replaceChildren(this.before, this.after);
  }

  show(rows) {
    this.rows = rows;
    this.measure();
    for (const node of this.nodes.values()) node.remove();
    this.nodes.clear();
    this.draw();
  }

  /** A row's height is the style's: another on a phone. */
  measure() {
    this.height = Number.parseFloat(getComputedStyle(this.body).getPropertyValue("--row")) || 40;
  }

  draw() {
    const [from, to] = this.range();
    for (const [index, node] of this.nodes) if (index < from || index >= to) this.drop(index, node);
    let next = this.before.nextSibling;
    for (let index = from; index < to; index += 1) {
      const node = this.nodes.get(index) ?? this.add(index);
      if (node === next) next = next.nextSibling;
      else this.body.insertBefore(node, next);
    }
    this.before.firstChild.style.height = `${from * this.height}px`;
    this.after.firstChild.style.height = `${(this.rows.length - to) * this.height}px`;
    this.onDraw?.(from, to);
  }

  /** Paper has no rows out of sight. */
  print(isPrinted) {
    this.isPrinted = isPrinted;
    this.draw();
  }

  drop(index, node) {
    node.remove();
    this.nodes.delete(index);
  }

  add(index) {
    const node = this.build(this.rows[index], index);
    this.nodes.set(index, node);
    return node;
  }

  /** The places of the rows in sight, with some ahead on either side. */
  range() {
    if (this.isPrinted) return [0, Math.min(this.rows.length, MOST_PRINTED)];
    const { height } = this;
    const box = this.body.closest(".scrolls").getBoundingClientRect();
    const top = this.body.getBoundingClientRect().top;
    const [upper, lower] = [Math.max(box.top, 0), Math.min(box.bottom, innerHeight)];
    const from = Math.max(0, Math.floor((upper - top) / height) - AHEAD);
    const to = Math.min(this.rows.length, Math.ceil((lower - top) / height) + AHEAD);
    const start = Math.min(from, Math.max(0, this.rows.length - 1));
    return [start, Math.max(to, Math.min(this.rows.length, start + 1))];
  }

  /** The node of a row, brought into sight. */
  reveal(index) {
    const box = this.body.closest(".scrolls");
    const place = this.body.getBoundingClientRect().top + index * this.height;
    const head = box.querySelector("thead").offsetHeight;
    const [upper, lower] = [
      Math.max(box.getBoundingClientRect().top, 0) + head,
      Math.min(box.getBoundingClientRect().bottom, innerHeight),
    ];
    const shift = place < upper ? place - upper - 4 : place + this.height > lower ? place + this.height - lower + 8 : 0;
    if (shift !== 0) (box.scrollHeight > box.clientHeight + 1 ? box : window).scrollBy(0, shift);
    this.draw();
    return this.nodes.get(index);
  }
}
