#include "endpoints.h"
#include "field_reader.h"
#include "request_body.h"

#include <diamond/core/diamond.h>
#include <diamond/trust/stone_json.h>

namespace diamond::serve {
namespace {

constexpr std::size_t most_samples = 1000;
constexpr std::size_t usual_samples = 5;

/// The weight stands under its original name, or under that of the other endpoint.
double read_weight(FieldReader& fields) {
  const bool has_carat = fields.has("carat");
  const bool has_weight = fields.has("weight");
  if (has_carat && has_weight) fields.fault("carat", "is the same as weight: give one of them");
  return fields.quantity(Quantity::carat, has_carat && !has_weight ? "carat" : "weight");
}

Outcome samples(const ModelKeeper& keeper, const Request& request) {
  const JsonBody body = read_json_body(request);
  FieldReader fields(body);
  const Cut cut = fields.grade<Cut>();
  const Color color = fields.grade<Color>();
  const Clarity clarity = fields.grade<Clarity>();
  const double weight = read_weight(fields);
  const std::size_t count = fields.count("n_samples", 1, most_samples, usual_samples);
  fields.finish();

  const std::shared_ptr<const ServedModel> served = served_model(keeper);
  Json stones = Json::array();
  for (const PricedDiamond& diamond : served->samples.nearest(cut, color, clarity, weight, count))
    stones.push_back(to_json(diamond));
  Outcome outcome;
  outcome.model_id = served->manifest.id;
  if (stones.empty()) {
    Problem problem = Problem::of_status(404);
    problem.code = "no-samples";
    problem.detail = "the training data hold no stone of cut " + std::string(name_of(cut)) +
                     ", color " + std::string(name_of(color)) + " and clarity " +
                     std::string(name_of(clarity));
    outcome.answer = to_answer(problem, request);
  } else {
    outcome.answer.body = stones.dump();
  }
  return outcome;
}

}  // namespace

Endpoint samples_endpoint(const ModelKeeper& keeper) {
  return {"samples",
          "POST",
          "/samples",
          Right::prices,
          Logged::yes,
          Pace::patient,
          [&keeper](const Request& request) { return samples(keeper, request); }};
}

}  // namespace diamond::serve
