/** Why an entry may not be ranked, as `entry.py` says it; whether it fits the schema was judged before. */
const MAX_ERROR_RATE = 0.05;

function closedGates(entry) {
  const figure = (name) => {
    const value = at(entry, ["metrics", name]);
    return typeof value === "number" ? value : 0;
  };
  const gates = [
    [figure("throughput_tps") > 0, "throughput_tps is not above 0"],
    [figure("ttft_ms") > 0, "ttft_ms is not above 0"],
    [figure("error_rate") <= MAX_ERROR_RATE, `error_rate is above ${MAX_ERROR_RATE}`],
  ];
  return gates.filter(([isOpen]) => !isOpen).map(([, reason]) => reason);
}
