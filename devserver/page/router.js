import { query } from "./api.js";

/** A place is where the page is: "#/runs/ID?step=x" is view runs, id ID. */
export function place() {
  const [path, search = ""] = location.hash.slice(1).split("?");
  const [, view = "runs", id = ""] = path.split("/");
  return { view: view || "runs", id: decode(id), params: new URLSearchParams(search) };
}

function decode(part) {
  try {
    return decodeURIComponent(part);
  } catch {
    return part; // someone has typed half an escape
  }
}

export const to = (view, id, params = {}) => `#/${view}${id ? `/${encodeURIComponent(id)}` : ""}${query(params)}`;

/** go moves on; the way back stays. */
export function go(view, id, params) {
  location.hash = to(view, id, params);
}

/** replace changes what the address says about the place we are in. */
export function replace(view, id, params) {
  history.replaceState(history.state, "", to(view, id, params));
}
