// What is said of one stone: its price, between which prices the true one lies, what is odd about
// it, and why the price is what it is.
#pragma once

#include "../http/problem.h"
#include "../served_model.h"
#include "field_reader.h"

#include <diamond/core/json.h>
#include <diamond/trust/completion.h>
#include <diamond/trust/price_interval.h>
#include <diamond/trust/warning.h>

#include <optional>
#include <string>
#include <vector>

namespace diamond::serve {

/// USD, to the cent.
struct Appraisal {
  double price = 0;
  std::optional<PriceInterval> interval;  // nothing: the model has none
  std::vector<Warning> warnings;
};

/// `price`: what the model finds for the stone. Throws ProblemError 422 where it is not finite.
[[nodiscard]] Appraisal appraise(const ServedModel& served, const Completion& stone, double price);

/// Appends "predicted_value":…,"interval":{…},"warnings":[…]. Fields of the request that are not
/// known join the warnings.
void append_members(std::string& text, const Appraisal& appraisal,
                    const std::vector<UnknownField>& unknown_fields);

/// {"base_value", "contributions": [{"field", "value", "effect", "factor"?}]}: USD to the cent, and
/// so that base_value and the effects add up to the appraised price.
[[nodiscard]] Json explanation_of(const ServedModel& served, const Diamond& stone,
                                  const Appraisal& appraisal);

/// As JSON text; what is not UTF-8 is replaced.
[[nodiscard]] std::string text_of(const Json& value);

}  // namespace diamond::serve
