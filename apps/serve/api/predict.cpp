#include "endpoints.h"
#include "field_reader.h"
#include "request_body.h"

#include <diamond/core/diamond.h>

#include <cmath>

namespace diamond::serve {
namespace {

Diamond read_stone(FieldReader& fields) {
  Diamond stone;
  stone.carat = fields.quantity(Quantity::carat);
  stone.cut = fields.grade<Cut>();
  stone.color = fields.grade<Color>();
  stone.clarity = fields.grade<Clarity>();
  for (const Quantity quantity : stone_quantities)
    if (quantity != Quantity::carat) value_of(stone, quantity) = fields.quantity(quantity);
  fields.finish();
  return stone;
}

/// Throws ProblemError where the model finds no price that can be written down.
double price_in_cents(double price) {
  const double cents = std::round(price * 100);
  if (std::isfinite(cents)) return cents / 100;
  Problem problem = Problem::of_status(422);
  problem.detail =
      "the model has no finite price for this stone: it is unlike all that it has learned from";
  throw ProblemError(problem);
}

Outcome predict(const ModelKeeper& keeper, const Request& request) {
  const JsonBody body = read_json_body(request);
  FieldReader fields(body);
  const Diamond stone = read_stone(fields);
  const std::shared_ptr<const ServedModel> served = served_model(keeper);
  Json json = {{"predicted_value", price_in_cents(served->model->predict(stone))},
               {"currency", "USD"},
               {"model", {{"id", served->manifest.id}, {"kind", served->manifest.kind}}}};
  for (const FieldError& unknown : fields.unknown_fields())
    json["warnings"].push_back({{"field", unknown.field}, {"message", unknown.message}});
  Outcome outcome;
  outcome.answer.body = json.dump(-1, ' ', false, Json::error_handler_t::replace);
  outcome.model_id = served->manifest.id;
  return outcome;
}

}  // namespace

Endpoint predict_endpoint(const ModelKeeper& keeper) {
  return {"predict",   "POST",
          "/predict",  Logged::yes,
          Pace::quick, [&keeper](const Request& request) { return predict(keeper, request); }};
}

std::shared_ptr<const ServedModel> served_model(const ModelKeeper& keeper) {
  std::shared_ptr<const ServedModel> served = keeper.current();
  if (served) return served;
  Problem problem = Problem::of_status(503);
  problem.code = "no-model";
  problem.detail = "no model is in service: " + keeper.problem();
  throw ProblemError(problem);
}

}  // namespace diamond::serve
