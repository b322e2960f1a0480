#include <diamond/core/error.h>
#include <diamond/core/huge_pages.h>
#include <diamond/core/random.h>
#include <diamond/data/split.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <limits>
#include <numeric>
#include <random>
#include <utility>

namespace diamond {
namespace {

/// A number in [0, most], as numpy draws it: random bits under a mask, thrown away while they are
/// too large.
std::uint32_t bounded(std::mt19937& random, std::uint32_t most) {
  const std::uint32_t mask = static_cast<std::uint32_t>(std::bit_ceil(std::uint64_t{most} + 1) - 1);
  while (true) {
    const auto drawn = static_cast<std::uint32_t>(random()) & mask;
    if (drawn <= most) return drawn;
  }
}

/// numpy.random.RandomState(seed).permutation(count). RandomState is MT19937 seeded as std::mt19937
/// is.
std::vector<std::uint32_t> permutation(std::size_t count, std::uint32_t seed) {
  std::vector<std::uint32_t> order;
  reserve_to_fill(order, count);
  order.resize(count);
  std::iota(order.begin(), order.end(), 0U);
  std::mt19937 random(seed);
  // Partners are known some steps before they are needed: by then they have come from memory.
  std::array<std::uint32_t, 64> partners{};
  for (std::size_t left = count; left > 1;) {
    const std::size_t steps = std::min(partners.size(), left - 1);
    for (std::size_t i = 0; i < steps; ++i) {
      partners[i] = bounded(random, static_cast<std::uint32_t>(left - 1 - i));
      __builtin_prefetch(&order[partners[i]], 1);
    }
    for (std::size_t i = 0; i < steps; ++i) std::swap(order[--left], order[partners[i]]);
  }
  return order;
}

bool is_test_by_hash(const Table& table, std::size_t row, double test_size, std::uint32_t seed) {
  const std::uint64_t bits = mix_bits(row_hash(table, row) + seed);
  const double place = static_cast<double>(bits >> 11U) * 0x1p-53;  // in [0, 1)
  return place < test_size;
}

}  // namespace

Split shuffle_split(std::size_t rows, double test_size, std::uint32_t seed) {
  const auto test_rows = static_cast<std::size_t>(std::ceil(test_size * static_cast<double>(rows)));
  std::vector<std::uint32_t> order = permutation(rows, seed);
  const auto border = order.begin() + static_cast<std::ptrdiff_t>(std::min(test_rows, rows));
  Split split;
  split.train.assign(border, order.end());
  order.erase(border, order.end());
  split.test = std::move(order);
  return split;
}

Split hash_split(const Table& table, double test_size, std::uint32_t seed) {
  Split split;
  for (std::size_t row = 0; row < table.rows(); ++row)
    (is_test_by_hash(table, row, test_size, seed) ? split.test : split.train)
        .push_back(static_cast<std::uint32_t>(row));
  return split;
}

SplitSides::SplitSides(const SplitSettings& settings, std::size_t rows) : settings_(settings) {
  if (settings.method == SplitMethod::hash) return;
  constexpr std::size_t most = std::numeric_limits<std::uint32_t>::max();
  if (rows > most)
    throw DataError("",
                    std::to_string(rows) +
                        " rows are more than the split \"shuffle\" can number, " +
                        std::to_string(most),
                    "choose the split \"hash\"");
  is_test_.resize(rows);
  for (const std::uint32_t row : shuffle_split(rows, settings.test_size, settings.seed).test)
    is_test_[row] = true;
}

std::vector<std::uint8_t> SplitSides::test_marks(const Table& batch, std::size_t first) const {
  std::vector<std::uint8_t> marks(batch.rows());
  for (std::size_t row = 0; row < marks.size(); ++row)
    marks[row] = settings_.method == SplitMethod::shuffle
                     ? is_test_[first + row]
                     : is_test_by_hash(batch, row, settings_.test_size, settings_.seed);
  return marks;
}

Split make_split(const Table& table, const SplitSettings& settings) {
  Split split = settings.method == SplitMethod::shuffle
                    ? shuffle_split(table.rows(), settings.test_size, settings.seed)
                    : hash_split(table, settings.test_size, settings.seed);
  check_sides(split.train.size(), split.test.size(), settings);
  return split;
}

void check_sides(std::size_t train_rows, std::size_t test_rows, const SplitSettings& settings) {
  if (train_rows > 0 && test_rows > 0) return;
  throw DataError("",
                  "with " + std::to_string(train_rows + test_rows) + " rows and a test_size of " +
                      std::to_string(settings.test_size) + " there are no " +
                      (train_rows == 0 ? "training" : "test") + " rows",
                  "bring more data, or choose another --test-size");
}

std::uint64_t row_hash(const Table& table, std::size_t row) {
  std::uint64_t hash = static_cast<std::uint64_t>(table.cut[row]) << 16U |
                       static_cast<std::uint64_t>(table.color[row]) << 8U |
                       static_cast<std::uint64_t>(table.clarity[row]);
  for (const Quantity quantity : priced_quantities)
    hash = mix_bits(hash + golden_step + std::bit_cast<std::uint64_t>(table[quantity][row] + 0.0));
  return hash;
}

}  // namespace diamond
