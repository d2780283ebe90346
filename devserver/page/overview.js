import { h, fill } from "./dom.js";
import { button, message } from "./state.js";

/** Overview shows something of all apps, as they are now: the element that
 * content keeps for it, or why there is none. */
export class Overview {
  constructor({ apps, title, failure, content }) {
    const heading = h("h1", { tabindex: -1 }, title);
    const body = h("div", { class: "stack" });
    const draw = () => {
      const el = content(apps.all) ?? instead(apps, failure);
      if (el !== body.firstElementChild) fill(body, el);
    };
    this.el = h("section", { class: "view stack" }, heading, body);
    this.focus = () => heading.focus();
    this.close = () => apps.removeEventListener("change", draw);
    apps.addEventListener("change", draw);
    draw();
  }
}

/** instead is what to say when there is no content. */
function instead(apps, failure) {
  if (apps.error) return message({ icon: "failed", title: failure, text: apps.error.message, action: button("Try again", () => apps.load()) });
  if (!apps.loaded) return message({ title: "Loading…" });
  if (apps.failing) return message({ icon: "apps", title: "No app has synced", text: "There is one that does not. Why, and what to do, is told with the apps.", action: h("a", { class: "button", href: "#/apps" }, "Apps") });
  return message({
    icon: "apps",
    title: "No app has synced",
    text: "Point your app at this server and start it; then ask it to sync.",
    code: `INNGEST_DEV=${location.origin} go run .\ncurl -X PUT http://127.0.0.1:8080/api/inngest`,
  });
}
