// Which rows of a price list cannot be learned from.
#pragma once

#include <diamond/core/table.h>

#include <cstddef>
#include <string>
#include <vector>

namespace diamond {

/// How many rows were left out for one reason.
struct Rejection {
  std::string reason;
  std::size_t rows = 0;

  bool operator==(const Rejection&) const = default;
};

/// Drops the rows that cannot be learned from, and counts them by the first reason that holds:
///   "not_finite"          a number is missing, NaN or infinite
///   "zero_dimension"      x, y or z ≤ 0: nobody measured the stone (the notebook: x·y·z = 0)
///   "price_not_positive"  price ≤ 0 (the notebook's rule)
///   "carat_not_positive"  carat ≤ 0: nobody weighed it
/// The kept rows stay in their order. Reasons that drop nothing are not listed.
std::vector<Rejection> clean(Table& table);

/// Adds what was counted of further rows; the reasons stay in the order above.
void add_rejections(std::vector<Rejection>& all, const std::vector<Rejection>& more);

/// Throws DataError where more than `most` (0 … 1) of `rows` were rejected. `place` names the data.
void check_rejections(const std::vector<Rejection>& rejections, std::size_t rows, double most,
                      const std::string& place);

}  // namespace diamond
