// What a stone is: its fields, how people write their values, and how an address keeps them.

/** Best first, as certificates list them. */
export const grades = {
  cut: ["Ideal", "Premium", "Very Good", "Good", "Fair"],
  color: ["D", "E", "F", "G", "H", "I", "J"],
  clarity: ["IF", "VVS1", "VVS2", "VS1", "VS2", "SI1", "SI2", "I1"],
};

/** The decimals that a certificate gives. `most` is what the service takes. */
export const quantities = {
  carat: { unit: "ct", decimals: 2, most: 100, isNeeded: true },
  depth: { unit: "%", decimals: 1, most: 100 },
  table: { unit: "%", decimals: 1, most: 100 },
  x: { unit: "mm", decimals: 2, most: 100 },
  y: { unit: "mm", decimals: 2, most: 100 },
  z: { unit: "mm", decimals: 2, most: 100 },
};

export const fields = ["carat", "cut", "color", "clarity", "depth", "table", "x", "y", "z"];

/** "1,05" and "1.05" are 1.05; null: nothing was written; NaN: no number. */
export function numberIn(text) {
  const written = text.trim().replace(",", ".");
  if (written === "") return null;
  return /^\d*\.?\d+$|^\d+\.$/.test(written) ? Number(written) : NaN;
}

/**
 * What was written, read: { stone, faults: { field: "number" | "positive" | "large" }, missing: [field] }.
 * The stone has only what is known and sound.
 */
export function read(written) {
  const reading = { stone: {}, faults: {}, missing: [] };
  for (const field of fields) {
    const text = written[field] ?? "";
    if (field in grades) {
      if (grades[field].includes(text)) reading.stone[field] = text;
      else reading.missing.push(field);
      continue;
    }
    const value = numberIn(text);
    if (value === null) {
      if (quantities[field].isNeeded) reading.missing.push(field);
    } else if (Number.isNaN(value)) reading.faults[field] = "number";
    else if (value <= 0) reading.faults[field] = "positive";
    else if (value > quantities[field].most) reading.faults[field] = "large";
    else reading.stone[field] = value;
  }
  return reading;
}

export function isComplete({ faults, missing }) {
  return missing.length === 0 && Object.keys(faults).length === 0;
}

/** The fields of an address that are a stone's, as they would be written into the form. */
export function writtenIn(address) {
  return Object.fromEntries(fields.filter((field) => address.has(field)).map((field) => [field, address.get(field)]));
}

/** The address with this stone instead of the one that it had. */
export function withStone(address, written) {
  const changed = new URLSearchParams(address);
  for (const field of fields) {
    changed.delete(field);
    if (written[field]) changed.set(field, written[field].trim());
  }
  return changed;
}
