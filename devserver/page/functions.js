import { h } from "./dom.js";
import { pause } from "./api.js";
import { attempt, toast } from "./toast.js";
import { button } from "./state.js";
import { Overview } from "./overview.js";
import { to } from "./router.js";

/** FunctionsView shows functions, what starts them, and their limits. */
export class FunctionsView extends Overview {
  constructor({ apps, openInvoke }) {
    super({ apps, title: "Functions", failure: "The functions could not be loaded", content: (all) => list(all, openInvoke) });
  }
}

function list(apps, openInvoke) {
  const having = apps.filter((app) => app.functions.length);
  if (!having.length) return null;
  return having.map((app) => h("section", { class: "stack" },
    apps.length > 1 && h("h2", {}, app.name),
    h("ul", { class: "card-list functions", role: "list" }, app.functions.map((fn) => card(fn, openInvoke)))));
}

function card(fn, openInvoke) {
  return h("li", {},
    h("div", {}, h("div", { class: "cluster" }, h("h3", {}, h("a", { href: to("runs", "", { function: fn.id }) }, fn.title)), fn.paused && h("span", { class: "pill tone-wait" }, "Paused")),
      h("code", { class: "muted small" }, fn.id)),
    h("div", { class: "cluster actions" },
      !fn.endpoint && button("Invoke", () => openInvoke(fn), "slim"),
      button(fn.paused ? "Resume" : "Pause", (e) => attempt(e.target, async () => {
        await pause(fn, !fn.paused);
        toast(fn.paused ? `${fn.title} goes on.` : `${fn.title} is paused: its triggers start nothing, and its runs wait.`);
      }), "slim")),
    h("div", { class: "tags" },
      fn.triggers.map(trigger),
      fn.limits.map((l) => h("span", { class: "tag" }, l.name, h("b", {}, l.value)))));
}

function trigger(t) {
  if (t.cron) return h("span", { class: "tag" }, "cron", h("code", {}, t.cron));
  return h("span", { class: "tag" }, "on", h("b", {}, t.event), t.expression && ["if ", h("code", {}, t.expression)]);
}
