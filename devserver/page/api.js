// Requests to the server. A failure is an Error with a message for people; its
// "unknown" is set if the server does not know the id.

import { parse } from "./json.js";

async function request(path, options) {
  let res;
  try {
    res = await fetch(path, options);
  } catch {
    throw new Error("The dev server does not answer. Is it still running?");
  }
  const body = await res.text().then(parse).catch(() => null);
  if (!res.ok) throw Object.assign(new Error(message(body) ?? `The server answered with status ${res.status}.`), { unknown: res.status === 404 });
  return body;
}

/** message returns the message from any of the API's error shapes. */
function message(body) {
  return body?.errors?.[0]?.message ?? body?.error;
}

const post = (path, body) =>
  request(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body ?? {}) });

const part = encodeURIComponent;

/** query returns a query string of the parameters that are set. */
export function query(params) {
  const set = Object.entries(params).filter(([, v]) => v != null && v !== "");
  return set.length ? `?${new URLSearchParams(set)}` : "";
}

export const page = (path, params = {}) => request(`/page/api/${path}${query(params)}`);
export const send = (event) => post("/api/v2/events", event).then((r) => r.data.eventId);
export const rerun = (id, fromStep) => post(`/api/v2/runs/${part(id)}/rerun`, fromStep ? { fromStep: { stepId: fromStep } } : {}).then((r) => r.data.runId);
export const cancel = (id) => post(`/api/v2/runs/${part(id)}/cancel`);
export const invoke = (fn, data) => post(`/api/v2/apps/${part(fn.app)}/functions/${part(fn.name)}/invoke`, { data }).then((r) => r.data.runId);
export const sync = (app, url) => post(`/api/v2/apps/${part(app)}/syncs`, { url });
export const pause = (fn, paused) => post(`/page/api/functions/${part(fn.id)}/${paused ? "pause" : "resume"}`);
