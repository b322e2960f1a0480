// What is said of one stone: its price, between which prices the true one lies, what is odd about
// it, and why the price is what it is.
#pragma once

#include <diamond/core/json.h>
#include <diamond/core/json_fields.h>
#include <diamond/models/explanation.h>
#include <diamond/trust/completion.h>
#include <diamond/trust/neighbour_index.h>
#include <diamond/trust/price_interval.h>
#include <diamond/trust/price_intervals.h>
#include <diamond/trust/training_profile.h>
#include <diamond/trust/warning.h>

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace diamond {

/// USD, to the cent.
struct Appraisal {
  double price = 0;
  std::optional<PriceInterval> interval;  // nothing: the model has none
  std::vector<Warning> warnings;
};

/// What prices of a model are looked at with; the parts are of its data, and outlive it.
struct Appraiser {
  const std::optional<PriceIntervals>& intervals;
  const TrainingProfile& profile;
  const NeighbourIndex& neighbours;

  /// `price`: what the model finds for the stone. Nothing where it is not finite.
  [[nodiscard]] std::optional<Appraisal> appraise(const Completion& stone, double price) const;
};

/// An explanation as it is told: all amounts to the cent, and so that they still add up to the
/// appraised price: what is rounded off one effect goes to the next.
[[nodiscard]] Explanation in_cents(Explanation explanation, double price);

/// {"base_value", "contributions": [{"field", "value", "effect", "factor"?}]}: USD to the cent, and
/// so that base_value and the effects add up to the appraised price.
[[nodiscard]] Json to_json(const Explanation& explanation, const Diamond& stone,
                           const Appraisal& appraisal);

/// The messages, for a table's cell: "…; …".
[[nodiscard]] std::string in_one_line(std::span<const Warning> warnings);

/// Appends "predicted_value":…,"interval":{…},"warnings":[…]. Fields of the stone's object that are
/// not known join the warnings.
void append_members(std::string& text, const Appraisal& appraisal,
                    const std::vector<UnknownField>& unknown_fields);

/// {"currency":"USD","model":{…},"predicted_value":…,"interval":{…},"warnings":[…],
/// "explanation"?:{…}}. `model`: {"id","kind"} as text; `explanation` is left out where it is null.
[[nodiscard]] std::string answer_text(std::string_view model, const Appraisal& appraisal,
                                      const std::vector<UnknownField>& unknown_fields,
                                      const Json& explanation);

/// {"id","kind"}: how answers say which model gave them.
[[nodiscard]] std::string model_text(const std::string& id, const std::string& kind);

}  // namespace diamond
