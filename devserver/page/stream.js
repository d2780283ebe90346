import { h, fill, tone } from "./dom.js";

/**
 * Stream receives the server's changes; docs/devserver.md documents the messages.
 * Views listen for "change", and for "reset", after which their data may be out of
 * date. A hidden page does not listen, because browsers allow few connections to
 * one server.
 */
export class Stream extends EventTarget {
  #source = null;

  constructor() {
    super();
    document.addEventListener("visibilitychange", () => this.#follow());
    addEventListener("pagehide", () => this.#close());
    addEventListener("pageshow", () => this.#follow());
    this.#follow();
  }

  #follow() {
    if (document.hidden) return this.#close();
    if (this.#source) return;
    const source = (this.#source = new EventSource("/page/api/stream"));
    source.addEventListener("hello", () => {
      this.#state("ok");
      this.dispatchEvent(new Event("reset"));
    });
    source.addEventListener("change", (e) => this.dispatchEvent(new CustomEvent("change", { detail: JSON.parse(e.data) })));
    source.addEventListener("error", () => {
      this.#state("bad");
      if (source.readyState === EventSource.CLOSED) this.#again();
    });
  }

  /** again reconnects where the browser has given up. */
  #again() {
    this.#close();
    setTimeout(() => this.#follow(), 2000);
  }

  #close() {
    this.#source?.close();
    this.#source = null;
  }

  #state(name) {
    const el = document.getElementById("link-state");
    tone(el, name);
    fill(el, h("span", { class: "dot" }), h("span", {}, name === "ok" ? "Live" : "Reconnecting…"));
    document.getElementById("gone").hidden = name === "ok";
    document.getElementById("note").hidden = name !== "ok";
  }
}
