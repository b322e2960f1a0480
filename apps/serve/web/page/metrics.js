// The page for Prometheus, read as far as the operator's view needs it.
// https://prometheus.io/docs/instrumenting/exposition_formats/

const line = /^(\w+)(?:\{(.*)\})? (\S+)$/;
const label = /(\w+)="((?:[^"\\]|\\.)*)"/g;

/** [{ name, labels: { … }, value }] */
export function samplesIn(text) {
  return text.split("\n").map((one) => line.exec(one)).filter(Boolean).map(([, name, labels, value]) => ({
    name,
    labels: Object.fromEntries([...(labels ?? "").matchAll(label)].map(([, key, written]) => [key, written])),
    value: value === "+Inf" ? Infinity : Number(value),
  }));
}

/** Of all requests that were answered since the server's start. */
export function trafficIn(samples) {
  const named = (name) => samples.filter((sample) => sample.name === name);
  const requests = named("diamond_http_requests_total");
  const isFailure = ({ labels }) => Number(labels.status) >= 400;
  const bad = requests.filter(isFailure);
  return {
    requests: requests.map(({ labels, value }) => ({ endpoint: labels.endpoint, status: labels.status, count: value })),
    good: sum(requests) - sum(bad),
    bad: sum(bad),
    predictions: sum(named("diamond_predictions_total")),
    waiting: sum(named("diamond_log_waiting_exchanges")),
    durations: named("diamond_http_request_duration_seconds_bucket")
      .filter(({ labels }) => labels.endpoint === "predict")
      .map(({ labels, value }) => ({ atMost: labels.le === "+Inf" ? Infinity : Number(labels.le), count: value }))
      .sort((one, other) => one.atMost - other.atMost),
  };
}

/** The bound of a histogram's cell within which so large a share lies; null where nothing was counted. */
export function boundOf(durations, share) {
  const all = durations.at(-1)?.count ?? 0;
  if (all === 0) return null;
  return durations.find(({ count }) => count >= share * all).atMost;
}

function sum(samples) {
  return samples.reduce((total, { value }) => total + value, 0);
}
