// A column of numbers as price lists have them: decimals such as 0.23 or 61.5, four bytes each,
// nothing rounded.
//
// Format: while every value is a decimal that fits, value i is `digits_[i] / 10^decimals_`. Both
// are exact in a double, so the one division gives the double that is nearest to the decimal: the
// same that strtod gives for its text. A value that does not fit turns the whole column into plain
// doubles, for good.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace diamond {

/// A decimal number: digits · 10^-decimals, for instance {615, 1} for 61.5.
struct Decimal {
  std::int32_t digits = 0;
  int decimals = 0;
};

class NumberColumn {
 public:
  [[nodiscard]] std::size_t size() const { return exact_ ? digits_.size() : doubles_.size(); }
  [[nodiscard]] double operator[](std::size_t row) const {
    return exact_ ? from_digits(digits_[row]) : doubles_[row];
  }

  void reserve(std::size_t rows);

  /// Appends a decimal. Requires: 0 ≤ decimals ≤ 9, and digits is not the smallest int32.
  void push(Decimal value);

  /// Appends any number; what is not finite counts as missing and reads back as NaN.
  void push(double value);

  /// Appends so many that are missing.
  void push_missing(std::size_t count);

  /// Appends all of `other`.
  void append(const NumberColumn& other);

  /// The values at [first, last). Requires: first <= last <= size().
  [[nodiscard]] NumberColumn piece(std::size_t first, std::size_t last) const;

  /// Keeps the rows whose mark is not zero, in their order. Requires: keep.size() == size().
  void filter(std::span<const std::uint8_t> keep);

  /// Writes the values at `rows` to `out`. Requires: out.size() == rows.size().
  void gather(std::span<const std::uint32_t> rows, std::span<double> out) const;

  /// Appends the column as bytes, in the machine's own order.
  void append_bytes(std::string& bytes) const;

  /// Takes a column of so many values off the beginning of such bytes. Requires: it is whole.
  [[nodiscard]] static NumberColumn take_bytes(std::string_view& bytes, std::size_t rows);

 private:
  static constexpr std::int32_t missing = std::numeric_limits<std::int32_t>::min();

  [[nodiscard]] double from_digits(std::int32_t digits) const {
    return digits == missing ? std::numeric_limits<double>::quiet_NaN() : digits / scale_;
  }
  [[nodiscard]] bool widen(int decimals);
  void to_doubles();

  bool exact_ = true;
  int decimals_ = 0;
  double scale_ = 1.0;  // 10^decimals_
  std::vector<std::int32_t> digits_;
  std::vector<double> doubles_;
};

}  // namespace diamond
