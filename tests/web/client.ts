// A program as users write it: its types come from /openapi.json, its requests are made by openapi-fetch. It asks a server for
// everything that a page needs, and fails where an answer is not what its type says.
//
//   node client.js http://127.0.0.1:8000
import assert from "node:assert/strict";
import createClient from "openapi-fetch";
import type { components, paths } from "./schema.js";

type Stone = components["schemas"]["Stone"];
type Tensor = components["schemas"]["InferenceRequest"]["inputs"][number];

const address = process.argv[2];
assert(address, "which server?");
const api = createClient<paths, "application/json" | "application/problem+json">({ baseUrl: address });

const stone: Stone = { carat: 1.0, cut: "Ideal", color: "E", clarity: "VVS1", depth: 61.0, table: 55.0, x: 6.5, y: 6.5, z: 4.0 };
const known: Stone = { carat: 1.0, cut: "Ideal", color: "E", clarity: "VVS1" };

async function askForAPrice(): Promise<void> {
  const { data, error, response } = await api.POST("/predict", { body: stone, params: { header: { "X-Request-Id": "client-1" } } });
  assert(data, error?.detail);
  assert.equal(response.headers.get("X-Request-Id"), "client-1");
  assert.equal(data.currency, "USD");
  assert.equal(data.explanation, undefined);
  assert(data.interval, "the model has intervals");
  assert(data.interval.low <= data.predicted_value && data.predicted_value <= data.interval.high);
  assert.deepEqual(data.warnings, []);
}

async function askWhatWasAssumed(): Promise<void> {
  const { data } = await api.POST("/predict", { body: { ...known, x: null } });
  assert.deepEqual(data?.warnings.map((warning) => warning.field).sort(), ["depth", "table", "x", "y", "z"]);
}

async function askWhy(): Promise<void> {
  const { data } = await api.POST("/predict", { body: stone, params: { query: { explain: true, model: "champion" } } });
  assert(data?.explanation);
  const sum = data.explanation.contributions.reduce((total, one) => total + one.effect, data.explanation.base_value);
  assert(Math.abs(sum - data.predicted_value) < 0.005);
  const cut = data.explanation.contributions.find((one) => one.field === "cut");
  assert.equal(cut?.value, "Ideal");
}

async function askForMany(): Promise<void> {
  // What comes from elsewhere may be anything, whatever the compiler was told.
  const faulty = { ...known, cut: "Nice" } as unknown as Stone;
  const { data } = await api.POST("/predict/batch", { body: { diamonds: [stone, faulty] } });
  const [price, problem] = data?.predictions ?? [];
  assert(price && "predicted_value" in price && price.predicted_value > 0);
  assert(problem && "errors" in problem && problem.errors?.[0]?.field === "cut");
}

async function askForSamples(): Promise<void> {
  const { data } = await api.POST("/samples", { body: { cut: "Ideal", color: "E", clarity: "VVS1", weight: 1.0, n_samples: 3 } });
  assert.equal(data?.length, 3);
  assert(data.every((sample) => sample.cut === "Ideal" && sample.price > 0));
}

async function askForModels(): Promise<void> {
  const { data: models } = await api.GET("/models");
  const { data: champion, response } = await api.GET("/models/{id}", { params: { path: { id: "champion" } } });
  assert(models?.some((model) => model.id === champion?.id && model.champion));
  const etag = response.headers.get("ETag");
  assert(etag);
  const again = await api.GET("/models/{id}", { params: { path: { id: "champion" }, header: { "If-None-Match": etag } } });
  assert.equal(again.response.status, 304);
}

async function askForTheLog(): Promise<void> {
  const { data } = await api.GET("/logs", { params: { query: { endpoint: "all", request_id: "client-1" } } });
  assert.deepEqual(data?.map((entry) => [entry.endpoint, entry.status]), [["predict", 200]]);
}

async function askAsTritonsClientsDo(): Promise<void> {
  const inputs: Tensor[] = [
    { name: "carat", shape: [2], datatype: "FP64", data: [1.0, 0.4] },
    { name: "cut", shape: [2], datatype: "BYTES", data: ["Ideal", "Premium"] },
    { name: "color", shape: [2], datatype: "BYTES", data: ["E", "G"] },
    { name: "clarity", shape: [2], datatype: "BYTES", data: ["VVS1", "SI1"] },
  ];
  const path = { name: "diamond" } as const;
  const { data } = await api.POST("/v2/models/{name}/infer", { params: { path }, body: { inputs, outputs: [{ name: "predicted_value" }] } });
  assert.equal(data?.outputs[0]?.data.length, 2);
  const refused = await api.POST("/v2/models/{name}/infer", { params: { path }, body: { inputs: inputs.slice(1) } });
  assert.match(refused.error?.error ?? "", /carat is missing/);
}

async function sendFaultyFields(): Promise<void> {
  const { data, error } = await api.POST("/predict", { body: { ...known, carat: -1 } });
  assert.equal(data, undefined);
  assert.equal(error?.type, "urn:diamond:problem:invalid-fields");
  assert.equal(error.status, 422);
  const [fault] = error.errors ?? [];
  assert(fault?.field === "carat" && fault.allowed && "at_most" in fault.allowed && fault.allowed.at_most === 100);
  const missing = await api.GET("/models/{id}", { params: { path: { id: "none" } } });
  assert.equal(missing.error?.type, "urn:diamond:problem:not-found");
}

/** Never called: that it compiles says that these mistakes do not. */
export function mistakes(): unknown[] {
  return [
    // @ts-expect-error: there is no such grade
    { carat: 1, cut: "Nice", color: "E", clarity: "VVS1" } satisfies Stone,
    // @ts-expect-error: grades are spelled with their case
    { carat: 1, cut: "Ideal", color: "e", clarity: "VVS1" } satisfies Stone,
    // @ts-expect-error: a weight is needed
    { cut: "Ideal", color: "E", clarity: "VVS1" } satisfies Stone,
    // @ts-expect-error: and it is a number
    { carat: "1", cut: "Ideal", color: "E", clarity: "VVS1" } satisfies Stone,
    // @ts-expect-error: a weight is known, or there is no price
    { carat: null, cut: "Ideal", color: "E", clarity: "VVS1" } satisfies Stone,
    // @ts-expect-error: there is no such field
    { carat: 1, cut: "Ideal", colour: "E", color: "E", clarity: "VVS1" } satisfies Stone,
    // @ts-expect-error: cuts are text
    { name: "cut", shape: [1], datatype: "FP64", data: [1] } satisfies Tensor,
    // @ts-expect-error: there is nothing at this address
    api.GET("/prices"),
    // @ts-expect-error: a price is asked for with a body
    api.POST("/predict"),
    // @ts-expect-error: this is true or false
    api.POST("/predict", { body: stone, params: { query: { explain: "yes" } } }),
    // @ts-expect-error: the log has no such endpoint
    api.GET("/logs", { params: { query: { endpoint: "price" } } }),
    // @ts-expect-error: which model?
    api.GET("/models/{id}"),
    // @ts-expect-error: a price has no such field
    api.POST("/predict", { body: stone }).then(({ data }) => data?.price),
    // @ts-expect-error: a model may have no intervals
    api.POST("/predict", { body: stone }).then(({ data }) => data?.interval.low),
  ];
}

await askForAPrice();
await askWhatWasAssumed();
await askWhy();
await askForMany();
await askForSamples();
await askForModels();
await askForTheLog();
await askAsTritonsClientsDo();
await sendFaultyFields();
console.log("all is as its type says");
