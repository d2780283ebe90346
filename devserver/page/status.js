import { h, fill, tone } from "./dom.js";
import { clock } from "./format.js";

const tones = { Completed: "ok", Failed: "bad", Running: "busy", Queued: "off", Cancelled: "off" };

/** statuses are in the order of interest. */
export const statuses = ["Running", "Scheduled", "Failed", "Completed", "Cancelled"];

const waits = { sleep: "Sleeping", event: "Waiting", signal: "Waiting", invoke: "Invoking", retry: "Retrying" };

/** state returns a run's status, or the kind of its wait while it runs. */
export function state(run) {
  const kind = run.status === "Running" && run.waiting?.kind;
  return kind ? { text: waits[kind], tone: kind === "invoke" ? "busy" : "wait" } : { text: run.status, tone: tones[run.status] ?? "off" };
}

/** news returns a further line about a run: its wait, or its error. */
export function news(run) {
  const w = run.waiting;
  if (run.status === "Running" && w) {
    const until = w.until ? ` until ${clock(w.until)}` : "";
    switch (w.kind) {
      case "sleep": return `asleep${until}`;
      case "event": return `for ${w.name}${until}`;
      case "signal": return `for signal ${w.name}${until}`;
      case "invoke": return `for ${w.name}`;
      case "retry": return `${run.error ? `${run.error.message}, ` : ""}retried at ${clock(w.until)}`;
    }
  }
  return run.error ? `${run.error.name}: ${run.error.message}` : "";
}

/** pill returns an element that shows a run's state. */
export function pill(run) {
  const text = h("span");
  const el = h("span", { class: "pill" }, h("span", { class: "dot" }), text);
  const update = (next) => {
    const s = state(next);
    tone(el, s.tone);
    fill(text, s.text);
  };
  update(run);
  return { el, update };
}
