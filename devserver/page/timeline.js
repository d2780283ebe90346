import { h, fill, tone, Keyed } from "./dom.js";
import { length } from "./format.js";
import { icon } from "./icon.js";
import { scale } from "./scale.js";
import { state } from "./status.js";

const ms = (iso) => (iso ? Date.parse(iso) : undefined);

/** root is the key of the lane of the whole run. */
export const root = "run";

/**
 * Timeline shows a run as a waterfall: a lane for the run and one for each step,
 * with failed attempts, waits and retries. Lanes are buttons; the chosen one is in
 * the tab order, and the arrow keys move between them.
 */
export class Timeline {
  constructor({ select }) {
    this.select = select;
    this.ticks = h("div", { class: "ticks" });
    this.lanes = h("ol", { role: "list", onkeydown: (e) => this.#pressed(e) });
    this.el = h("div", { class: "timeline" }, h("div", { class: "axis", "aria-hidden": "true" }, h("span"), this.ticks, h("span")), this.lanes);
    this.keyed = new Keyed(this.lanes, { key: (lane) => lane.id, make: (lane) => this.#lane(lane) });
  }

  /** show draws the run at the time now (ms), with a chosen lane. */
  show(run, chosen, now) {
    if (run !== this.run || !run.ended) this.#draw(run, now);
    this.run = run;
    const at = this.keyed.part(chosen) ? chosen : root;
    if (at !== this.chosen) this.keyed.part(this.chosen)?.choose(false);
    this.keyed.part(at).choose(true);
    this.chosen = at;
  }

  #draw(run, now) {
    const lanes = [rootLane(run, now), ...run.steps.map((step) => stepLane(step, run, now))];
    const end = ms(run.ended) ?? now;
    const busy = lanes.flatMap((lane) => lane.spans.filter((s) => s.kind === "ran").map((s) => [s.from, s.to]));
    const x = scale(ms(run.started), end, busy);
    fill(this.ticks,
      x.folds.map((f) => h("span", { class: "fold", style: ends(f.from, f.to), title: `${length(f.ms)} without work` })),
      x.ticks.map((t, i) => h("span", { class: `tick${i === x.ticks.length - 1 ? " last" : ""}`, style: ends(t.at, t.at) }, i === 0 ? "0" : length(t.ms))));
    this.keyed.show(lanes.map((lane) => ({ ...lane, x })));
  }

  focus(id) {
    this.keyed.part(id)?.button.focus();
  }

  #lane(lane) {
    const name = h("span", { class: "clip" });
    const mark = h("span", { class: "cluster" });
    const track = h("span", { class: "track" });
    const took = h("span", { class: "length" });
    const button = h("button", { class: `lane${lane.id === root ? " root" : ""}`, type: "button", tabindex: -1, onclick: () => this.select(lane.id) }, h("span", { class: "label" }, mark, name), track, took);
    const el = h("li", {}, button);
    const update = (next) => {
      tone(button, next.tone);
      fill(mark, icon(next.icon));
      fill(name, next.name);
      name.title = next.name;
      fill(took, next.took);
      fill(track, next.spans.map((s) => bar(s, next.x)));
      button.setAttribute("aria-label", `${next.name}, ${next.says}, ${next.took}`);
    };
    const choose = (chosen) => {
      button.setAttribute("aria-current", String(chosen));
      button.tabIndex = chosen ? 0 : -1;
    };
    return { el, button, update, choose };
  }

  #pressed(e) {
    const by = { ArrowDown: 1, j: 1, ArrowUp: -1, k: -1, Home: -Infinity, End: Infinity }[e.key];
    if (by === undefined || e.ctrlKey || e.metaKey || e.altKey) return;
    e.preventDefault();
    const all = [...this.lanes.querySelectorAll("button")];
    const at = Math.min(all.length - 1, Math.max(0, all.indexOf(document.activeElement) + by));
    all[at].focus();
    all[at].click();
  }
}

const percent = (x) => `${(x * 100).toFixed(3)}%`;
const ends = (from, to) => ({ "--from": percent(from), "--to": percent(to) });

function bar(span, x) {
  return h("span", { class: `span ${span.kind === "ran" ? "" : span.kind} ${span.open ? "open" : ""} tone-${span.tone}`, style: ends(x.at(span.from), x.at(span.to)), title: span.title });
}

function rootLane(run, now) {
  const s = state(run);
  const from = ms(run.started);
  const to = ms(run.ended) ?? now;
  return {
    id: root, icon: "run", name: run.title, tone: s.tone, says: s.text, took: length(to - from),
    spans: [
      { kind: "whole", tone: s.tone, from, to, open: !run.ended, title: s.text },
      ...run.failures.flatMap((f) => attempt(f, now)),
    ],
  };
}

const icons = { step: "step", sleep: "sleep", event: "wait", signal: "signal", invoke: "invoke", fetch: "fetch", infer: "infer" };

/** runs reports whether the app or the server executes a step. Other steps wait. */
export const runs = (step) => ["step", "fetch", "infer"].includes(step.kind);

/** stepLane returns the lane of a step. */
function stepLane(step, run, now) {
  const end = ms(step.ended) ?? (run.ended ? ms(run.ended) : now);
  const s = stepState(step, run);
  const spans = step.failures.flatMap((f) => attempt(f, end));
  const open = s.open;
  if (!runs(step)) spans.push({ kind: "idle", tone: step.kind === "invoke" ? "busy" : "wait", from: ms(step.started), to: end, open, title: s.text });
  else if (s.tone === "ok") {
    const began = ms(step.tried);
    if (began > ms(step.started) && step.failures.length === 0) spans.push({ kind: "queued", tone: "off", from: ms(step.started), to: began, title: "queued" });
    spans.push({ kind: "ran", tone: "ok", from: began, to: end, title: `ran for ${length(end - began)}` });
  } else if (open && step.failures.length === 0) spans.push({ kind: "queued", tone: "off", from: ms(step.started), to: end, title: "queued or running" });
  return { id: step.id, icon: s.tone === "bad" ? "failed" : icons[step.kind], name: step.name, tone: s.tone, says: s.text, took: length(end - ms(step.started)), spans };
}

/** attempt returns the spans of a failed attempt and of the wait until the next. */
function attempt(f, now) {
  const spans = [{ kind: "ran", tone: "bad", from: ms(f.started), to: ms(f.ended), title: `failed: ${f.error.message}` }];
  if (f.retryAt) spans.push({ kind: "idle", tone: "wait", from: ms(f.ended), to: Math.min(ms(f.retryAt), now), title: "waited for the retry" });
  return spans;
}

/** stepState returns the state of a step. */
export function stepState(step, run) {
  if (step.ended) return step.failed ? { text: "Failed", tone: "bad" } : { text: step.timedOut ? "Timed out" : "Completed", tone: "ok" };
  if (run.ended) return step.error ? { text: "Failed", tone: "bad" } : { text: "Not finished", tone: "off" };
  if (step.error) return { text: "Retrying", tone: "wait", open: true };
  const text = { step: "Running", sleep: "Sleeping", event: "Waiting", signal: "Waiting", invoke: "Invoking", fetch: "Requesting", infer: "Requesting" }[step.kind];
  return { text, tone: runs(step) || step.kind === "invoke" ? "busy" : "wait", open: true };
}
