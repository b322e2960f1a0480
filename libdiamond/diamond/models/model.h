// What has learned: turns stones into prices.
#pragma once

#include <diamond/core/table.h>

#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace diamond {

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
};

}  // namespace diamond
