#include "appraisal.h"

#include "stone_json.h"
#include "warning_json.h"

#include <diamond/core/usd.h>
#include <diamond/trust/plausibility.h>

#include <cmath>

namespace diamond::serve {
Appraisal appraise(const ServedModel& served, const Completion& stone, double price) {
  Appraisal appraisal;
  appraisal.price = in_cents(price);
  if (!std::isfinite(appraisal.price)) {
    Problem problem = Problem::of_status(422);
    problem.detail =
        "the model has no finite price for this stone: it is unlike all that it has learned from";
    throw ProblemError(problem);
  }
  if (served.intervals)
    appraisal.interval = stone.assumptions.empty() ? served.intervals->interval(stone.stone, price)
                                                   : served.intervals->interval_in_part(
                                                         stone.stone, price, served.profile);
  if (auto& interval = appraisal.interval) {
    interval->low = in_cents(interval->low);
    interval->high = in_cents(interval->high);
  }
  for (const Assumption& assumption : stone.assumptions)
    appraisal.warnings.push_back(diamond::warning_of(assumption));
  std::vector<Warning> odd = implausibilities(stone.stone, served.profile, stone.assumptions);
  if (odd.empty())  // else the stone is not yet the one that is meant
    if (const auto nearest = served.neighbours.far_nearest(stone.stone))
      odd.push_back(warning_of_loneliness(stone.stone, *nearest));
  for (Warning& warning : odd) appraisal.warnings.push_back(std::move(warning));
  return appraisal;
}

void append_members(std::string& text, const Appraisal& appraisal,
                    const std::vector<UnknownField>& unknown_fields) {
  text += R"("predicted_value":)" + text_of(appraisal.price);
  if (const auto& interval = appraisal.interval)
    text += R"(,"interval":{"low":)" + text_of(interval->low) + R"(,"high":)" +
            text_of(interval->high) + R"(,"coverage":)" + text_of(IntervalPredictor::coverage) +
            "}";
  text += R"(,"warnings":[)";
  const auto append_element = [&text](const auto& warning) {
    if (text.back() != '[') text += ',';
    append(text, warning);
  };
  for (const Warning& warning : appraisal.warnings) append_element(warning);
  for (const UnknownField& unknown : unknown_fields) append_element(unknown);
  text += ']';
}

Json explanation_of(const ServedModel& served, const Diamond& stone, const Appraisal& appraisal) {
  const Explanation explanation = served.explainer->explain(stone);
  double sum = explanation.base_value;
  double told = in_cents(sum);  // what is rounded off one effect goes to the next
  Json contributions = Json::array();
  for (std::size_t i = 0; i < field_count; ++i) {
    const auto field = static_cast<Field>(i);
    sum += explanation.effects[i];
    const bool is_last = i + 1 == field_count;
    const double next = is_last ? appraisal.price : in_cents(sum);
    Json contribution = {{"field", name_of(field)},
                         {"value", value_in(stone, field)},
                         {"effect", in_cents(next - told)}};
    if (explanation.factors) contribution["factor"] = (*explanation.factors)[i];
    contributions.push_back(std::move(contribution));
    told = next;
  }
  return {{"base_value", in_cents(explanation.base_value)}, {"contributions", contributions}};
}

std::string text_of(const Json& value) {
  return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace diamond::serve
