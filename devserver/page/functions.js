import { h, fill } from "./dom.js";
import { pause } from "./api.js";
import { attempt, toast } from "./toast.js";
import { button, message } from "./state.js";
import { none } from "./appsview.js";
import { to } from "./router.js";

/** FunctionsView shows functions, what starts them, and their limits. */
export class FunctionsView {
  constructor({ apps, openInvoke }) {
    Object.assign(this, { apps, openInvoke });
    this.title = h("h1", { tabindex: -1 }, "Functions");
    this.body = h("div", { class: "stack" });
    this.el = h("section", { class: "view stack" }, this.title, this.body);
    const draw = () => this.#draw();
    apps.addEventListener("change", draw);
    this.close = () => apps.removeEventListener("change", draw);
    draw();
  }

  focus() {
    this.title.focus();
  }

  #draw() {
    const { all, error, loaded } = this.apps;
    if (all.some((app) => app.functions.length)) {
      fill(this.body, all.filter((app) => app.functions.length).map((app) => h("section", { class: "stack" },
        all.length > 1 && h("h2", {}, app.name),
        h("ul", { class: "card-list functions", role: "list" }, app.functions.map((fn) => this.#card(fn))))));
    } else if (error) fill(this.body, message({ icon: "failed", title: "The functions could not be loaded", text: error.message, action: button("Try again", () => this.apps.load()) }));
    else if (!loaded) fill(this.body, message({ title: "Loading…" }));
    else fill(this.body, none());
  }

  #card(fn) {
    return h("li", {},
      h("div", {}, h("div", { class: "cluster" }, h("h3", {}, h("a", { href: to("runs", "", { function: fn.id }) }, fn.title)), fn.paused && h("span", { class: "pill tone-wait" }, "Paused")),
        h("code", { class: "muted small" }, fn.id)),
      h("div", { class: "cluster actions" },
        button("Invoke", () => this.openInvoke(fn), "slim"),
        button(fn.paused ? "Resume" : "Pause", (e) => attempt(e.target, async () => {
          await pause(fn, !fn.paused);
          toast(fn.paused ? `${fn.title} goes on.` : `${fn.title} is paused: its triggers start nothing, and its runs wait.`);
        }), "slim")),
      h("div", { class: "tags" },
        fn.triggers.map(trigger),
        fn.limits.map((l) => h("span", { class: "tag" }, l.name, h("b", {}, l.value)))));
  }
}

function trigger(t) {
  if (t.cron) return h("span", { class: "tag" }, "cron", h("code", {}, t.cron));
  return h("span", { class: "tag" }, "on", h("b", {}, t.event), t.expression && ["if ", h("code", {}, t.expression)]);
}
