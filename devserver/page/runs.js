import { h, fill } from "./dom.js";
import { between, clock, count } from "./format.js";
import { Feed } from "./feed.js";
import { List } from "./list.js";
import { listState, searchBox } from "./state.js";
import { news, pill, state, statuses } from "./status.js";
import { replace, to } from "./router.js";

/** Runs is the live list of runs. It exists as long as the page. */
export class Runs {
  #late = 0;

  constructor({ stream, apps }) {
    this.apps = apps;
    this.feed = new Feed("runs", { stream, matches });
    this.list = new List({ label: "Runs", key: (run) => run.id, row, more: () => this.feed.more() });
    this.title = h("h1", { tabindex: -1 }, "Runs");
    this.summary = h("p", { class: "muted", "aria-live": "off" });
    this.search = h("input", { type: "search", "aria-label": "Search runs", placeholder: "Search by id, function, event or data", oninput: () => this.#typed() });
    this.chips = h("div", { class: "chips", role: "group", "aria-label": "Status" }, ["", ...statuses].map((s) => this.#chip(s)));
    this.functions = h("select", { "aria-label": "Function", onchange: () => this.#narrow({ function: this.functions.value }) });
    this.empty = h("div");
    this.table = h("div", { class: "table runs" },
      h("div", { class: "columns", "aria-hidden": "true" }, ["Status", "Function", "Event", "Detail", "Started"].map((name) => h("span", {}, name)), h("span", { class: "right" }, "Duration")),
      this.list.el);
    this.el = h("section", { class: "view fixed" },
      h("div", { class: "stack" },
        h("div", { class: "spread" }, this.title, this.summary),
        h("div", { class: "filters" }, searchBox(this.search), this.chips, h("div", { class: "function" }, this.functions))),
      h("div", { class: "body" }, this.table, this.empty));
    this.feed.addEventListener("change", () => this.#draw());
    apps.addEventListener("change", () => this.#listFunctions());
    setInterval(() => this.#tick(), 1000);
  }

  get filter() {
    return this.feed.filter;
  }

  /** show applies the filter of the address. */
  show({ params }) {
    const filter = { status: params.get("status") ?? "", function: params.get("function") ?? "", q: params.get("q") ?? "" };
    if (JSON.stringify(filter) !== JSON.stringify({ status: "", function: "", q: "", ...this.filter })) {
      this.search.value = filter.q;
      this.feed.narrow(filter);
    }
    this.#listFunctions();
    this.#draw();
    this.list.restore();
  }

  focus() {
    if (this.feed.items.length) this.list.focus();
    else this.title.focus();
  }

  #chip(status) {
    const number = h("span", { class: "number" });
    const el = h("button", { type: "button", "data-status": status, onclick: () => this.#narrow({ status }) }, status || "All", number);
    el.update = (now, n) => {
      el.setAttribute("aria-pressed", String(now === status));
      fill(number, n === undefined ? "" : count(n));
    };
    return el;
  }

  #listFunctions() {
    const chosen = this.filter.function ?? "";
    const all = this.apps.functions;
    fill(this.functions, h("option", { value: "" }, "All functions"),
      all.map((fn) => h("option", { value: fn.id }, fn.title)),
      chosen && !all.some((fn) => fn.id === chosen) && h("option", { value: chosen }, chosen));
    this.functions.value = chosen;
  }

  #typed() {
    clearTimeout(this.#late);
    this.#late = setTimeout(() => this.#narrow({ q: this.search.value.trim() }), 200);
  }

  #narrow(change) {
    const filter = { ...this.filter, ...change };
    replace("runs", "", filter);
    this.feed.narrow(filter);
    this.list.el.scrollTop = 0;
  }

  #draw() {
    if (!this.el.isConnected) return;
    const { items, found, counts, filter } = this.feed;
    fill(this.summary, items.length > 0 && `${found} ${found === "1" ? "run" : "runs"}`);
    for (const chip of this.chips.children) {
      const status = chip.dataset.status;
      chip.update(filter.status ?? "", status ? counts[status] ?? 0 : statuses.reduce((sum, s) => sum + (counts[s] ?? 0), 0));
    }
    listState(this.empty, this.table, this.feed, {
      icon: "runs",
      title: "No runs yet",
      text: "A run starts when an event triggers a function.",
      code: `curl -d '{"name":"…","data":{}}' ${location.origin}/e/key`,
      clear: () => {
        this.search.value = "";
        this.#narrow({ status: "", function: "", q: "" });
        this.#listFunctions();
      },
    });
    this.list.set(items);
    if (document.activeElement === this.title) this.focus();
  }

  /** tick updates the durations of running runs. */
  #tick() {
    if (this.el.isConnected && this.feed.items.some((run) => run.status === "Running")) this.list.set(this.feed.items);
  }
}

function matches(run, filter) {
  if (filter.status && run.status !== filter.status) return false;
  if (filter.function && run.function !== filter.function) return false;
  return filter.q ? null : true;
}

function row(run) {
  const status = pill(run);
  const part = (cls) => h("span", { class: `clip ${cls}` });
  const name = part("name");
  const event = part("mono event");
  const line = part("news small");
  const started = h("time");
  const took = h("span", { class: "took right" });
  const el = h("a", { class: `row${run.fresh ? " fresh" : ""}`, href: to("runs", run.id) }, h("span", { class: "status" }, status.el), name, event, line, started, took);
  const update = (next) => {
    status.update(next);
    fill(name, next.title);
    fill(event, next.event);
    fill(line, news(next));
    line.title = line.textContent;
    line.classList.toggle("bad", next.status === "Failed");
    fill(started, clock(next.started));
    started.setAttribute("datetime", next.started);
    fill(took, between(next.started, next.ended));
    el.setAttribute("aria-label", `${next.title}, ${state(next).text}, ${next.event}, ${clock(next.started)}`);
  };
  update(run);
  return { el, update };
}
