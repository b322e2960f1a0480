// What has learned: turns stones into prices.
#pragma once

#include <diamond/core/table.h>
#include <diamond/models/explanation.h>

#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace diamond {

/// What models that do not know a better one explain prices against: of each measure the median,
/// and of each grade the one in the middle, of the 53,920 stones of data/diamonds.csv.
inline constexpr Diamond typical_stone{.carat = 0.7,
                                       .cut = Cut::premium,
                                       .color = Color::G,
                                       .clarity = Clarity::VS2,
                                       .depth = 61.8,
                                       .table = 57,
                                       .x = 5.7,
                                       .y = 5.71,
                                       .z = 3.53};

/// A trained model with all its preprocessing. Never changes; every method is safe from any thread.
class Model {
 public:
  virtual ~Model() = default;

  /// The price of one stone in USD. May be negative, or infinite, where the stone is unlike all
  /// that was learned from.
  [[nodiscard]] virtual double predict(const Diamond& diamond) const = 0;

  /// The prices of the rows of `view`, in its order. The same to the bit as one stone at a time.
  /// Requires: prices.size() == view.size().
  virtual void predict(const TableView& view, std::span<double> prices) const = 0;

  /// Writes everything that `Estimator::load` needs into a directory that stands. Loaded, it
  /// predicts the same to the bit. Throws StorageError.
  virtual void save(const std::filesystem::path& directory) const = 0;

  /// What whoever runs it should know of how it predicts, a sentence each: that it is slower than
  /// it could be, and why.
  [[nodiscard]] virtual std::vector<std::string> remarks() const { return {}; }

  /// What explains its prices. Takes time and memory to make, so whoever wants explanations makes
  /// it once. The model has to outlive it.
  ///
  /// Here, for kinds that have nothing better: exact Shapley values in USD against `typical_stone`
  /// (Shapley 1953; Strumbelj & Kononenko 2010). A field's effect is what the price changes by when
  /// the typical stone takes over this field from the stone, on average over all orders in which it
  /// may take over the fields. That is 512 predictions for an explanation, many of stones that
  /// there are not, such as heavy ones of small measures; and the base value is the typical stone's
  /// price.
  [[nodiscard]] virtual std::unique_ptr<const Explainer> explainer() const;
};

}  // namespace diamond
