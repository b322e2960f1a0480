// An explanation for people: what each field adds to the price, with bars.
#pragma once

#include <diamond/trust/appraisal.h>

#include <iosfwd>
#include <string>

namespace diamond::train {

/// The price, its interval and the warnings, then a line for each field, that of the greatest
/// effect first; "+" and "-" are bars of that length, the longest 30 characters.
void print_explanation(std::ostream& out, const Diamond& stone, const Appraisal& appraisal,
                       const Explanation& explanation, const std::string& model_id);

}  // namespace diamond::train
