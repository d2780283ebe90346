import { h, fill } from "./dom.js";
import { cancel, page, rerun } from "./api.js";
import { between, moment, plural } from "./format.js";
import { attempt, toast } from "./toast.js";
import { attempts, failure } from "./failure.js";
import { button, message } from "./state.js";
import { copy, data } from "./data.js";
import { go, replace, to } from "./router.js";
import { icon } from "./icon.js";
import { news, pill } from "./status.js";
import { root, Timeline } from "./timeline.js";
import { stepDetails } from "./step.js";

/** RunView shows one run: its facts, its timeline, and the details of the chosen lane. */
export class RunView {
  #run = null;
  #late = 0;
  #turn = 0;
  #drawn = new Map(); // by element
  #rested = 0; // the earliest next drawing: many steps take long, and the page must stay responsive

  constructor({ stream, apps }, { id, params }) {
    this.id = id;
    this.apps = apps;
    this.chosen = params.get("step") ?? root;
    this.title = h("h1", { tabindex: -1 }, "Run");
    this.status = pill({ status: "" });
    this.status.el.hidden = true;
    this.news = h("p", { class: "muted small clip" });
    this.facts = h("dl", { class: "facts" });
    this.actions = h("div", { class: "cluster actions" });
    this.timeline = new Timeline({ select: (chosen) => this.#choose(chosen) });
    this.details = h("section", { class: "panel details", "aria-label": "Details" });
    this.body = h("div", { class: "run", hidden: true },
      h("section", { class: "panel", "aria-label": "Timeline" }, h("div", { class: "panel-head" }, h("h2", {}, "Timeline"), this.steps = h("span", { class: "muted small" })), this.timeline.el),
      this.details);
    this.state = h("div", {}, message({ title: "Loading…" }));
    this.el = h("section", { class: "view stack" },
      h("div", { class: "head" }, h("a", { class: "crumb", href: "#/runs" }, icon("back"), "Runs"),
        h("div", { class: "spread" }, h("div", { class: "cluster" }, this.title, this.status.el, this.news), this.actions), this.facts),
      this.body, this.state);
    this.#listen(stream);
    this.#load();
    const clock = setInterval(() => this.#run && !this.#run.ended && performance.now() > this.#rested && this.#draw(), 500);
    this.stop = [...this.stop, () => clearInterval(clock)];
  }

  #listen(stream) {
    const changed = (e) => e.detail.runs?.some((run) => run.id === this.id) && this.#soon();
    const reset = () => this.#load();
    stream.addEventListener("change", changed);
    stream.addEventListener("reset", reset);
    this.stop = [() => stream.removeEventListener("change", changed), () => stream.removeEventListener("reset", reset)];
  }

  close() {
    for (const stop of this.stop) stop();
    clearTimeout(this.#late);
  }

  focus() {
    if (this.#run) this.timeline.focus(this.chosen);
    else this.title.focus();
  }

  #soon() {
    this.#late ||= setTimeout(() => {
      this.#late = 0;
      this.#load();
    }, Math.max(80, this.#rested - performance.now()));
  }

  async #load() {
    const turn = ++this.#turn;
    try {
      const first = !this.#run;
      const run = await page(`runs/${encodeURIComponent(this.id)}`);
      if (turn !== this.#turn) return; // a later request is running, or was faster
      this.#run = run;
      this.#draw();
      if (first && (document.activeElement === document.body || document.activeElement === this.title)) this.timeline.focus(this.chosen);
    } catch (error) {
      if (this.#run) return toast(error.message);
      fill(this.state, message({ icon: "search", title: error.unknown ? "This run is unknown" : "The run could not be loaded", text: error.message, action: h("a", { class: "button", href: "#/runs" }, "All runs") }));
    }
  }

  #choose(chosen) {
    this.chosen = chosen;
    replace("runs", this.id, chosen === root ? {} : { step: chosen });
    this.#draw();
  }

  #draw() {
    const began = performance.now();
    const run = this.#run;
    this.state.hidden = true;
    this.body.hidden = false;
    document.title = `${run.title}, ${run.status} · inngestkit`;
    fill(this.title, run.title);
    this.status.el.hidden = false;
    this.status.update(run);
    fill(this.news, run.ended ? "" : this.apps.pauses(run) ? "its function is paused" : news(run));
    fill(this.steps, plural(run.steps.length, "step"), ", ", plural(run.calls, "call"));
    this.timeline.show(run, this.chosen, Date.now());
    this.#once(this.facts, [run.status, run.ended], () => this.#showFacts(run));
    this.#once(this.actions, [!run.ended], () => this.#showActions(run));
    const step = run.steps.find((s) => s.id === this.chosen);
    this.#once(this.details, [this.chosen, step, run.status, run.output, run.failures.length], () => fill(this.details, step ? stepDetails(step, run, { rerun: (b) => this.#rerun(b, step.id) }) : runDetails(run)));
    const now = performance.now();
    this.#rested = now + 4 * (now - began);
  }

  /**
   * once draws an element's content only when its data has changed, so that focus
   * and selection stay. If the focused element is gone, the next one gets the focus.
   */
  #once(el, shows, draw) {
    const now = JSON.stringify(shows);
    if (this.#drawn.get(el) === now) return;
    this.#drawn.set(el, now);
    const had = el.contains(document.activeElement);
    draw();
    if (had) el.querySelector("button, a, [tabindex]")?.focus();
  }

  #showFacts(run) {
    const fact = (name, ...value) => h("div", {}, h("dt", {}, name), h("dd", {}, ...value));
    fill(this.facts,
      fact("Run", h("code", {}, run.id)),
      fact("App", run.app),
      fact("Event", h("a", { href: to("events", run.eventId) }, run.event), run.events.length > 1 && ` and ${run.events.length - 1} more`),
      run.parentRun && fact("Invoked by", h("a", { href: to("runs", run.parentRun) }, "run")),
      run.rerunOf && fact("Rerun of", h("a", { href: to("runs", run.rerunOf) }, "run")),
      fact("Started", h("time", { datetime: run.started }, moment(run.started))),
      run.ended && fact("Duration", between(run.started, run.ended)));
  }

  #showActions(run) {
    fill(this.actions,
      !run.ended && button("Cancel", (e) => this.#cancel(e.target), "danger"),
      !run.endpoint && button("Rerun", (e) => this.#rerun(e.target)),
      copy(run.id, "Copy id"));
  }

  #rerun(el, step) {
    return attempt(el, async () => {
      const id = await rerun(this.id, step);
      toast(step ? "Rerun started from that step." : "Rerun started.", { href: to("runs", this.id), text: "Original run" });
      go("runs", id);
    });
  }

  #cancel(el) {
    return attempt(el, async () => {
      await cancel(this.id);
      toast("Cancelled. A call in flight still finishes.");
    });
  }
}

function runDetails(run) {
  return [
    h("div", { class: "panel-head" }, h("h2", {}, "Run")),
    h("div", { class: "panel-body stack" },
      run.error && run.ended && failure(run.error),
      run.ended && (run.status === "Completed" || run.endpoint) && data("Output", run.output),
      (run.failures.length > 1 || !run.ended) && attempts(run.failures),
      run.events.length === 1 ? data("Input", run.events[0]) : data(`Input, a batch of ${run.events.length}`, run.events)),
  ];
}
