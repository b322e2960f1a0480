// Which rows a model learns from, and which ones it is judged on.
#pragma once

#include <diamond/core/table.h>

#include <cstdint>
#include <vector>

namespace diamond {

enum class SplitMethod : std::uint8_t { shuffle, hash };

struct SplitSettings {
  SplitMethod method = SplitMethod::shuffle;
  double test_size = 0.2;  // share of the rows, 0 < test_size < 1
  std::uint32_t seed = 42;
};

/// Row numbers of a table; every row is in one of the two, once.
struct Split {
  std::vector<std::uint32_t> train;
  std::vector<std::uint32_t> test;
};

/// scikit-learn's `train_test_split(test_size=…, random_state=…)`, to the row and in its order:
/// with p = numpy.random.RandomState(seed).permutation(rows), the first ⌈test_size · rows⌉ of p are
/// the test rows, the rest the training rows.
[[nodiscard]] Split shuffle_split(std::size_t rows, double test_size, std::uint32_t seed);

/// A row's side depends on nothing but its ten values and the seed, so it keeps its side however
/// the data grows, and equal rows share a side. About `test_size` of the rows become test rows.
/// Both sides are in the table's order.
[[nodiscard]] Split hash_split(const Table& table, double test_size, std::uint32_t seed);

/// The sides of rows that come batch after batch: those that `make_split` gives them in a table of
/// all.
class SplitSides {
 public:
  /// `rows`: of all batches together. Memory: a bit a row; while it is made, 8 bytes a row. Throws
  /// DataError where a split that shuffles cannot number so many.
  SplitSides(const SplitSettings& settings, std::size_t rows);

  /// For each row of a batch whether it is a test row (1) or not (0). `first`: the number of its
  /// first row.
  [[nodiscard]] std::vector<std::uint8_t> test_marks(const Table& batch, std::size_t first) const;

 private:
  SplitSettings settings_;
  std::vector<bool> is_test_;  // where the split shuffles
};

/// One of the two. Throws DataError where a side would be empty.
[[nodiscard]] Split make_split(const Table& table, const SplitSettings& settings);

/// Throws DataError where one of the sides is empty.
void check_sides(std::size_t train_rows, std::size_t test_rows, const SplitSettings& settings);

/// A number for the ten values of a row: equal rows have equal numbers. The same on every machine
/// and in every version.
[[nodiscard]] std::uint64_t row_hash(const Table& table, std::size_t row);

}  // namespace diamond
