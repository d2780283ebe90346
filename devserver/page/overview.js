import { h, fill } from "./dom.js";
import { button, message } from "./state.js";

/**
 * Overview shows something about all apps, kept up to date: the element that
 * content returns, or the reason why there is none.
 */
export class Overview {
  constructor({ apps, title, failure, content }) {
    const heading = h("h1", { tabindex: -1 }, title);
    const body = h("div", { class: "stack" });
    const draw = () => {
      const el = content(apps.all) ?? placeholder(apps, failure);
      if (el !== body.firstElementChild) fill(body, el);
    };
    this.el = h("section", { class: "view stack" }, heading, body);
    this.focus = () => heading.focus();
    this.close = () => apps.removeEventListener("change", draw);
    apps.addEventListener("change", draw);
    draw();
  }
}

/** placeholder returns the message for a view without content. */
function placeholder(apps, failure) {
  if (apps.error) return message({ icon: "failed", title: failure, text: apps.error.message, action: button("Try again", () => apps.load()) });
  if (!apps.loaded) return message({ title: "Loading…" });
  if (apps.failing) return message({ icon: "apps", title: "No app has synced", text: "At least one app does not sync. The list of apps shows why, and the fix.", action: h("a", { class: "button", href: "#/apps" }, "Apps") });
  return message({
    icon: "apps",
    title: "No app has synced",
    text: "Start your app with this server's address, then ask it to sync.",
    code: `INNGEST_DEV=${location.origin} go run .\ncurl -X PUT http://127.0.0.1:8080/api/inngest`,
  });
}
