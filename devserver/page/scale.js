// A run's time axis. Idle stretches, such as a sleep of a day, are folded, so
// that steps of milliseconds stay visible.

const most = 4; // the largest ratio of the width of all folds to that of all work

/**
 * scale maps times (ms) to 0…1. busy are the stretches [from, to] with work. It
 * returns {at(ms), folds: [{from, to, ms}], ticks: [{at, ms}]}.
 */
export function scale(start, end, busy) {
  end = Math.max(end, start + 1);
  const stretches = split(start, end, merge(busy, start, end));
  const ran = stretches.filter((s) => s.busy).reduce((sum, s) => sum + s.to - s.from, 0);
  const few = stretches.filter((s) => folds(s, ran)).length;
  const weight = (s) => (folds(s, ran) ? ran * Math.min(most / few, Math.log2(1 + (s.to - s.from) / ran)) : s.to - s.from);
  const whole = stretches.reduce((sum, s) => sum + weight(s), 0);
  const places = [];
  let x = 0;
  for (const s of stretches) {
    const width = weight(s) / whole;
    places.push({ ...s, x, width });
    x += width;
  }
  const at = (ms) => {
    const p = places.find((p) => ms <= p.to) ?? places.at(-1);
    return Math.min(1, Math.max(0, p.x + ((ms - p.from) / (p.to - p.from)) * p.width));
  };
  return { at, folds: places.filter((p) => folds(p, ran)).map((p) => ({ from: p.x, to: p.x + p.width, ms: p.to - p.from })), ticks: ticks(places, start) };
}

/** folds reports whether a stretch is long enough to be folded. */
const folds = (s, ran) => !s.busy && ran > 0 && s.to - s.from > Math.max(50, 2 * ran);

function merge(busy, start, end) {
  const sorted = busy.map(([from, to]) => [Math.max(start, from), Math.min(end, to)]).filter(([from, to]) => to >= from).sort((a, b) => a[0] - b[0]);
  const merged = [];
  for (const [from, to] of sorted) {
    const last = merged.at(-1);
    if (last && from <= last[1]) last[1] = Math.max(last[1], to);
    else merged.push([from, to]);
  }
  return merged;
}

/** split returns busy and idle stretches that cover the whole, without gaps. */
function split(start, end, merged) {
  const all = [];
  let t = start;
  for (const [from, to] of merged) {
    if (from > t) all.push({ from: t, to: from, busy: false });
    if (to > from) all.push({ from, to, busy: true });
    t = Math.max(t, to);
  }
  if (t < end) all.push({ from: t, to: end, busy: false });
  return all;
}

/** ticks returns the ticks at the start, the quarters and the end. */
function ticks(places, start) {
  return [0, 0.25, 0.5, 0.75, 1].map((x) => {
    const p = places.find((p) => x <= p.x + p.width) ?? places.at(-1);
    return { at: x, ms: p.from + ((x - p.x) / p.width) * (p.to - p.from) - start };
  });
}
