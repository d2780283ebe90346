import { h } from "./dom.js";
import { between, length, moment } from "./format.js";
import { attempts, failure } from "./failure.js";
import { button } from "./state.js";
import { data } from "./data.js";
import { runs, stepState } from "./timeline.js";
import { to } from "./router.js";

const kinds = { step: "Step", sleep: "Sleep", event: "Wait for an event", signal: "Wait for a signal", invoke: "Invocation", fetch: "HTTP request", infer: "AI request" };

/** stepDetails returns the details of a step. */
export function stepDetails(step, run, { rerun }) {
  const s = stepState(step, run);
  const value = step.result;
  return [
    h("div", { class: "panel-head" }, h("h2", { class: "clip", title: step.name }, step.name), run.ended && !run.endpoint && button("Rerun from here", (e) => rerun(e.target), "slim")),
    h("div", { class: "panel-body stack" },
      h("dl", { class: "facts" }, facts(step, s)),
      step.failed && failure(step.error ?? value.error),
      (step.failures.length > 1 || !step.failed) && attempts(step.failures),
      value && !step.failed && data(step.kind === "event" ? "Event" : "Output", value.data === undefined ? value : value.data)),
  ];
}

function facts(step, s) {
  const fact = (name, ...value) => h("div", {}, h("dt", {}, name), h("dd", {}, ...value));
  const a = step.awaits;
  return [
    h("div", {}, h("dt", {}, "State"), h("dd", {}, h("span", { class: `pill tone-${s.tone}` }, s.text))),
    fact("Kind", kinds[step.kind]),
    a.event && fact("Event", h("code", {}, a.event)),
    a.signal && fact("Signal", h("code", {}, a.signal)),
    a.function && fact("Function", a.runId ? h("a", { href: to("runs", a.runId) }, a.function) : a.function),
    a.until && fact(step.kind === "sleep" ? "Until" : "Times out", h("time", { datetime: a.until }, moment(a.until))),
    step.attempts > 1 && fact("Attempts", String(step.attempts)),
    fact("Started", h("time", { datetime: step.started }, moment(step.started))),
    step.ended && fact("Took", runs(step) ? length(new Date(step.ended) - new Date(step.tried)) : between(step.started, step.ended)),
  ];
}
