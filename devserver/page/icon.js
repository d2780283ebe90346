const shapes = {
  runs: "M4 6h9M7 12h10M11 18h9",
  events: "M13 3 5 14h6l-1 7 8-11h-6z",
  functions: "M8 4c-3 0-2 8-5 8 3 0 2 8 5 8M16 4c3 0 2 8 5 8-3 0-2 8-5 8",
  apps: "M4 5h16v6H4zM4 13h16v6H4zM8 8h.01M8 16h.01",
  search: "M11 4a7 7 0 1 0 0 14 7 7 0 0 0 0-14zM16 16l4 4",
  back: "M15 5l-7 7 7 7",
  step: "M5 12l5 5 9-10",
  sleep: "M12 4a8 8 0 1 0 8 8M12 8v4l3 2",
  wait: "M6 3h12M6 21h12M7 3c0 6 5 6 5 9s-5 3-5 9M17 3c0 6-5 6-5 9s5 3 5 9",
  invoke: "M7 7h10v10M17 7 6 18",
  signal: "M12 12h.01M8 8a6 6 0 0 0 0 8M16 8a6 6 0 0 1 0 8M5 5a10 10 0 0 0 0 14M19 5a10 10 0 0 1 0 14",
  fetch: "M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16zM4 12h16M12 4c-5 5-5 11 0 16M12 4c5 5 5 11 0 16",
  infer: "M12 4l2 6 6 2-6 2-2 6-2-6-6-2 6-2z",
  run: "M7 4v16l13-8z",
  failed: "M6 6l12 12M18 6 6 18",
};

/** icon returns one of the shapes. Assistive technology ignores it. */
export function icon(name) {
  const ns = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(ns, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(ns, "path");
  path.setAttribute("d", shapes[name]);
  svg.append(path);
  return svg;
}
