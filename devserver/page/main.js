import { h, fill } from "./dom.js";
import { Apps } from "./apps.js";
import { AppsView } from "./appsview.js";
import { Events } from "./events.js";
import { EventView } from "./event.js";
import { FunctionsView } from "./functions.js";
import { icon } from "./icon.js";
import { openHelp } from "./help.js";
import { openInvoke, openSend } from "./send.js";
import { go, place } from "./router.js";
import { Runs } from "./runs.js";
import { RunView } from "./run.js";
import { Stream } from "./stream.js";

const stream = new Stream();
const apps = new Apps({ stream });
const context = { stream, apps, openInvoke, openSend: (name, data) => openSend(apps, name, data) };

// The lists keep their filter, scroll position and focus.
const lists = { runs: new Runs(context), events: new Events(context) };
const views = [["runs", "Runs"], ["events", "Events"], ["functions", "Functions"], ["apps", "Apps"]];
const main = document.getElementById("main");
let current = null;

/** show opens the view of the address. */
function show() {
  const where = place();
  const view = views.some(([name]) => name === where.view) ? where.view : "runs";
  current?.close?.();
  if (where.id && view === "runs") current = new RunView(context, where);
  else if (where.id && view === "events") current = new EventView(context, where);
  else current = lists[view] ?? (view === "apps" ? new AppsView(context) : new FunctionsView(context));
  fill(main, current.el);
  current.show?.(where);
  document.title = `${views.find(([name]) => name === view)[1]} · inngestkit dev server`;
  for (const link of document.querySelectorAll("#nav a")) {
    if (link.dataset.view === view) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  if (!document.querySelector("dialog[open]")) current.focus();
}

function drawNav() {
  fill(document.getElementById("nav"), views.map(([name, title]) => h("a", { href: `#/${name}`, "data-view": name }, icon(name), title, name === "apps" && h("span", { class: "count", id: "apps-count" }))));
}

function countApps() {
  const el = document.getElementById("apps-count");
  const failing = apps.failing;
  fill(el, failing ? `${failing}!` : apps.all.length ? String(apps.all.length) : "");
  el.classList.toggle("bad", failing > 0);
  el.hidden = !el.textContent;
}

function pressed(e) {
  if (e.defaultPrevented || e.ctrlKey || e.metaKey || e.altKey || document.querySelector("dialog[open]")) return;
  const typing = e.target.closest("input, textarea, select");
  if (e.key === "Escape") {
    if (typing) current.focus();
    else back();
  } else if (!typing && keys[e.key]) {
    e.preventDefault();
    keys[e.key]();
  }
}

/** back returns to the list, with its filter. */
function back() {
  const { view, id } = place();
  if (id) go(view, "", lists[view]?.feed.filter);
}

const keys = {
  "/": () => current.search?.focus(),
  "e": () => openSend(apps),
  "?": openHelp,
  ...Object.fromEntries(views.map(([name], i) => [String(i + 1), () => { location.hash = `#/${name}`; }])),
};

drawNav();
apps.addEventListener("change", countApps);
document.getElementById("send").addEventListener("click", () => openSend(apps));
document.getElementById("help").addEventListener("click", openHelp);
document.addEventListener("keydown", pressed);
document.addEventListener("click", (e) => {
  if (!e.target.closest(".crumb") || e.ctrlKey || e.metaKey || e.shiftKey) return;
  e.preventDefault();
  back();
});
addEventListener("hashchange", show);
show();
