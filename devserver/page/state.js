import { h, fill } from "./dom.js";
import { icon } from "./icon.js";

/** message is the content of a view that has nothing to show. */
export function message({ icon: name, title, text, code, action }) {
  return h("div", { class: "state" }, name && icon(name), h("h2", {}, title), text && h("p", {}, text), code && h("pre", {}, h("code", {}, code)), action);
}

export const button = (text, onclick, kind = "") => h("button", { class: `button ${kind}`, type: "button", onclick }, text);

/** searchBox returns a search field with its shortcut. */
export const searchBox = (input) => h("div", { class: "search" }, icon("search"), input, h("kbd", { "aria-hidden": "true" }, "/"));

/** listState shows a list's table, or the reason why it is empty. */
export function listState(place, table, feed, none) {
  const has = feed.items.length > 0;
  table.hidden = !has;
  place.hidden = has;
  if (has) return fill(place);
  if (feed.error) fill(place, message({ icon: "failed", title: "The list could not be loaded", text: feed.error.message, action: button("Try again", () => feed.reload()) }));
  else if (feed.loading) loading(place);
  else if (feed.filtered) fill(place, message({ icon: "search", title: "Nothing matches", text: "No entry matches the filter.", action: button("Clear the filter", none.clear) }));
  else fill(place, message(none));
}

/** loading shows bars in place of rows, unless it does already. */
function loading(place) {
  if (place.querySelector(".skeleton")) return;
  fill(place, h("div", { class: "table", role: "status", "aria-label": "Loading" }, h("div", {}, Array.from({ length: 8 }, () => h("div", { class: "skeleton" })))));
}
