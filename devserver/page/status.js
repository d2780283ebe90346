import { h, fill, tone } from "./dom.js";
import { clock } from "./format.js";

const tones = { Completed: "ok", Failed: "bad", Running: "busy", Queued: "off", Cancelled: "off" };

/** statuses in the order in which a person asks for them. */
export const statuses = ["Running", "Scheduled", "Failed", "Completed", "Cancelled"];

const waits = { sleep: "Sleeping", event: "Waiting", signal: "Waiting", invoke: "Invoking", retry: "Retrying" };

/** state says where a run is: its status, or what it waits for while it runs. */
export function state(run) {
  const kind = run.status === "Running" && run.waiting?.kind;
  return kind ? { text: waits[kind], tone: kind === "invoke" ? "busy" : "wait" } : { text: run.status, tone: tones[run.status] ?? "off" };
}

/** news is what else there is to say about a run in one line. */
export function news(run) {
  const w = run.waiting;
  if (run.status === "Running" && w) {
    const until = w.until ? ` until ${clock(w.until)}` : "";
    switch (w.kind) {
      case "sleep": return `asleep${until}`;
      case "event": return `for ${w.name}${until}`;
      case "signal": return `for signal ${w.name}${until}`;
      case "invoke": return `for ${w.name}`;
      case "retry": return `${run.error ? `${run.error.message}, ` : ""}again at ${clock(w.until)}`;
    }
  }
  return run.error ? `${run.error.name}: ${run.error.message}` : "";
}

/** pill shows a state; update shows another. */
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
