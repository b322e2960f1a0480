// How numbers and times are written in a language.
import { quantities } from "./stone.js";

export function formats(language) {
  const number = (options) => new Intl.NumberFormat(language, options);
  const usd = number({ style: "currency", currency: "USD", maximumFractionDigits: 0 });
  const signedUsd = number({ style: "currency", currency: "USD", maximumFractionDigits: 0, signDisplay: "exceptZero" });
  const list = new Intl.ListFormat(language);
  const day = new Intl.DateTimeFormat(language, { dateStyle: "medium" });
  const minute = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short" });
  const moment = new Intl.DateTimeFormat(language, { dateStyle: "short", timeStyle: "medium" });

  const plain = (value, digits = 3) => number({ maximumFractionDigits: digits }).format(value);
  const seconds = (value) => (value < 1 ? `${plain(value * 1000, value < 0.01 ? 1 : 0)} ms` : `${plain(value, 1)} s`);
  return {
    usd: (value) => usd.format(value),
    signedUsd: (value) => signedUsd.format(value),
    percent: (share) => number({ style: "percent", maximumFractionDigits: 1 }).format(share),
    list: (parts) => list.format(parts),
    day: (time) => day.format(time),
    minute: (time) => minute.format(time),
    moment: (time) => moment.format(time),
    plain,
    seconds,
    /** "1.05 ct", "61.5 %", or the grade. */
    value: (field, value) => (field in quantities ? `${plain(value)}\u00a0${quantities[field].unit}` : value),
  };
}
