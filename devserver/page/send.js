import { h, fill } from "./dom.js";
import { invoke, page, send } from "./api.js";
import { attempt, toast } from "./toast.js";
import { Form } from "./form.js";
import { go, to } from "./router.js";

/** dialog opens a form in a dialog, and calls submit(button, close). */
function dialog({ title, body, action, submit }) {
  const id = "dialog-title";
  const button = h("button", { class: "button primary", type: "submit" }, action);
  const el = h("dialog", { "aria-labelledby": id }, h("form", { method: "dialog", onsubmit: async (e) => {
    e.preventDefault();
    await submit(button, () => el.close());
  } },
    h("div", { class: "dialog-head" }, h("h2", { id }, title), h("button", { class: "button quiet icon-only", type: "button", "aria-label": "Close", onclick: () => el.close() }, "✕")),
    h("div", { class: "dialog-body" }, body),
    h("div", { class: "dialog-foot" }, h("button", { class: "button", type: "button", onclick: () => el.close() }, "Cancel"), button)));
  el.addEventListener("close", () => el.remove());
  document.body.append(el);
  el.showModal();
  return el;
}

/** openSend asks for an event and sends it. name and value are the initial event. */
export function openSend(apps, name = "", value) {
  const form = new Form();
  const hint = h("p", { class: "hint" });
  const prefill = async () => {
    const { data, source } = await page("sample", { event: input.value.trim() }).catch(() => ({ data: {}, source: "" }));
    fill(hint, origins[source] ?? "");
    form.fill(data);
  };
  const input = h("input", { id: "event-name", required: true, list: "event-names", autocomplete: "off", spellcheck: "false", onchange: prefill });
  input.value = name || apps.events.find((e) => !e.includes("*")) || "";
  dialog({
    title: "Send an event",
    action: "Send",
    body: [
      h("div", { class: "field" }, h("label", { for: "event-name" }, "Name"), input, h("datalist", { id: "event-names" }, apps.events.map((e) => h("option", { value: e }))), hint),
      form.el],
    submit: (button, close) => attempt(button, async () => {
      const data = form.read();
      if (!data) return;
      const id = await send({ name: input.value.trim(), data });
      close();
      toast(`Sent ${input.value.trim()}.`, { href: to("events", id), text: "Show the event" });
    }, (text) => form.fail(text)),
  });
  if (value) form.fill(value);
  else prefill();
  if (!input.value) input.focus();
  else input.select();
}

const origins = {
  definition: "The fields come from the event's definition in your app.",
  event: "The values come from the latest event of this name.",
};

/** openInvoke asks for data and runs one function with it. */
export async function openInvoke(fn) {
  const form = new Form();
  const event = fn.triggers.find((t) => t.event)?.event;
  dialog({
    title: `Invoke ${fn.title}`,
    action: "Invoke",
    body: [h("p", { class: "muted" }, "Runs only this function. Its event has the data below."), form.el],
    submit: (button, close) => attempt(button, async () => {
      const data = form.read();
      if (!data) return;
      const id = await invoke(fn, data);
      close();
      go("runs", id);
    }, (text) => form.fail(text)),
  });
  const { data } = await page("sample", { event: event ?? "" }).catch(() => ({ data: {} }));
  form.fill(data);
  form.focus();
}
