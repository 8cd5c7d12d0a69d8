/** All that is known of some runs, as columns: `fields` of the entries and `facts` beside them. */
class Source {
  constructor({ count, fields, facts }, rest) {
    Object.assign(this, { count, fields, facts });
    this.byPath = new Map(fields.map((field) => [field.path.join("\u0000"), field]));
    this.isWhole = rest === null;
    this.rest = rest;
  }

  /** One value a row of the leaf at a path. */
  values(path) {
    const field = this.byPath.get(path.join("\u0000"));
    return field ? valuesOf(field, this.count) : new Array(this.count).fill(null);
  }

  /** Read what is only needed by who looks closer; the fields of the table come first. */
  async complete() {
    if (this.isWhole) return;
    const more = await inflated(this.rest);
    if (this.isWhole) return;
    this.fields = [...this.fields, ...more.fields];
    [this.isWhole, this.rest] = [true, null];
  }

  /** The entry of a row as it was submitted; of a source that is not complete, a part of it. */
  entry(row) {
    const entry = {};
    for (const field of this.fields) {
      const value = valueAt(field, row);
      if (value !== undefined) put(entry, field.path, value);
    }
    return entry;
  }
}

/** Set a leaf. A field may have any name, also one that an object has a meaning for. */
function put(entry, path, value) {
  let section = entry;
  for (const key of path.slice(0, -1)) {
    if (!Object.hasOwn(section, key)) own(section, key, {});
    section = section[key];
  }
  own(section, path.at(-1), value);
}

function own(section, key, value) {
  Object.defineProperty(section, key, { value, enumerable: true, configurable: true, writable: true });
}
