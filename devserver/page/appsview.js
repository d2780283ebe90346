import { h } from "./dom.js";
import { sync } from "./api.js";
import { clock, plural } from "./format.js";
import { attempt, toast } from "./toast.js";
import { button } from "./state.js";
import { Overview } from "./overview.js";

/** AppsView shows apps, whether they are synced, and what to do if not. */
export class AppsView extends Overview {
  constructor({ apps }) {
    const content = (all) => all.length ? h("ul", { class: "card-list", role: "list" }, all.map(card)) : null;
    super({ apps, title: "Apps", failure: "The apps could not be loaded", content });
  }
}

function card(app) {
  const tone = app.error ? "bad" : "ok";
  const state = app.error ? "Not synced" : app.endpoints ? "HTTP endpoints" : "Synced";
  return h("li", {},
    h("div", { class: "cluster" }, h("h2", {}, app.name || app.url), h("span", { class: `pill tone-${tone}` }, h("span", { class: "dot" }), state)),
    h("div", { class: "cluster" }, app.url && !app.endpoints && button("Sync now", (e) => attempt(e.target, async () => {
      await sync(app.name || "-", app.url);
      toast("Synced.");
    }))),
    h("div", { class: "tags wide" },
      app.url && h("span", { class: "tag" }, "URL", h("code", {}, app.url)),
      app.sdk && h("span", { class: "tag" }, "SDK", h("b", {}, app.sdk)),
      app.framework && h("span", { class: "tag" }, "Framework", h("b", {}, app.framework)),
      app.name && h("span", { class: "tag" }, h("b", {}, plural(app.functions.length, "function"))),
      app.syncedAt && h("span", { class: "tag" }, app.endpoints ? "Latest new function" : "Synced", h("b", {}, clock(app.syncedAt)))),
    app.error && h("div", { class: "advice wide stack" },
      h("p", {}, h("strong", {}, "Why: "), app.error.message),
      h("p", {}, h("strong", {}, "What to do: "), app.error.advice)));
}
