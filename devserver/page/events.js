import { h, fill, tone, Keyed } from "./dom.js";
import { clock, plural } from "./format.js";
import { Feed } from "./feed.js";
import { List } from "./list.js";
import { listState, searchBox } from "./state.js";
import { state } from "./status.js";
import { replace, to } from "./router.js";

/** Events is the live list of events. It exists as long as the page. */
export class Events {
  #late = 0;

  constructor({ stream }) {
    this.feed = new Feed("events", { stream, matches });
    this.list = new List({ label: "Events", key: (ev) => ev.id, row, more: () => this.feed.more() });
    this.title = h("h1", { tabindex: -1 }, "Events");
    this.summary = h("p", { class: "muted" });
    this.search = h("input", { type: "search", "aria-label": "Search events", placeholder: "Search by name, id or data", oninput: () => this.#typed() });
    this.internal = h("input", { type: "checkbox", id: "internal", onchange: () => this.#narrow({ internal: this.internal.checked ? "true" : "" }) });
    this.empty = h("div");
    this.table = h("div", { class: "table events" },
      h("div", { class: "columns", "aria-hidden": "true" }, ["Event", "Started", "Received"].map((name) => h("span", {}, name))),
      this.list.el);
    this.el = h("section", { class: "view fixed" },
      h("div", { class: "stack" },
        h("div", { class: "spread" }, this.title, this.summary),
        h("div", { class: "filters" }, searchBox(this.search),
          h("div", { class: "check small" }, this.internal, h("label", { for: "internal" }, "Show Inngest's own events")))),
      h("div", { class: "body" }, this.table, this.empty));
    this.feed.addEventListener("change", () => this.#draw());
  }

  show({ params }) {
    const filter = { q: params.get("q") ?? "", internal: params.get("internal") ?? "" };
    if (JSON.stringify(filter) !== JSON.stringify({ q: "", internal: "", ...this.feed.filter })) {
      this.search.value = filter.q;
      this.internal.checked = filter.internal === "true";
      this.feed.narrow(filter);
    }
    this.#draw();
    this.list.restore();
  }

  focus() {
    if (this.feed.items.length) this.list.focus();
    else this.title.focus();
  }

  #typed() {
    clearTimeout(this.#late);
    this.#late = setTimeout(() => this.#narrow({ q: this.search.value.trim() }), 200);
  }

  #narrow(change) {
    const filter = { ...this.feed.filter, ...change };
    replace("events", "", filter);
    this.feed.narrow(filter);
    this.list.el.scrollTop = 0;
  }

  #draw() {
    if (!this.el.isConnected) return;
    const { items, found } = this.feed;
    fill(this.summary, items.length > 0 && `${found} ${found === "1" ? "event" : "events"}`);
    listState(this.empty, this.table, this.feed, {
      icon: "events",
      title: "No events yet",
      text: "Send one with the button above, from your app, or from a shell.",
      code: `curl -d '{"name":"…","data":{}}' ${location.origin}/e/key`,
      clear: () => {
        this.search.value = "";
        this.#narrow({ q: "", internal: "" });
      },
    });
    this.list.set(items);
    if (document.activeElement === this.title) this.focus();
  }
}

function matches(event, filter) {
  if (event.internal && filter.internal !== "true") return false;
  return filter.q ? null : true;
}

function row(event) {
  const name = h("span", { class: "clip name" });
  const started = h("span", { class: "tags started" });
  const runs = new Keyed(started, { key: (run) => run.id, make: badge });
  const time = h("time");
  const el = h("a", { class: `row${event.fresh ? " fresh" : ""}`, href: to("events", event.id) }, name, started, time);
  const update = (next) => {
    fill(name, next.name);
    const rest = next.runCount - next.runs.length;
    const note = rest > 0 ? `${rest} more` : next.runCount === 0 ? "no function" : "";
    runs.show([...next.runs, ...(note ? [{ id: "note", title: note, status: "" }] : [])]);
    fill(time, clock(next.received));
    time.setAttribute("datetime", next.received);
    el.setAttribute("aria-label", `${next.name}, ${clock(next.received)}, started ${plural(next.runCount, "run")}`);
  };
  update(event);
  return { el, update };
}

function badge(run) {
  const dot = run.status && h("span", { class: "dot" });
  const title = h("span", { class: "clip" });
  const el = h("span", { class: "tag" }, dot, title);
  const update = (next) => {
    fill(title, next.title);
    if (next.status) tone(el, state(next).tone);
  };
  update(run);
  return { el, update };
}
