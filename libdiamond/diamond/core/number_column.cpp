#include <diamond/core/huge_pages.h>
#include <diamond/core/number_column.h>

#include <array>
#include <cmath>
#include <cstring>
#include <optional>

namespace diamond {
namespace {

constexpr std::array<std::int32_t, 10> powers_of_ten = {
    1, 10, 100, 1'000, 10'000, 100'000, 1'000'000, 10'000'000, 100'000'000, 1'000'000'000};

/// digits · 10^steps, unless that leaves the range of decimals.
std::optional<std::int32_t> shifted(std::int32_t digits, int steps) {
  const std::int64_t wide = std::int64_t{digits} * powers_of_ten[static_cast<std::size_t>(steps)];
  if (std::abs(wide) > std::numeric_limits<std::int32_t>::max()) return std::nullopt;
  return static_cast<std::int32_t>(wide);
}

template <class T>
std::vector<T> piece_of(const std::vector<T>& values, std::size_t first, std::size_t last) {
  return {values.data() + first, values.data() + last};
}

template <class T>
void filter_vector(std::vector<T>& values, std::span<const std::uint8_t> keep) {
  std::size_t kept = 0;
  for (std::size_t i = 0; i < values.size(); ++i)
    if (keep[i] != 0) values[kept++] = values[i];
  values.resize(kept);
}

}  // namespace

void NumberColumn::reserve(std::size_t rows) {
  if (exact_)
    reserve_to_fill(digits_, rows);
  else
    reserve_to_fill(doubles_, rows);
}

void NumberColumn::push(Decimal value) {
  if (exact_ && value.decimals > decimals_ && !widen(value.decimals)) to_doubles();
  if (exact_) {
    const auto digits = shifted(value.digits, decimals_ - value.decimals);
    if (digits) {
      digits_.push_back(*digits);
      return;
    }
    to_doubles();
  }
  const double scale = powers_of_ten[static_cast<std::size_t>(value.decimals)];
  doubles_.push_back(value.digits / scale);
}

void NumberColumn::push(double value) {
  const bool finite = std::isfinite(value);
  if (exact_ && !finite) {
    digits_.push_back(missing);
    return;
  }
  if (exact_) to_doubles();
  doubles_.push_back(finite ? value : std::numeric_limits<double>::quiet_NaN());
}

void NumberColumn::push_missing(std::size_t count) {
  if (exact_)
    digits_.resize(digits_.size() + count, missing);
  else
    doubles_.resize(doubles_.size() + count, std::numeric_limits<double>::quiet_NaN());
}

NumberColumn NumberColumn::piece(std::size_t first, std::size_t last) const {
  NumberColumn piece;
  piece.exact_ = exact_;
  piece.decimals_ = decimals_;
  piece.scale_ = scale_;
  if (exact_)
    piece.digits_ = piece_of(digits_, first, last);
  else
    piece.doubles_ = piece_of(doubles_, first, last);
  return piece;
}

void NumberColumn::append(const NumberColumn& other) {
  if (exact_ && other.exact_ && other.decimals_ == decimals_) {
    digits_.insert(digits_.end(), other.digits_.begin(), other.digits_.end());
    return;
  }
  for (std::size_t i = 0; i < other.size(); ++i) {
    if (other.exact_ && other.digits_[i] != missing)
      push(Decimal{other.digits_[i], other.decimals_});
    else
      push(other[i]);
  }
}

void NumberColumn::filter(std::span<const std::uint8_t> keep) {
  filter_vector(digits_, keep);
  filter_vector(doubles_, keep);
}

void NumberColumn::gather(std::span<const std::uint32_t> rows, std::span<double> out) const {
  for (std::size_t i = 0; i < rows.size(); ++i) out[i] = (*this)[rows[i]];
}

// Format: 1 and the number of decimals, and 4 bytes a value; or 0 and 0, and 8 bytes a value.
void NumberColumn::append_bytes(std::string& bytes) const {
  bytes += exact_ ? '\1' : '\0';
  bytes += static_cast<char>(exact_ ? decimals_ : 0);
  if (exact_)
    bytes.append(reinterpret_cast<const char*>(digits_.data()), digits_.size() * sizeof digits_[0]);
  else
    bytes.append(reinterpret_cast<const char*>(doubles_.data()),
                 doubles_.size() * sizeof doubles_[0]);
}

NumberColumn NumberColumn::take_bytes(std::string_view& bytes, std::size_t rows) {
  const auto take = [&](auto& values) {
    values.resize(rows);
    std::memcpy(values.data(), bytes.data(), rows * sizeof values[0]);
    bytes.remove_prefix(rows * sizeof values[0]);
  };
  NumberColumn column;
  column.exact_ = bytes[0] != 0;
  column.decimals_ = static_cast<unsigned char>(bytes[1]);
  column.scale_ = powers_of_ten[static_cast<std::size_t>(column.decimals_)];
  bytes.remove_prefix(2);
  if (column.exact_)
    take(column.digits_);
  else
    take(column.doubles_);
  return column;
}

/// Gives every value more decimals; false, and nothing changed, where one of them would not fit.
bool NumberColumn::widen(int decimals) {
  const int steps = decimals - decimals_;
  for (const std::int32_t digits : digits_)
    if (digits != missing && !shifted(digits, steps)) return false;
  for (std::int32_t& digits : digits_)
    if (digits != missing) digits = *shifted(digits, steps);
  decimals_ = decimals;
  scale_ = powers_of_ten[static_cast<std::size_t>(decimals)];
  return true;
}

void NumberColumn::to_doubles() {
  doubles_.reserve(digits_.capacity());
  for (const std::int32_t digits : digits_) doubles_.push_back(from_digits(digits));
  digits_ = {};
  exact_ = false;
}

}  // namespace diamond
