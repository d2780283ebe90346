// Formats of times, durations and counts.

const day = 24 * 60 * 60 * 1000;
const time = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" });
const date = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short" });
const full = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "medium", hourCycle: "h23" });
const number = new Intl.NumberFormat("en");

export const count = (n) => number.format(n);

export const plural = (n, one, many = `${one}s`) => `${count(n)} ${n === 1 ? one : many}`;

/** clock returns the time of day, with the date unless it is today. */
export function clock(iso) {
  const at = new Date(iso);
  return Math.abs(Date.now() - at) < day && at.getDate() === new Date().getDate() ? time.format(at) : `${date.format(at)} ${time.format(at)}`;
}

export const moment = (iso) => full.format(new Date(iso));

/** length returns a duration in its two largest units. */
export function length(ms) {
  if (ms < 1) return "<1 ms";
  if (ms < 1000) return `${Math.round(ms)} ms`;
  const s = ms / 1000;
  if (s < 10) return `${s.toFixed(1)} s`;
  const units = [["d", 86400], ["h", 3600], ["min", 60], ["s", 1]];
  let rest = Math.round(s);
  const parts = [];
  for (const [name, size] of units) {
    const n = Math.floor(rest / size);
    rest -= n * size;
    if (n > 0 && parts.length < 2) parts.push(`${n} ${name}`);
    else if (parts.length > 0) break;
  }
  return parts.join(" ");
}

/** between returns the duration from one time to another, or until now. */
export function between(from, to) {
  return length((to ? new Date(to) : new Date()) - new Date(from));
}
