import { h, fill } from "./dom.js";
import { sync } from "./api.js";
import { clock, plural } from "./format.js";
import { attempt, toast } from "./toast.js";
import { button, message } from "./state.js";

/** AppsView shows apps, whether they are synced, and what to do if not. */
export class AppsView {
  constructor({ apps }) {
    this.apps = apps;
    this.title = h("h1", { tabindex: -1 }, "Apps");
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
    if (all.length) fill(this.body, h("ul", { class: "card-list", role: "list" }, all.map(card)));
    else if (error) fill(this.body, message({ icon: "failed", title: "The apps could not be loaded", text: error.message, action: button("Try again", () => this.apps.load()) }));
    else if (!loaded) fill(this.body, message({ title: "Loading…" }));
    else fill(this.body, none());
  }
}

/** none says how to bring an app here. */
export function none() {
  return message({
    icon: "apps",
    title: "No app has synced",
    text: "Point your app at this server and start it; then ask it to sync.",
    code: `INNGEST_DEV=${location.origin} go run .\ncurl -X PUT http://127.0.0.1:8080/api/inngest`,
  });
}

function card(app) {
  const tone = app.error ? "bad" : "ok";
  return h("li", {},
    h("div", { class: "cluster" }, h("h2", {}, app.name || app.url), h("span", { class: `pill tone-${tone}` }, h("span", { class: "dot" }), app.error ? "Not synced" : "Synced")),
    h("div", { class: "cluster" }, app.url && button("Sync now", (e) => attempt(e.target, async () => {
      await sync(app.name || "-", app.url);
      toast("Synced.");
    }))),
    h("div", { class: "tags wide" },
      app.url && h("span", { class: "tag" }, "URL", h("code", {}, app.url)),
      app.sdk && h("span", { class: "tag" }, "SDK", h("b", {}, app.sdk)),
      app.framework && h("span", { class: "tag" }, "Framework", h("b", {}, app.framework)),
      app.name && h("span", { class: "tag" }, h("b", {}, plural(app.functions.length, "function"))),
      app.syncedAt && h("span", { class: "tag" }, "Synced", h("b", {}, clock(app.syncedAt)))),
    app.error && h("div", { class: "advice wide stack" },
      h("p", {}, h("strong", {}, "Why: "), app.error.message),
      h("p", {}, h("strong", {}, "What to do: "), app.error.advice)));
}
