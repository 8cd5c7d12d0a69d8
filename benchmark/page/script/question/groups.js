/** Models and workloads: what is compared with what. */
const ALL = "*";

let knownGroups = null;

/**
 * The ranked results of each model and workload, most first. What cannot be believed compares nothing: first come
 * those with two results or more that can.
 */
function allGroups() {
  knownGroups ??= groupsOf(ROWS);
  return knownGroups;
}

function forgetGroups() {
  knownGroups = null;
}

function groupsOf(rows) {
  const groups = new Map();
  for (const row of rows) {
    if (!isRanked(row)) continue;
    const group = groups.get(row.group) ?? { model: row.model, work: row.work, row, count: 0, sound: 0 };
    group.count += 1;
    group.sound += isDoubtful(row) ? 0 : 1;
    groups.set(row.group, group);
  }
  const bySize = (a, b) => (b.sound > 1) - (a.sound > 1) || b.count - a.count || b.sound - a.sound;
  return [...groups.values()].sort((a, b) => bySize(a, b) || COLLATOR.compare(a.row.group, b.row.group));
}

/** The model and workload to begin with: what the address names, as far as there is such, else the most measured. */
function questionOf(model, work) {
  const groups = allGroups();
  const asked = groups.filter((group) => model === null || group.model === model);
  if (model === ALL) return { model, work: groups.some((group) => group.work === work) ? work : ALL };
  const [first] = asked.length > 0 ? asked : groups;
  if (!first) return { model: ALL, work: ALL };
  const known = work === ALL || asked.some((group) => group.work === work);
  return { model: first.model, work: known && work !== null ? work : first.work };
}

/** How a workload is read: its name and how many tokens go in and out. */
function workText(row) {
  return joined(" · ", configured(row, "workload"), lengthsText(row)) ?? MISSING;
}

function modelText(row) {
  return shown(configured(row, "model"));
}

/** What is measured with each of `names`, summed over groups: value → text and count. */
function tally(groups, value, text) {
  const found = new Map();
  for (const group of groups) {
    const one = found.get(value(group)) ?? { value: value(group), text: text(group.row), count: 0 };
    one.count += group.count;
    found.set(one.value, one);
  }
  return [...found.values()].sort((a, b) => b.count - a.count || COLLATOR.compare(a.text, b.text));
}
