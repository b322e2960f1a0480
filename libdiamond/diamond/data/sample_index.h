// The stones of a data set by their grades and weight, to find the most similar ones without a
// scan.
#pragma once

#include <diamond/core/table.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace diamond {

/// For each combination of grades, its rows in the order of their weight: 4 bytes a row beside the
/// table. Never changes; safe from any thread.
class SampleIndex {
 public:
  /// Requires: not null.
  explicit SampleIndex(std::shared_ptr<const Table> table);

  /// Up to `count` stones of exactly these grades, those nearest to `carat` first; where two are
  /// equally far, the one that comes first in the data. Empty where no stone has these grades.
  /// Requires: count > 0, carat finite.
  [[nodiscard]] std::vector<PricedDiamond> nearest(Cut cut, Color color, Clarity clarity,
                                                   double carat, std::size_t count) const;

  [[nodiscard]] std::size_t size() const { return table_->rows(); }

 private:
  std::shared_ptr<const Table> table_;
  std::vector<std::uint32_t> rows_;  // by grades, then carat, then place in the data
  std::vector<std::size_t>
      starts_;  // where each combination of grades begins in rows_; one more at the end
};

}  // namespace diamond
