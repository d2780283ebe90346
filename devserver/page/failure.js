import { h, fill } from "./dom.js";
import { length } from "./format.js";

const most = 1000; // characters of a message shown at first

/** text shows a message. A long one is cut, with a button for the rest. */
function text(message) {
  if (message.length <= most) return message;
  const el = h("span", { tabindex: -1 }, `${message.slice(0, most)}… `, h("button", { class: "button slim", type: "button", onclick: () => {
    fill(el, message);
    el.focus();
  } }, "Show all"));
  return el;
}

/** failure shows an error with its stack. */
export function failure(error) {
  return h("div", { class: "failure" }, h("p", {}, h("strong", {}, error.name), error.message && [": ", text(error.message)]), error.stack && h("pre", { tabindex: 0, role: "region", "aria-label": "Stack" }, h("code", {}, error.stack)));
}

/** attempts lists failed attempts, if there are any. */
export function attempts(failures) {
  return failures.length > 0 && h("div", {}, h("h3", {}, "Failed attempts"), h("ol", { class: "attempts", role: "list" }, failures.map((f, i) => h("li", {},
    h("span", { class: "muted small" }, `${i + 1}`),
    h("span", {}, `${f.error.name}: `, text(f.error.message)),
    h("span", { class: "muted small nowrap" }, f.retryAt ? `retried after ${length(new Date(f.retryAt) - new Date(f.ended))}` : "not retried")))));
}
