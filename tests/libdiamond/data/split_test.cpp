#include "catch.h"
#include "support/messages.h"
#include "support/reference.h"
#include "support/stones.h"

#include <diamond/core/error.h>
#include <diamond/data/split.h>

#include <algorithm>

using namespace diamond;
using namespace diamond::testing;
using Rows = std::vector<std::uint32_t>;

namespace {

bool is_partition(const Split& split, std::size_t rows) {
  Rows all = split.train;
  all.insert(all.end(), split.test.begin(), split.test.end());
  std::sort(all.begin(), all.end());
  if (all.size() != rows) return false;
  for (std::uint32_t i = 0; i < rows; ++i)
    if (all[i] != i) return false;
  return true;
}

bool is_test_row(const Split& split, std::uint32_t row) {
  return std::binary_search(split.test.begin(), split.test.end(), row);
}

}  // namespace

TEST_CASE("the shuffled split is scikit-learn's to the row and in its order") {
  for (const Json& split : reference()["split"]) {  // train_test_split of range(n)
    INFO(split["n"] << " rows, seed " << split["seed"]);
    const Split ours =
        shuffle_split(split["n"].get<std::size_t>(), split["test_size"].get<double>(),
                      split["seed"].get<std::uint32_t>());
    CHECK(ours.train == split["train"].get<Rows>());
    CHECK(ours.test == split["test"].get<Rows>());
  }
}

