#include "appraisal.h"
#include "endpoints.h"
#include "query_reader.h"
#include "request_body.h"
#include "stone_fields.h"
#include "stone_reader.h"

namespace diamond::serve {
namespace {

/// What the query asks for.
struct Wishes {
  std::optional<std::string> model;
  bool explain = false;
};

Wishes read_wishes(const Request& request) {
  Wishes wishes;
  QueryReader query(request.query);
  wishes.model = query.id("model");
  wishes.explain = query.truth("explain");
  query.finish();
  return wishes;
}

/// Throws ProblemError with everything that is wrong.
AskedStone read_request(const Request& request) {
  const JsonBody body = read_json_body(request);
  FieldReader fields(body);
  return read_asked_stone(fields);
}

Outcome answer(const ServedModel& served, const Completion& stone,
               const std::vector<UnknownField>& unknown_fields, bool explain) {
  const Appraisal appraisal = appraise(served, stone, served.model->predict(stone.stone));
  Outcome outcome;
  outcome.model_id = served.manifest.id;
  outcome.predictions = 1;
  Json explanation;
  if (explain)
    explanation = to_json(served.explainer->explain(stone.stone), stone.stone, appraisal);
  outcome.answer.body = answer_text(served.name, appraisal, unknown_fields, explanation);
  return outcome;
}

Outcome predict(const Models& models, const Request& request) {
  require_json_type(request);
  const Wishes wishes = read_wishes(request);
  // Nearly every request: there is nothing to say of its body, and it needs no tree of nodes.
  if (const auto stone = read_stone(request.body)) {
    Outcome outcome = answer(*models.get(wishes.model), {*stone, {}}, {}, wishes.explain);
    outcome.has_loggable_bodies = true;
    return outcome;
  }
  const AskedStone asked = read_request(request);
  const auto served = models.get(wishes.model);
  return answer(*served, complete(asked.stone, served->profile), asked.unknown_fields,
                wishes.explain);
}

}  // namespace

Endpoint predict_endpoint(const Models& models) {
  return {"predict",
          "POST",
          "/predict",
          Right::prices,
          Logged::yes,
          Pace::quick,
          [models](const Request& request) { return predict(models, request); }};
}

}  // namespace diamond::serve
