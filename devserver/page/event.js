import { h, fill, Keyed } from "./dom.js";
import { between, moment, plural } from "./format.js";
import { page } from "./api.js";
import { button, message } from "./state.js";
import { copy, data } from "./data.js";
import { icon } from "./icon.js";
import { news, pill } from "./status.js";
import { to } from "./router.js";

/** EventView shows one event and the runs that it started. */
export class EventView {
  #event = null;
  #turn = 0;

  constructor({ stream, openSend }, { id }) {
    this.id = id;
    this.openSend = openSend;
    this.title = h("h1", { tabindex: -1 }, "Event");
    this.actions = h("div", { class: "cluster actions" });
    this.facts = h("dl", { class: "facts" });
    this.list = h("ul", { class: "card-list", role: "list", "aria-label": "Runs" });
    this.runs = new Keyed(this.list, { key: (run) => run.id, make: runRow });
    this.body = h("div", { class: "stack" });
    this.el = h("section", { class: "view stack" },
      h("div", { class: "head" }, h("a", { class: "crumb", href: "#/events" }, icon("back"), "Events"),
        h("div", { class: "spread" }, this.title, this.actions), this.facts), this.body);
    const changed = (e) => e.detail.runs?.some((run) => run.eventId === this.id) && this.#load();
    const reset = () => this.#load();
    stream.addEventListener("change", changed);
    stream.addEventListener("reset", reset);
    this.close = () => {
      stream.removeEventListener("change", changed);
      stream.removeEventListener("reset", reset);
    };
    this.#load();
  }

  focus() {
    (this.list.querySelector("a") ?? this.title).focus();
  }

  async #load() {
    const turn = ++this.#turn;
    try {
      const first = !this.#event;
      const event = await page(`events/${encodeURIComponent(this.id)}`);
      if (turn !== this.#turn) return;
      this.#event = event;
      this.#draw(first);
    } catch (error) {
      if (!this.#event) fill(this.body, message({ icon: "search", title: error.unknown ? "This event is unknown" : "The event could not be loaded", text: error.message, action: h("a", { class: "button", href: "#/events" }, "All events") }));
    }
  }

  #draw(first) {
    const { event, runs, received } = this.#event;
    this.runs.show(runs);
    if (!first) return;
    const fact = (name, ...value) => h("div", {}, h("dt", {}, name), h("dd", {}, ...value));
    fill(this.title, event.name);
    fill(this.facts, fact("Event", h("code", {}, this.id)), event.id !== this.id && fact("Id of the sender", h("code", {}, event.id)), fact("Received", h("time", { datetime: received }, moment(received))));
    fill(this.actions, !event.name.startsWith("inngest/") && button("Send again", () => this.openSend(event.name, event.data)), copy(this.id, "Copy id"));
    fill(this.body, h("h2", {}, runs.length ? plural(runs.length, "run") : "No function listens for this event"), runs.length > 0 && this.list, data("Payload", event));
    if (document.activeElement === document.body || document.activeElement === this.title) this.focus();
  }
}

function runRow(run) {
  const status = pill(run);
  const line = h("p", { class: "muted small clip wide" });
  const took = h("span", { class: "muted small" });
  const link = h("a", { href: to("runs", run.id) }, run.title);
  const el = h("li", {}, h("div", { class: "cluster" }, h("h3", {}, link), status.el), took, line);
  const update = (next) => {
    status.update(next);
    fill(took, between(next.started, next.ended));
    fill(line, news(next));
    line.hidden = !line.textContent;
  };
  update(run);
  return { el, update };
}
