// How far the stones that prices are asked for have moved from those that a model has learned from.
#pragma once

#include <diamond/metrics/population_stability.h>
#include <diamond/trust/completion.h>
#include <diamond/trust/training_profile.h>

#include <array>
#include <cstddef>
#include <vector>

namespace diamond {

/// Counts stones, and compares them with a profile, field by field.
class Drift {
 public:
  struct OfField {
    std::size_t given = 0;    // stones of which the field is known
    std::size_t outside = 0;  // of them: outside the training range; grades never are
    double psi = 0;           // population_stability_index against the training data

    /// Of those that are known; 0 where none is.
    [[nodiscard]] double outside_share() const {
      return given == 0 ? 0 : static_cast<double>(outside) / static_cast<double>(given);
    }
  };

  /// The profile outlives this.
  explicit Drift(const TrainingProfile& profile);

  /// A stone that was asked about.
  void add(const PartialDiamond& stone);

  /// A price that was found, USD.
  void add_price(double price);

  [[nodiscard]] std::size_t stones() const { return stones_; }
  [[nodiscard]] std::size_t prices() const { return prices_.size(); }
  [[nodiscard]] OfField field(Field field) const;

  /// population_stability_index of the prices found against those of the training data.
  [[nodiscard]] double price_psi() const;

  /// The middle one of the prices found, USD; 0 where there are none.
  [[nodiscard]] double median_price() const;

 private:
  void count(Field field, double value);

  const TrainingProfile& profile_;
  std::size_t stones_ = 0;
  std::array<Histogram, field_count> histograms_;
  std::array<std::size_t, field_count> given_{};
  std::array<std::size_t, field_count> outside_{};
  Histogram price_histogram_;
  std::vector<double> prices_;
};

}  // namespace diamond
