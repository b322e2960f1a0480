// How far predictions are from what was paid.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace diamond {

enum class Metric : std::uint8_t { r2, mae, rmse, mape };

enum class Better : std::uint8_t { lower, higher };

struct MetricInfo {
  std::string_view name;
  Better better;
  std::string_view unit;
};

inline constexpr std::array<MetricInfo, 4> metric_infos = {{
    {"r2", Better::higher, "share of the variance explained, at most 1"},
    {"mae", Better::lower, "USD"},
    {"rmse", Better::lower, "USD"},
    {"mape", Better::lower, "share of the price: 0.1 is 10 %"},
}};

inline constexpr std::array<Metric, 4> all_metrics = {Metric::r2, Metric::mae, Metric::rmse,
                                                      Metric::mape};

[[nodiscard]] constexpr const MetricInfo& info(Metric metric) {
  return metric_infos[static_cast<std::size_t>(metric)];
}

/// The metric of this name, or nothing.
[[nodiscard]] constexpr std::optional<Metric> parse_metric(std::string_view name) {
  for (const Metric metric : all_metrics)
    if (info(metric).name == name) return metric;
  return std::nullopt;
}

/// By how much `value` is better than `other`; negative where it is worse.
[[nodiscard]] constexpr double improvement(Metric metric, double value, double other) {
  return info(metric).better == Better::lower ? other - value : value - other;
}

/// scikit-learn's definitions. R² is 0 where all actual prices are equal and some prediction is
/// off, 1 where none is. Requires: both have the same length, at least 1.
[[nodiscard]] double evaluate(Metric metric, std::span<const double> actual,
                              std::span<const double> predicted);

/// A value with as many digits as a person reads: "536.14", "0.9177".
[[nodiscard]] std::string shown_metric(Metric metric, double value);

}  // namespace diamond
