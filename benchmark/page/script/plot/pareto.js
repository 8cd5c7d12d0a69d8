/** The points that no other beats or equals in both measures, by the first; more of `y` is better. */
function paretoFront(points, lessIsBetter) {
  const side = lessIsBetter ? 1 : -1;
  const ordered = [...points].sort((a, b) => (a.x - b.x) * side || b.y - a.y);
  const front = [];
  for (const point of ordered) if (front.length === 0 || point.y > front.at(-1).y) front.push(point);
  return front;
}
