// From what each field adds to the number that a model is fitted to, to what it adds to the price.
// Of this library's own models only.
#pragma once

#include <diamond/core/field_set.h>
#include <diamond/core/table.h>
#include <diamond/models/explanation.h>
#include <diamond/models/target.h>

#include <cmath>

namespace diamond {

/// A fitted value taken apart: the base and the effects add up to it, in units of the target.
struct Attribution {
  double base = 0;
  PerField effects{};
};

/// Shares an amount among some fields in equal parts: the Shapley value of a game that is worth
/// something to them all together only (Shapley 1953), as a feature is to the fields it is made of.
void share(double amount, FieldSet fields, PerField& effects);

/// For models that do not know the mean of log(carat) over the rows that they were trained on.
inline const double usual_log_carat = std::log(0.7);

/// The mean of log(carat) over these rows, as far as their carat is above 0, or over 100,000 of
/// them, evenly chosen; the usual one where there are none.
[[nodiscard]] double mean_log_carat(const TableView& rows);

/// What the fields add to the price of a stone of so many carat, and where the target is a
/// logarithm, what they multiply it with.
///
/// - What rounding or quadrature left between the attribution and `fitted` is shared first, in
///   proportion to the effects' sizes.
/// - On a target per carat the stone's weight has the effect log(carat) − `mean_log_carat` on top.
/// - An effect in USD is that in units of the target times what such a unit is worth on average on
///   the straight way from the base to the fitted value (Aumann & Shapley 1974). For a logarithm
///   that is the logarithmic mean of base and price (the LMDI of Ang 2004). So the effects keep
///   their proportions and add up to price − base: where a negative root counts as a price of 0
///   too.
[[nodiscard]] Explanation explanation_of(Attribution attribution, double fitted, Target target,
                                         double carat, double mean_log_carat);

/// Effects on a logarithm, where it is what the exponential of `base` and effects that is wanted:
/// the same, taken along the same way.
[[nodiscard]] Attribution exponential_of(const Attribution& attribution);

/// What each field multiplies the base value with, from what it adds in USD: exp(effect / L), L the
/// logarithmic mean of base value and price (LMDI, Ang 2004). The product of them all is the price
/// over the base value. Requires: both are above 0.
[[nodiscard]] PerField factors_of(const Explanation& explanation);

}  // namespace diamond
