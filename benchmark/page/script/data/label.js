/** A configuration as people read it, as `entry.py` writes it: `CPU|1|gpt2|FP32|128|128|Q5|c=8`. */
const LONGEST_LABEL_PART = 80;
const SAID_BY_LENGTHS = { short: [128, 128], long: [2048, 512] };

function labelOf(values) {
  const { workload, input_length: input, output_length: output, engine, dataset } = values;
  const plain = ["chip_model", "chip_count", "model", "precision", "input_length", "output_length"];
  const said = typeof workload === "string" && ownOf(SAID_BY_LENGTHS, workload.toLowerCase());
  const isSaid = said && said[0] === input && said[1] === output;
  return [
    ...plain.map((name) => labelPart(values[name])),
    ...(isSaid ? [] : unlessMissing(workload)),
    ...unlessOne("bs", values.batch_size),
    ...unlessOne("c", values.concurrent_requests),
    ...(fold(engine) === "sagellm" ? [] : [`${labelPart(engine)} ${labelPart(values.engine_version)}`]),
    ...unlessMissing(values.quantization),
    ...unlessOne("nodes", values.node_count),
    ...unlessOne("tp", values.tensor_parallel),
    ...unlessOne("pp", values.pipeline_parallel),
    ...unlessOne("dp", values.data_parallel),
    ...(fold(dataset) === "default" ? [] : unlessMissing(dataset)),
    ...unlessMissing(values.interconnect),
  ].join("|");
}

function ownOf(object, key) {
  return Object.hasOwn(object, key) ? object[key] : null;
}

function unlessMissing(value) {
  return isMissing(value) ? [] : [labelPart(value)];
}

function unlessOne(short, value) {
  return isMissing(value) || value === 1 ? [] : [`${short}=${labelPart(value)}`];
}

/** One short printable line: whatever was submitted, a label stays a label. */
function labelPart(value) {
  if (isMissing(value)) return "-";
  const text = typeof value === "string" ? value : canonical(value);
  const line = text
    .replace(/[\p{C}\p{Z}]/gu, " ")
    .replaceAll("|", "/")
    .split(/\s+/)
    .filter(Boolean)
    .join(" ");
  return [...line].slice(0, LONGEST_LABEL_PART).join("") || "-";
}

/** RFC 8785: keys in the order of their UTF-16 units, numbers as ECMAScript writes them. */
function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  const keys = Object.keys(value).sort();
  return `{${keys.map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`).join(",")}}`;
}
