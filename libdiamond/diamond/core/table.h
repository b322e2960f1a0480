// Many stones with their prices, column by column: about 31 bytes a row.
#pragma once

#include <diamond/core/diamond.h>
#include <diamond/core/number_column.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace diamond {

/// A price list. All columns have the same length; rows are numbered from 0 and there are fewer
/// than 2^32 of them.
struct Table {
  std::vector<Cut> cut;
  std::vector<Color> color;
  std::vector<Clarity> clarity;
  std::array<NumberColumn, priced_quantities.size()> numbers;  // by Quantity

  [[nodiscard]] std::size_t rows() const { return cut.size(); }

  [[nodiscard]] NumberColumn& operator[](Quantity quantity) {
    return numbers[static_cast<std::size_t>(quantity)];
  }
  [[nodiscard]] const NumberColumn& operator[](Quantity quantity) const {
    return numbers[static_cast<std::size_t>(quantity)];
  }

  /// The grades of one type, for code that is written once for all three.
  template <class Grade>
  [[nodiscard]] std::vector<Grade>& grades();
  template <class Grade>
  [[nodiscard]] const std::vector<Grade>& grades() const {
    return const_cast<Table*>(this)->grades<Grade>();  // NOLINT: the same place, read only
  }

  /// The stone in this row with its price. Requires: row < rows().
  [[nodiscard]] PricedDiamond row(std::size_t row) const;

  void reserve(std::size_t rows);
  void push(const PricedDiamond& diamond);
  void append(const Table& other);

  /// The rows [first, last). Requires: first <= last <= rows().
  [[nodiscard]] Table piece(std::size_t first, std::size_t last) const;

  /// Keeps the rows whose mark is not zero, in their order. Requires: keep.size() == rows().
  void filter(std::span<const std::uint8_t> keep);
};

template <>
inline std::vector<Cut>& Table::grades<Cut>() {
  return cut;
}
template <>
inline std::vector<Color>& Table::grades<Color>() {
  return color;
}
template <>
inline std::vector<Clarity>& Table::grades<Clarity>() {
  return clarity;
}

/// Some rows of a table, in an order of their own: what a model is trained or tested on. Owns
/// nothing; the table and the row numbers outlive it.
struct TableView {
  const Table& table;
  std::span<const std::uint32_t> rows;

  [[nodiscard]] std::size_t size() const { return rows.size(); }
};

/// The row numbers at these places of a view, in their order. Requires: each place < view.size().
[[nodiscard]] std::vector<std::uint32_t> rows_at(const TableView& view,
                                                 std::span<const std::uint32_t> places);

/// Appends a table as bytes, in the machine's own order: 31 a row while its numbers are decimals.
void append_bytes(std::string& bytes, const Table& table);

/// The table that such bytes are. Requires: they are whole.
[[nodiscard]] Table table_from_bytes(std::string_view bytes);

/// All row numbers of a table, 0 … rows-1.
[[nodiscard]] std::vector<std::uint32_t> all_rows(const Table& table);

}  // namespace diamond
