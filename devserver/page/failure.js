import { h } from "./dom.js";
import { length } from "./format.js";

/** failure shows an error with its stack. */
export function failure(error) {
  return h("div", { class: "failure" }, h("p", {}, h("strong", {}, error.name), error.message && `: ${error.message}`), error.stack && h("pre", { tabindex: 0, role: "region", "aria-label": "Stack" }, h("code", {}, error.stack)));
}

/** attempts lists failed attempts. */
export function attempts(failures) {
  return h("div", {}, h("h3", {}, "Failed attempts"), h("ol", { class: "attempts", role: "list" }, failures.map((f, i) => h("li", {},
    h("span", { class: "muted small" }, `${i + 1}`),
    h("span", {}, `${f.error.name}: ${f.error.message}`),
    h("span", { class: "muted small nowrap" }, f.retryAt ? `again after ${length(new Date(f.retryAt) - new Date(f.ended))}` : "not tried again")))));
}
