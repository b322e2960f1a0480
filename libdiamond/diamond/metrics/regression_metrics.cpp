#include <diamond/metrics/regression_metrics.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <limits>

namespace diamond {
namespace {

/// The mean of term(actual, predicted) over all rows. Summed in pieces, which keeps the rounding
/// errors of long sums small.
template <class Term>
double mean_of(std::span<const double> actual, std::span<const double> predicted,
               const Term& term) {
  constexpr std::size_t piece = 1024;
  double sum = 0;
  for (std::size_t first = 0; first < actual.size(); first += piece) {
    double part = 0;
    for (std::size_t i = first; i < std::min(actual.size(), first + piece); ++i)
      part += term(actual[i], predicted[i]);
    sum += part;
  }
  return sum / static_cast<double>(actual.size());
}

double mean_squared_error(std::span<const double> actual, std::span<const double> predicted) {
  return mean_of(actual, predicted, [](double a, double p) { return (a - p) * (a - p); });
}

double r2(std::span<const double> actual, std::span<const double> predicted) {
  const double mean = mean_of(actual, actual, [](double a, double) { return a; });
  const double variance =
      mean_of(actual, actual, [mean](double a, double) { return (a - mean) * (a - mean); });
  const double error = mean_squared_error(actual, predicted);
  // The mean of equal prices may be rounded, and then their variance is not quite 0.
  const bool all_equal =
      std::all_of(actual.begin(), actual.end(), [&](double a) { return a == actual.front(); });
  if (all_equal || variance == 0) return error == 0 ? 1.0 : 0.0;
  return 1 - error / variance;
}

}  // namespace

double evaluate(Metric metric, std::span<const double> actual, std::span<const double> predicted) {
  switch (metric) {
    case Metric::r2:
      return r2(actual, predicted);
    case Metric::mae:
      return mean_of(actual, predicted, [](double a, double p) { return std::abs(a - p); });
    case Metric::rmse:
      return std::sqrt(mean_squared_error(actual, predicted));
    case Metric::mape:
      break;
  }
  const double smallest = std::numeric_limits<double>::epsilon();
  return mean_of(actual, predicted, [smallest](double a, double p) {
    return std::abs(a - p) / std::max(std::abs(a), smallest);
  });
}

std::string shown_metric(Metric metric, double value) {
  std::array<char, 400> text{};  // the largest double has 309 digits before the point
  const bool in_usd = info(metric).unit == "USD";
  std::snprintf(text.data(), text.size(), in_usd ? "%.2f" : "%.4f", value);
  return text.data();
}

}  // namespace diamond
