#include "appraisals.h"
#include "endpoints.h"
#include "field_reader.h"
#include "query_reader.h"
#include "request_body.h"
#include "stone_csv.h"
#include "stone_fields.h"

#include <diamond/core/json_text.h>

#include <algorithm>
#include <utility>
#include <variant>

namespace diamond::serve {
namespace {

using Asked = std::variant<AskedStone, Problem>;

/// What is said of one stone.
struct Appraised {
  Appraisal appraisal;
  std::vector<UnknownField> unknown_fields;
};
using Verdict = std::variant<Appraised, Problem>;

Asked read_one(const Json& stone) {
  if (!stone.is_object()) {
    Problem problem = Problem::of_status(422);
    problem.detail = "a stone must be a JSON object, not " + std::string(stone.type_name());
    return problem;
  }
  try {
    FieldReader fields(stone);
    return read_asked_stone(fields);
  } catch (const ProblemError& error) {
    return error.problem();
  }
}

/// All stones that could be read are priced in one go.
std::vector<Verdict> judge(const ServedModel& served, std::vector<Asked> stones) {
  std::vector<PartialDiamond> readable;
  for (const Asked& asked : stones)
    if (const auto* stone = std::get_if<AskedStone>(&asked)) readable.push_back(stone->stone);
  std::vector<Valuation> valuations = appraise_all(served, readable);

  std::vector<Verdict> verdicts;
  std::size_t next = 0;
  for (Asked& asked : stones) {
    if (auto* problem = std::get_if<Problem>(&asked)) {
      verdicts.emplace_back(std::move(*problem));
      continue;
    }
    Valuation& valuation = valuations[next++];
    if (auto* problem = std::get_if<Problem>(&valuation))
      verdicts.emplace_back(std::move(*problem));
    else
      verdicts.emplace_back(Appraised{std::move(std::get<Appraisal>(valuation)),
                                      std::move(std::get<AskedStone>(asked).unknown_fields)});
  }
  return verdicts;
}

/// Ten thousand times the same lists would be megabytes.
Json without_allowed(Json problem) {
  if (problem.contains("errors"))
    for (Json& error : problem["errors"]) error.erase("allowed");
  return problem;
}

std::string answer_text(const ServedModel& served, const std::vector<Verdict>& verdicts) {
  std::string text = R"({"currency":"USD","model":)" + served.name + R"(,"predictions":[)";
  for (const Verdict& verdict : verdicts) {
    if (text.back() != '[') text += ',';
    if (const auto* problem = std::get_if<Problem>(&verdict)) {
      text += text_of(without_allowed(to_json(*problem)));
      continue;
    }
    const auto& [appraisal, unknown_fields] = std::get<Appraised>(verdict);
    text += '{';
    append_members(text, appraisal, unknown_fields);
    text += '}';
  }
  return text + "]}";
}

std::size_t priced(const std::vector<Verdict>& verdicts) {
  return static_cast<std::size_t>(std::count_if(
      verdicts.begin(), verdicts.end(),
      [](const Verdict& verdict) { return std::holds_alternative<Appraised>(verdict); }));
}

Outcome answer_json(const ServedModel& served, const Request& request) {
  const JsonBody body = read_json_body(request);
  FieldReader fields(body);
  const Json* diamonds = fields.array("diamonds", most_stones);
  if (body.repeated_within)
    fields.fault(*body.repeated_within, "is given more than once in a stone");
  fields.finish();
  std::vector<Asked> stones;
  for (const Json& stone : *diamonds) stones.push_back(read_one(stone));
  const std::vector<Verdict> verdicts = judge(served, std::move(stones));
  Outcome outcome;
  outcome.predictions = priced(verdicts);
  outcome.answer.body = answer_text(served, verdicts);
  return outcome;
}

/// predicted_value, low, high, warnings, error.
std::vector<std::string> new_fields(const Verdict& verdict) {
  if (const auto* problem = std::get_if<Problem>(&verdict))
    return {"", "", "", "", problem->detail};
  const Appraisal& appraisal = std::get<Appraised>(verdict).appraisal;
  const auto& interval = appraisal.interval;
  return {text_of(appraisal.price), interval ? text_of(interval->low) : "",
          interval ? text_of(interval->high) : "", in_one_line(appraisal.warnings), ""};
}

Outcome answer_csv(const ServedModel& served, const Request& request) {
  StoneCsv csv = read_stone_csv(request.body, most_stones);
  std::vector<Asked> stones;
  for (const StoneCsv::Row& row : csv.rows) {
    if (const auto* problem = std::get_if<Problem>(&row.stone))
      stones.emplace_back(*problem);
    else
      stones.push_back(read_one(std::get<Json>(row.stone)));
  }
  const std::vector<Verdict> verdicts = judge(served, std::move(stones));
  Outcome outcome;
  outcome.predictions = priced(verdicts);
  outcome.answer.content_type = "text/csv; charset=utf-8";
  std::string& text = outcome.answer.body;
  const auto append = [&](std::vector<std::string> fields, const std::vector<std::string>& more) {
    fields.insert(fields.end(), more.begin(), more.end());
    append_csv_line(text, fields);
  };
  append(std::move(csv.header), {"predicted_value", "low", "high", "warnings", "error"});
  for (std::size_t i = 0; i < verdicts.size(); ++i)
    append(std::move(csv.rows[i].fields), new_fields(verdicts[i]));
  return outcome;
}

Problem neither_json_nor_csv() {
  Problem problem = Problem::of_status(415);
  problem.detail =
      "the body must be JSON or CSV: send it with Content-Type: application/json or text/csv";
  return problem;
}

Outcome predict_batch(const Models& models, const Request& request) {
  QueryReader query(request.query);
  const std::optional<std::string> id = query.id("model");
  query.finish();
  const bool is_csv = media_type(request.content_type) == "text/csv";
  if (!is_csv && !is_json(request)) throw ProblemError(neither_json_nor_csv());
  const std::shared_ptr<const ServedModel> served = models.get(id);
  Outcome outcome = is_csv ? answer_csv(*served, request) : answer_json(*served, request);
  outcome.model_id = served->manifest.id;
  return outcome;
}

}  // namespace

Endpoint batch_endpoint(const Models& models) {
  return {"batch",
          "POST",
          "/predict/batch",
          Right::prices,
          Logged::yes,
          Pace::patient,
          [models](const Request& request) { return predict_batch(models, request); },
          Endpoint::any_body};
}

}  // namespace diamond::serve