TEST_CASE(
    "the shuffled split has the rows of the well-known data set on the sides that scikit-learn "
    "gives them") {
  const Split split =
      shuffle_split(reference()["dataset"]["rows_kept"].get<std::size_t>(), 0.2, 42);
  CHECK(split.train.size() == reference()["linear_log_price"]["train_rows"]);
  CHECK(split.test.size() == reference()["linear_log_price"]["test_rows"]);
  CHECK(is_partition(split, 53'920));
}

TEST_CASE("a row keeps its side of the hashed split when the data grow or change their order") {
  auto stones = random_stones(2'000, 21);
  const Split before = hash_split(table_of(stones), 0.3, 42);
  auto grown = random_stones(1'000, 22);
  grown.insert(grown.end(), stones.rbegin(), stones.rend());
  const Split after = hash_split(table_of(grown), 0.3, 42);
  std::size_t moved = 0;
  for (std::uint32_t row = 0; row < 2'000; ++row)
    moved += is_test_row(before, row) != is_test_row(after, 2'999 - row) ? 1 : 0;
  CHECK(moved == 0);
  CHECK(is_partition(before, 2'000));
  CHECK(is_partition(after, 3'000));
}

TEST_CASE("equal rows share a side of the hashed split") {
  auto stones = random_stones(500, 23);
  stones.insert(stones.end(), stones.begin(), stones.begin() + 500);
  const Split split = hash_split(table_of(stones), 0.5, 1);
  for (std::uint32_t row = 0; row < 500; ++row)
    CHECK(is_test_row(split, row) == is_test_row(split, row + 500));
}

TEST_CASE("the hashed split has about the share of test rows that is asked for") {
  const double test_size = GENERATE(0.05, 0.2, 0.5, 0.9);
  const Table table = table_of(random_stones(20'000, 24));
  const auto share = static_cast<double>(hash_split(table, test_size, 42).test.size()) / 20'000;
  // five standard deviations of a share of 20'000 independent draws
  CHECK(std::abs(share - test_size) < 5 * std::sqrt(test_size * (1 - test_size) / 20'000));
}

TEST_CASE("another seed gives another hashed split") {
  const Table table = table_of(random_stones(1'000, 25));
  CHECK(hash_split(table, 0.2, 1).test != hash_split(table, 0.2, 2).test);
  CHECK(hash_split(table, 0.2, 1).test == hash_split(table, 0.2, 1).test);
}

TEST_CASE("the number of a row is the same for ever") {
  // Computed with a transcription to Python: for each value v of carat, depth, table, x, y, z,
  // price, h = mix(h + 0x9e3779b97f4a7c15 + bits(v)) from h = cut << 16 | color << 8 | clarity; mix
  // is SplitMix64's finalizer.
  const Table table = table_of({
      stone({.carat = 0.23,
             .cut = Cut::ideal,
             .color = Color::E,
             .clarity = Clarity::SI2,
             .depth = 61.5,
             .table = 55,
             .x = 3.95,
             .y = 3.98,
             .z = 2.43,
             .price = 326}),
      stone({.carat = 0.29,
             .cut = Cut::premium,
             .color = Color::I,
             .clarity = Clarity::VS2,
             .depth = 62.4,
             .table = 58,
             .x = 4.2,
             .y = 4.23,
             .z = 2.63,
             .price = 334}),
      stone({.carat = 1,
             .cut = Cut::fair,
             .color = Color::J,
             .clarity = Clarity::I1,
             .depth = 1,
             .table = 1,
             .x = 1,
             .y = 1,
             .z = 1,
             .price = 1}),
  });
  CHECK(row_hash(table, 0) == 0x234cc208c3d3c259U);
  CHECK(row_hash(table, 1) == 0xed44550fc0989b3aU);
  CHECK(row_hash(table, 2) == 0xc3eb28dd5dfd98eeU);
}

TEST_CASE("minus zero and zero are the same number to a row") {
  const Table table = table_of({stone({.x = 0.0}), stone({.x = -0.0})});
  CHECK(row_hash(table, 0) == row_hash(table, 1));
}

TEST_CASE("a split with an empty side is an error with the way out") {
  check_says(message_of<DataError>([] { (void)make_split(table_of({stone()}), {}); }),
             {"1 rows", "no training rows", "--test-size"});
  const Table few = table_of(random_stones(3, 26));
  check_says(message_of<DataError>([&] {
               (void)make_split(few, {SplitMethod::hash, 1e-9, 42});
             }),
             {"3 rows", "no test rows"});
}

TEST_CASE("the settings choose the method, the share and the seed") {
  const Table table = table_of(random_stones(200, 27));
  CHECK(make_split(table, {SplitMethod::shuffle, 0.3, 5}).test == shuffle_split(200, 0.3, 5).test);
  CHECK(make_split(table, {SplitMethod::hash, 0.3, 5}).test == hash_split(table, 0.3, 5).test);
}

TEST_CASE("batch by batch the rows have the sides that they have in a table of all") {
  const Table table = table_of(random_stones(1'000, 5));
  for (const SplitMethod method : {SplitMethod::shuffle, SplitMethod::hash}) {
    const SplitSettings settings{method, 0.3, 7};
    Rows expected = make_split(table, settings).test;
    std::sort(expected.begin(), expected.end());
    const SplitSides sides(settings, table.rows());
    Rows found;
    for (std::size_t first = 0; first < table.rows(); first += 300) {
      std::vector<std::uint8_t> keep(table.rows());
      for (std::size_t row = first; row < std::min<std::size_t>(first + 300, table.rows()); ++row)
        keep[row] = 1;
      Table batch = table;
      batch.filter(keep);
      const std::vector<std::uint8_t> marks = sides.test_marks(batch, first);
      REQUIRE(marks.size() == batch.rows());
      for (std::size_t row = 0; row < marks.size(); ++row)
        if (marks[row] != 0) found.push_back(static_cast<std::uint32_t>(first + row));
    }
    CHECK(found == expected);
  }
}

TEST_CASE("more rows than a shuffle can number are told with the split that can") {
  const std::size_t many = std::size_t{1} << 33U;
  check_says(message_of<DataError>([&] { (void)SplitSides({}, many); }),
             {"8589934592 rows", "choose the split \"hash\""});
  CHECK_NOTHROW(SplitSides({SplitMethod::hash, 0.2, 1}, many));
}
