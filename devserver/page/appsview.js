import { h, fill, tone, whenNew, Keyed } from "./dom.js";
import { sync } from "./api.js";
import { clock, plural } from "./format.js";
import { attempt, toast } from "./toast.js";
import { button } from "./state.js";
import { Overview } from "./overview.js";

/** AppsView shows the apps, whether they are synced, and if not, why and the fix. */
export class AppsView extends Overview {
  constructor({ apps }) {
    const list = h("ul", { class: "card-list", role: "list" });
    const cards = new Keyed(list, { key: (app) => `${app.name} ${app.url}`, make: card });
    const content = (all) => {
      cards.show(all);
      return all.length ? list : null;
    };
    super({ apps, title: "Apps", failure: "The apps could not be loaded", content });
  }
}

function card(first) {
  let app = first;
  const state = h("span");
  const pill = h("span", { class: "pill" }, h("span", { class: "dot" }), state);
  const again = app.url && !app.endpoints && button("Sync now", (e) => attempt(e.target, async () => {
    await sync(app.name || "-", app.url);
    toast("Synced.");
  }));
  const tags = h("div", { class: "tags wide" });
  const fix = h("div", { class: "fix wide stack" });
  const el = h("li", {}, h("div", { class: "cluster" }, h("h2", {}, app.name || app.url), pill), h("div", { class: "cluster" }, again), tags, fix);
  const drawTags = whenNew((shown) => fill(tags, facts(shown)));
  const drawFix = whenNew((error) => fill(fix, error && [
    h("p", {}, h("strong", {}, "Why: "), error.message),
    h("p", {}, h("strong", {}, "Fix: "), error.fix)]));
  const update = (next) => {
    app = next;
    tone(pill, app.error ? (app.error.synced ? "wait" : "bad") : "ok");
    fill(state, app.error ? (app.error.synced ? "Synced, with a problem" : "Not synced") : app.endpoints ? "HTTP endpoints" : "Synced");
    drawTags(app);
    drawFix(app.error ?? null);
    tags.hidden = !tags.childElementCount;
    fix.hidden = !app.error;
  };
  update(app);
  return { el, update };
}

/** facts returns the facts about an app that its title does not show. */
function facts(app) {
  const fact = (name, value) => h("span", { class: "tag" }, name, value);
  return [
    app.name && app.url && fact("URL", h("code", {}, app.url)),
    app.sdk && fact("SDK", h("b", {}, app.sdk)),
    app.framework && fact("Framework", h("b", {}, app.framework)),
    app.name && fact("", h("b", {}, plural(app.functions.length, "function"))),
    app.syncedAt && fact(app.endpoints ? "Latest new function" : "Synced", h("b", {}, clock(app.syncedAt))),
  ];
}
