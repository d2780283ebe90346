import { query } from "./api.js";

/** place returns the view, id and parameters of the address: "#/runs/ID?step=x" has view "runs" and id "ID". */
export function place() {
  const [path, search = ""] = location.hash.slice(1).split("?");
  const [, view = "runs", id = ""] = path.split("/");
  return { view: view || "runs", id: decode(id), params: new URLSearchParams(search) };
}

function decode(part) {
  try {
    return decodeURIComponent(part);
  } catch {
    return part; // an incomplete escape sequence
  }
}

export const to = (view, id, params = {}) => `#/${view}${id ? `/${encodeURIComponent(id)}` : ""}${query(params)}`;

/** go opens a place, and adds it to the history. */
export function go(view, id, params) {
  location.hash = to(view, id, params);
}

/** replace changes the address of the current place. */
export function replace(view, id, params) {
  history.replaceState(history.state, "", to(view, id, params));
}
