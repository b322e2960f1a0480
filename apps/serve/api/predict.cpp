#include "endpoints.h"
#include "field_reader.h"
#include "request_body.h"
#include "stone_reader.h"

#include <diamond/core/diamond.h>

#include <cmath>

namespace diamond::serve {
namespace {

/// Throws ProblemError with everything that is wrong.
Diamond checked_stone(FieldReader& fields) {
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

std::string text_of(const Json& value) {
  return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string answer_text(double price, const ServedModel& served) {
  return R"({"predicted_value":)" + text_of(price) + R"(,"currency":"USD","model":)" + served.name +
         "}";
}

/// Nearly every request: there is nothing to say of its body, and it needs no tree of nodes.
Outcome price_of(const Diamond& stone, const ModelKeeper& keeper) {
  const std::shared_ptr<const ServedModel> served = served_model(keeper);
  Outcome outcome;
  const double price = price_in_cents(served->model->predict(stone));
  outcome.answer.body = answer_text(price, *served);
  outcome.model_id = served->manifest.id;
  outcome.predictions = 1;
  outcome.has_loggable_bodies = true;
  return outcome;
}

Outcome predict(const ModelKeeper& keeper, const Request& request) {
  require_json_type(request);
  if (const auto stone = read_stone(request.body)) return price_of(*stone, keeper);
  const JsonBody body = read_json_body(request);
  FieldReader fields(body);
  const Diamond stone = checked_stone(fields);
  Outcome outcome = price_of(stone, keeper);
  outcome.has_loggable_bodies = false;
  Json warnings = Json::array();
  for (const FieldError& unknown : fields.unknown_fields())
    warnings.push_back({{"field", unknown.field}, {"message", unknown.message}});
  if (warnings.empty()) return outcome;
  std::string& text = outcome.answer.body;
  text.pop_back();
  text += R"(,"warnings":)" + text_of(warnings) + "}";
  return outcome;
}

}  // namespace

Endpoint predict_endpoint(const ModelKeeper& keeper) {
  return {"predict",
          "POST",
          "/predict",
          Right::prices,
          Logged::yes,
          Pace::quick,
          [&keeper](const Request& request) { return predict(keeper, request); }};
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
