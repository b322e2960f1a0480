// The price intervals of a model: around the prices of stones that are wholly known, and of those
// of which something was assumed.
#pragma once

#include <diamond/core/json.h>
#include <diamond/core/table.h>
#include <diamond/models/model.h>
#include <diamond/trust/price_interval.h>
#include <diamond/trust/training_profile.h>

#include <optional>
#include <span>

namespace diamond {

/// Never changes; safe from any thread.
class PriceIntervals {
 public:
  /// Learns from rows that the model was not trained on, and the prices that it found for them;
  /// then once more from 5,000 of the rows with all but weight and grades left out and assumed
  /// again (see completion.h). Nothing where there are fewer than IntervalPredictor::least_rows.
  /// Requires: view.size() == prices.size(), all prices finite.
  [[nodiscard]] static std::optional<PriceIntervals> learn(const Model& model,
                                                           const TableView& view,
                                                           std::span<const double> prices);

  /// Of a stone that is wholly known.
  [[nodiscard]] PriceInterval interval(const Diamond& stone, double price) const {
    return whole_.interval(stone, price);
  }

  /// Of a stone of which something was assumed: that of stones of which all was that may be, as if
  /// more were not known than was. `profile`: of the model's data. Nothing where the model has no
  /// finite price for some of those.
  [[nodiscard]] std::optional<PriceInterval> interval_in_part(const Diamond& stone, double price,
                                                              const TrainingProfile& profile) const;

  /// Those of stones that are wholly known.
  [[nodiscard]] const IntervalFigures& figures() const { return whole_.figures(); }

  [[nodiscard]] Json to_json() const;

  /// What `to_json` wrote. Throws a Json::exception, or std::runtime_error, where it is not that.
  [[nodiscard]] static PriceIntervals from_json(const Json& json);

 private:
  PriceIntervals(IntervalPredictor whole, std::optional<IntervalPredictor> in_part)
      : whole_(std::move(whole)), in_part_(std::move(in_part)) {}

  IntervalPredictor whole_;
  std::optional<IntervalPredictor> in_part_;
};

}  // namespace diamond
