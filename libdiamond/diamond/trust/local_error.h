// How far a model's prices are usually off for stones like this one. Of the price intervals only.
//
// What is off is measured relative to the price: |actual - price| / price, the price brought into
// the range of the prices learned from, so that it is never 0 or less. Its logarithm is fitted by
// least squares to the stone and its price: the piecewise linear functions that "hinges" at
// quantiles span (Friedman 1991, MARS, without its search), dummies of the grades, and products of
// grades with some of the hinges. A logarithm makes little of outliers, and the fit takes
// milliseconds.
#pragma once

#include <diamond/core/json.h>
#include <diamond/core/table.h>

#include <array>
#include <cstddef>
#include <span>
#include <vector>

namespace diamond {

/// Never changes; safe from any thread.
class LocalError {
 public:
  /// Learns from the rows of `view` and the prices that a model found for them. `of_all` is learned
  /// from all rows; `of_others`, one for each row, is what those say that were learned without the
  /// row: five times, without each fifth of the rows. Requires: view.size() == prices.size() > 0,
  /// all prices finite.
  struct Learned;
  [[nodiscard]] static Learned learn(const TableView& view, std::span<const double> prices);

  /// The error to be reckoned with, USD, up to a factor: only the ratio of two of them means
  /// something. Above 0, whatever the stone's numbers are. A stone that is dearer than all that it
  /// was learned from has the error of the dearest one, as a share of the price.
  [[nodiscard]] double estimate(const Diamond& stone, double price) const;

  [[nodiscard]] Json to_json() const;

  /// What `to_json` wrote. Throws a Json::exception, or std::runtime_error, where it is not that.
  [[nodiscard]] static LocalError from_json(const Json& json);

 private:
  /// log price, log carat, |depth as measured less as certified|, depth, table, log density,
  /// |log x / y|, log price per carat.
  static constexpr std::size_t measure_count = 8;
  static constexpr std::size_t most_columns = 128;
  using Measures = std::array<double, measure_count>;
  class Fit;

  LocalError() = default;

  [[nodiscard]] double clamped(double price) const;
  [[nodiscard]] Measures measures(const Diamond& stone, double price) const;
  [[nodiscard]] std::size_t columns() const;
  /// Fills `out`, (columns()).
  void encode(const Diamond& stone, double price, std::span<double> out) const;
  [[nodiscard]] double log_error(std::span<const double> features) const;

  double least_price_ = 0;  // of those learned from, USD
  double greatest_price_ = 0;
  std::array<std::vector<double>, measure_count> knots_;  // rising; the ends are the range
  std::vector<double> coefficients_;                      // the first is the intercept
};

struct LocalError::Learned {
  LocalError of_all;
  std::vector<double> of_others;  // USD
};

}  // namespace diamond
