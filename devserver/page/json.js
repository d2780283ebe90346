// JSON with its numbers as they were written: 7205759403792793601 is not a
// double, and 1.0 is not 1.

/** exact keeps the spelling of a number that JavaScript would change. Old browsers round it. */
const exact = (_, value, { source } = {}) => (typeof value === "number" && source !== undefined && String(value) !== source ? JSON.rawJSON(source) : value);

export const parse = (text) => JSON.parse(text, JSON.rawJSON && exact);

/** isNumber reports whether a value from parse is a number. */
export const isNumber = (v) => typeof v === "number" || (JSON.isRawJSON?.(v) ?? false);

/** written returns a number in its original spelling. */
export const written = (v) => JSON.stringify(v);
