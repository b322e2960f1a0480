// Between which prices a stone's true price lies, nine times out of ten: split conformal prediction
// (Papadopoulos et al. 2002; Lei et al. 2018, doi:10.1080/01621459.2017.1307116), normalised by the
// local error.
//
// It is learned from rows that the model was not trained on. For each of them the score is
// (actual - price) / scale, with scale = (local error)^0.9; the interval of a new stone runs
// between two quantiles of those scores, times its own scale. The power is a little below 1 because
// that makes the long intervals shorter by more than it makes the short ones longer. All this holds
// whatever the model and the errors are like, as long as new stones resemble the rows.
//
// The local error is learned from the same rows, so a row is scored by one that was learned without
// it (cross-conformal prediction, Vovk 2015). The quantiles are taken for each fifth of the rows by
// weight, and between the middles of two fifths they change gradually. A fifth's coverage may be up
// to 2.5 points above or below the whole's, where that makes the intervals shorter on the average.
#pragma once

#include <diamond/core/json.h>
#include <diamond/core/table.h>
#include <diamond/trust/local_error.h>

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

namespace diamond {

/// USD.
struct PriceInterval {
  double low = 0;  // at least 0
  double high = 0;

  bool operator==(const PriceInterval&) const = default;
};

/// How intervals do on rows that the model was not learned from, and their quantiles were not.
struct IntervalFigures {
  double coverage = 0;    // share of the rows whose price lies in its interval
  double mean_width = 0;  // USD

  bool operator==(const IntervalFigures&) const = default;
};

/// Never changes; safe from any thread.
class IntervalPredictor {
 public:
  /// The share of stones whose price lies in its interval.
  static constexpr double coverage = 0.9;

  /// With fewer rows no quantile of the scores is far enough out.
  static constexpr std::size_t least_rows = 50;

  /// Of more rows so many are learned from, spread evenly.
  static constexpr std::size_t most_rows = 20'000;

  /// Learns from rows that the model was not trained on, and the prices that it found for them.
  /// Nothing where there are fewer than `least_rows`. Requires: view.size() == prices.size(), all
  /// prices finite.
  [[nodiscard]] static std::optional<IntervalPredictor> learn(const TableView& view,
                                                              std::span<const double> prices);

  /// Around a price, USD and finite, that the model found for the stone, which lies within unless
  /// it is below 0.
  [[nodiscard]] PriceInterval interval(const Diamond& stone, double price) const;

  /// On the rows learned from, each with quantiles of the other rows.
  [[nodiscard]] const IntervalFigures& figures() const { return figures_; }

  [[nodiscard]] Json to_json() const;

  /// What `to_json` wrote. Throws a Json::exception, or std::runtime_error, where it is not that.
  [[nodiscard]] static IntervalPredictor from_json(const Json& json);

 private:
  /// The quantiles of the scores in the middle of a band of weights.
  struct Band {
    double log_carat = 0;
    double low = 0;
    double high = 0;
  };
  struct Scored;

  explicit IntervalPredictor(LocalError local_error) : local_error_(std::move(local_error)) {}

  /// Requires: the lightest first, here and below.
  [[nodiscard]] static std::vector<Band> bands_of(const std::vector<Scored>& rows);
  [[nodiscard]] static Band quantiles(const std::vector<Band>& bands, double log_carat);
  [[nodiscard]] static IntervalFigures cross_validated(const std::vector<Scored>& rows);

  /// What scores are measured in: USD^0.9.
  [[nodiscard]] static double scale_of(double local_error);

  LocalError local_error_;
  std::vector<Band> bands_;  // by rising weight
  IntervalFigures figures_;
};

}  // namespace diamond
