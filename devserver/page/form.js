import { h, fill } from "./dom.js";
import { isNumber, parse, written } from "./json.js";

/**
 * Form edits a JSON object: an input for each member that is a text, a number or a
 * boolean, and JSON for the rest. The whole object can be edited as JSON too.
 */
export class Form {
  #value = {};
  #asJson = false;
  #fields = [];

  constructor() {
    this.error = h("p", { class: "error", role: "alert" });
    this.body = h("div", { class: "fields" });
    this.toggle = h("button", { class: "button quiet slim", type: "button", onclick: () => this.#switch() });
    this.el = h("div", { class: "field" }, h("div", { class: "spread" }, h("span", { class: "label" }, "Data"), this.toggle), this.body, this.error);
  }

  /** fill sets the initial object. */
  fill(value) {
    this.#value = isObject(value) ? value : {};
    this.#asJson = Object.keys(this.#value).length === 0;
    this.#draw();
  }

  /** fail shows an error in the form: a toast would be behind the dialog. */
  fail(text) {
    fill(this.error, text);
  }

  focus() {
    this.#fields[0]?.input.focus();
  }

  /** read returns the object, or null if it has shown an error. */
  read() {
    fill(this.error);
    const value = {};
    for (const field of this.#fields) {
      try {
        field.read(value);
      } catch (error) {
        this.fail(`${field.name}: ${error.message}`);
        field.input.focus();
        return null;
      }
    }
    return this.#asJson ? value.data : value;
  }

  #switch() {
    const now = this.read();
    if (!now) return;
    this.#value = now;
    this.#asJson = !this.#asJson;
    this.#draw();
  }

  #draw() {
    fill(this.error);
    const members = Object.entries(this.#value);
    fill(this.toggle, this.#asJson ? "Edit as form" : "Edit as JSON");
    this.toggle.hidden = this.#asJson && members.length === 0;
    this.#fields = this.#asJson ? [json("data", this.#value, 10, { whole: true })] : members.map(([name, value]) => make(name, value));
    fill(this.body, this.#fields.map((f) => f.el));
  }
}

const isObject = (v) => v !== null && typeof v === "object" && !Array.isArray(v) && !isNumber(v);

function make(name, value) {
  if (typeof value === "string") return text(name, value);
  if (isNumber(value)) return numeric(name, value);
  if (typeof value === "boolean") return check(name, value);
  return json(name, value, 4, {});
}

let ids = 0;

function field(name, input, { wide, read, whole }) {
  input.id = `field-${++ids}`;
  const el = h("div", { class: `field${wide ? " wide" : ""}` }, h("label", { for: input.id, class: whole && "hidden-text" }, name), input);
  return { name, el, input, read: (into) => Object.defineProperty(into, name, { value: read(), enumerable: true, configurable: true, writable: true }) };
}

function text(name, value) {
  const long = value.length > 60 || value.includes("\n");
  const input = long ? h("textarea", { rows: 3 }) : h("input", { type: "text", autocomplete: "off" });
  input.value = value;
  return field(name, input, { wide: long, read: () => input.value });
}

function numeric(name, value) {
  const input = h("input", { type: "text", inputmode: "decimal", autocomplete: "off" });
  input.value = written(value);
  return field(name, input, { read: () => {
    const text = input.value.trim();
    if (text === "" || !Number.isFinite(Number(text))) throw new Error("must be a number");
    try {
      return parse(text);
    } catch {
      return Number(text); // a number that JSON does not allow, such as .5
    }
  } });
}

function check(name, value) {
  const input = h("input", { type: "checkbox" });
  input.checked = value;
  const f = field(name, input, { read: () => input.checked });
  f.el.classList.add("check");
  return f;
}

/** json edits any value, or the whole object, which the form labels. */
function json(name, value, rows, { whole }) {
  const input = h("textarea", { rows, spellcheck: "false", autocapitalize: "off" });
  input.value = JSON.stringify(value, null, 2);
  return field(name, input, { wide: true, whole, read: () => {
    const parsed = parse(input.value);
    if (whole && !isObject(parsed)) throw new Error("must be a JSON object");
    return parsed;
  } });
}
