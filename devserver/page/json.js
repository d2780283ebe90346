// JSON as a person wrote it: 7205759403792793601 is no double, and 1.0 is not 1.

/** exact keeps a number that would be written differently as it was written. Old browsers round it. */
const exact = (_, value, { source } = {}) => (typeof value === "number" && source !== undefined && String(value) !== source ? JSON.rawJSON(source) : value);

export const parse = (text) => JSON.parse(text, JSON.rawJSON && exact);

/** isNumber says it of what parse made of a number. */
export const isNumber = (v) => typeof v === "number" || (JSON.isRawJSON?.(v) ?? false);

/** written is a number as it was written. */
export const written = (v) => JSON.stringify(v);
