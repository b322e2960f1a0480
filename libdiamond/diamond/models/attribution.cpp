#include <diamond/models/attribution.h>

#include <algorithm>
#include <numeric>

namespace diamond {
namespace {

constexpr std::size_t most_rows = 100'000;

double sum_of(const PerField& numbers) {
  return std::accumulate(numbers.begin(), numbers.end(), 0.0);
}

/// (e^step − 1) / step, which is the mean of e^u between 0 and the step.
double mean_exponential(double step) {
  return step == 0 ? 1 : std::expm1(step) / step;
}

/// The mean slope of the square of what is above 0.
double mean_square_slope(double from, double to) {
  if (from >= 0 && to >= 0) return from + to;
  if (from == to) return 0;
  return (to_price(to, 1, Target::sqrt_price) - to_price(from, 1, Target::sqrt_price)) /
         (to - from);
}

/// USD for a unit of the target, on average on the way. Requires: the target is not per carat.
double mean_slope(double from, double to, Target target) {
  switch (target) {
    case Target::sqrt_price:
      return mean_square_slope(from, to);
    case Target::price:
      return 1;
    default:
      return std::exp(from) * mean_exponential(to - from);
  }
}

/// Makes it add up to `fitted`. Where no field has an effect, all stones cost the base.
void add_up(Attribution& attribution, double fitted) {
  const double rest = fitted - attribution.base - sum_of(attribution.effects);
  double size = 0;
  for (const double effect : attribution.effects) size += std::abs(effect);
  if (size == 0)
    attribution.base += rest;
  else
    for (double& effect : attribution.effects) effect += rest * std::abs(effect) / size;
}

}  // namespace

void share(double amount, FieldSet fields, PerField& effects) {
  const double part = amount / static_cast<double>(fields.size());
  for (std::size_t i = 0; i < field_count; ++i)
    if (fields.contains(static_cast<Field>(i))) effects[i] += part;
}

double mean_log_carat(const TableView& rows) {
  const NumberColumn& carats = rows.table[Quantity::carat];
  const std::size_t seen = std::min(rows.size(), most_rows);
  double sum = 0;
  std::size_t count = 0;
  for (std::size_t i = 0; i < seen; ++i) {
    const double carat = carats[rows.rows[i * rows.size() / seen]];
    if (!(carat > 0)) continue;
    sum += std::log(carat);
    ++count;
  }
  return count > 0 ? sum / static_cast<double>(count) : usual_log_carat;
}

Explanation explanation_of(Attribution attribution, double fitted, Target target, double carat,
                           double mean_log_carat) {
  add_up(attribution, fitted);
  if (target == Target::log_price_per_carat) {
    const double log_carat = std::log(carat);
    attribution.base += mean_log_carat;
    attribution.effects[static_cast<std::size_t>(Field::carat)] += log_carat - mean_log_carat;
    fitted += log_carat;
    target = Target::log_price;
  }
  Explanation explanation;
  explanation.base_value = to_price(attribution.base, carat, target);
  const double slope = mean_slope(attribution.base, fitted, target);
  for (std::size_t i = 0; i < field_count; ++i)
    explanation.effects[i] = slope * attribution.effects[i];
  if (target == Target::log_price) {
    PerField& factors = explanation.factors.emplace();
    for (std::size_t i = 0; i < field_count; ++i) factors[i] = std::exp(attribution.effects[i]);
  }
  return explanation;
}

Attribution exponential_of(const Attribution& attribution) {
  const double slope = std::exp(attribution.base) * mean_exponential(sum_of(attribution.effects));
  Attribution exponential{std::exp(attribution.base), attribution.effects};
  for (double& effect : exponential.effects) effect *= slope;
  return exponential;
}

PerField factors_of(const Explanation& explanation) {
  const double base = explanation.base_value;
  const double growth = std::log1p(sum_of(explanation.effects) / base);
  const double logarithmic_mean = base * mean_exponential(growth);
  PerField factors{};
  for (std::size_t i = 0; i < field_count; ++i)
    factors[i] = std::exp(explanation.effects[i] / logarithmic_mean);
  return factors;
}

}  // namespace diamond
