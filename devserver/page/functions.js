import { h, fill, whenNew, Keyed } from "./dom.js";
import { pause } from "./api.js";
import { attempt, toast } from "./toast.js";
import { button } from "./state.js";
import { Overview } from "./overview.js";
import { to } from "./router.js";

/** FunctionsView shows functions, their triggers and their limits. */
export class FunctionsView extends Overview {
  constructor({ apps, openInvoke }) {
    const el = h("div", { class: "stack" });
    const sections = new Keyed(el, { key: (app) => app.name, make: (app) => section(app, openInvoke) });
    const content = (all) => {
      const having = all.filter((app) => app.functions.length);
      sections.show(having.map((app) => ({ ...app, titled: all.length > 1 })));
      return having.length ? el : null;
    };
    super({ apps, title: "Functions", failure: "The functions could not be loaded", content });
  }
}

/** section shows an app's functions, under the app's name if there are several apps. */
function section(app, openInvoke) {
  const title = h("h2", {}, app.name);
  const list = h("ul", { class: "card-list functions", role: "list" });
  const cards = new Keyed(list, { key: (fn) => fn.id, make: (fn) => card(fn, openInvoke) });
  const update = (next) => {
    title.hidden = !next.titled;
    cards.show(next.functions);
  };
  return { el: h("section", { class: "stack" }, title, list), update };
}

function card(first, openInvoke) {
  let fn = first;
  const head = h("div", { class: "cluster" });
  const hold = button("", (e) => attempt(e.target, async () => {
    await pause(fn, !fn.paused);
    toast(fn.paused ? `${fn.title} is resumed.` : `${fn.title} is paused: its triggers start no runs, and its current runs wait.`);
  }), "slim");
  const tags = h("div", { class: "tags" });
  const el = h("li", {},
    h("div", {}, head, h("code", { class: "muted small" }, fn.id)),
    h("div", { class: "cluster actions" }, !fn.endpoint && button("Invoke", () => openInvoke(fn), "slim"), hold),
    tags);
  const drawHead = whenNew(({ title, paused }) => fill(head, h("h3", {}, h("a", { href: to("runs", "", { function: fn.id }) }, title)), paused && h("span", { class: "pill tone-wait" }, "Paused")));
  const drawTags = whenNew(({ triggers, limits }) => fill(tags, triggers.map(trigger), limits.map((l) => h("span", { class: "tag" }, l.name, h("b", {}, l.value)))));
  const update = (next) => {
    fn = next;
    drawHead({ title: fn.title, paused: fn.paused });
    drawTags({ triggers: fn.triggers, limits: fn.limits });
    fill(hold, fn.paused ? "Resume" : "Pause");
  };
  update(fn);
  return { el, update };
}

function trigger(t) {
  if (t.cron) return h("span", { class: "tag" }, "cron", h("code", {}, t.cron));
  return h("span", { class: "tag" }, "on", h("b", {}, t.event), t.expression && ["if ", h("code", {}, t.expression)]);
}
