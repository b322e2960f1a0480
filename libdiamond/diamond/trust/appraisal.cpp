#include <diamond/core/json_text.h>
#include <diamond/core/usd.h>
#include <diamond/trust/appraisal.h>
#include <diamond/trust/plausibility.h>
#include <diamond/trust/stone_json.h>
#include <diamond/trust/warning_json.h>

#include <cmath>
#include <utility>

namespace diamond {

std::optional<Appraisal> Appraiser::appraise(const Completion& stone, double price) const {
  Appraisal appraisal;
  appraisal.price = in_cents(price);
  if (!std::isfinite(appraisal.price)) return std::nullopt;
  if (intervals)
    appraisal.interval = stone.assumptions.empty()
                             ? intervals->interval(stone.stone, price)
                             : intervals->interval_in_part(stone.stone, price, profile);
  if (auto& interval = appraisal.interval) {
    interval->low = in_cents(interval->low);
    interval->high = in_cents(interval->high);
  }
  for (const Assumption& assumption : stone.assumptions)
    appraisal.warnings.push_back(warning_of(assumption));
  std::vector<Warning> odd = implausibilities(stone.stone, profile, stone.assumptions);
  if (odd.empty())  // else the stone is not yet the one that is meant
    if (const auto nearest = neighbours.far_nearest(stone.stone))
      odd.push_back(warning_of_loneliness(stone.stone, *nearest));
  for (Warning& warning : odd) appraisal.warnings.push_back(std::move(warning));
  return appraisal;
}

Explanation in_cents(Explanation explanation, double price) {
  double sum = explanation.base_value;
  explanation.base_value = in_cents(sum);
  double told = explanation.base_value;
  for (std::size_t i = 0; i < field_count; ++i) {
    sum += explanation.effects[i];
    const double next = i + 1 == field_count ? price : in_cents(sum);
    explanation.effects[i] = in_cents(next - told);
    told = next;
  }
  return explanation;
}

Json to_json(const Explanation& explanation, const Diamond& stone, const Appraisal& appraisal) {
  const Explanation told = in_cents(explanation, appraisal.price);
  Json contributions = Json::array();
  for (std::size_t i = 0; i < field_count; ++i) {
    const auto field = static_cast<Field>(i);
    Json contribution = {
        {"field", name_of(field)}, {"value", value_in(stone, field)}, {"effect", told.effects[i]}};
    if (told.factors) contribution["factor"] = (*told.factors)[i];
    contributions.push_back(std::move(contribution));
  }
  return {{"base_value", told.base_value}, {"contributions", contributions}};
}

std::string in_one_line(std::span<const Warning> warnings) {
  std::string line;
  for (const Warning& warning : warnings) line += (line.empty() ? "" : "; ") + warning.message;
  return line;
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

std::string answer_text(std::string_view model, const Appraisal& appraisal,
                        const std::vector<UnknownField>& unknown_fields, const Json& explanation) {
  std::string text = R"({"currency":"USD","model":)";
  text.append(model).append(",");
  append_members(text, appraisal, unknown_fields);
  if (!explanation.is_null()) text.append(R"(,"explanation":)").append(text_of(explanation));
  return text + "}";
}

std::string model_text(const std::string& id, const std::string& kind) {
  return text_of({{"id", id}, {"kind", kind}});
}

}  // namespace diamond
