// A design matrix for linear models: numbers as they are, grades as dummies.
#pragma once

#include <diamond/core/table.h>

#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace diamond {

/// The columns are the chosen quantities in their order, then for cut, color and clarity one 0/1
/// column for each grade but the first, the grades of each type in the alphabetical order of their
/// names: what pandas' `get_dummies(drop_first=True)` gives, and so the notebook's order. Names are
/// "carat", "cut_Very Good", "clarity_VVS1", …
///
/// All grades that exist have their column, whether or not a table holds them: the matrix does not
/// depend on the data.
class OneHotEncoder {
 public:
  /// Requires: `price` is not among the quantities.
  explicit OneHotEncoder(std::vector<Quantity> quantities);

  [[nodiscard]] const std::vector<Quantity>& quantities() const { return quantities_; }
  [[nodiscard]] std::size_t columns() const { return columns_; }
  [[nodiscard]] std::vector<std::string> names() const;

  /// The field that each column follows from.
  [[nodiscard]] std::vector<Field> fields() const;

  /// Fills `out`, (rows.size(), columns()), row-major.
  void encode(const Table& table, std::span<const std::uint32_t> rows, std::span<double> out) const;

  /// Fills `out`, (columns()).
  void encode(const Diamond& diamond, std::span<double> out) const;

 private:
  void encode_grades(Cut cut, Color color, Clarity clarity, std::span<double> row) const;

  std::vector<Quantity> quantities_;
  std::size_t columns_;
};

}  // namespace diamond
