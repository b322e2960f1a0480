#include "catch.h"
#include "support/boosted_rows.h"
#include "support/messages.h"

#include <diamond/models/flat_forest.h>
#include <diamond/models/tree_shap.h>

#include <algorithm>
#include <bit>
#include <cstdint>
#include <limits>
#include <map>
#include <random>
#include <string>
#include <variant>
#include <vector>

using namespace diamond;
using namespace diamond::testing;

namespace {

FlatForest forest_of(const std::string& bytes) {
  auto read = FlatForest::from_ubjson(bytes);
  if (const auto* refusal = std::get_if<FlatForest::Refusal>(&read)) FAIL(refusal->why);
  return std::get<FlatForest>(std::move(read));
}

/// Why the bytes are refused; "" where they are not.
std::string refusal_of(const std::string& bytes) {
  const auto read = FlatForest::from_ubjson(bytes);
  const auto* refusal = std::get_if<FlatForest::Refusal>(&read);
  return refusal != nullptr ? refusal->why : "";
}

std::vector<std::uint32_t> bits_of(const std::vector<float>& numbers) {
  std::vector<std::uint32_t> bits;
  for (const float number : numbers) bits.push_back(std::bit_cast<std::uint32_t>(number));
  return bits;
}

std::vector<float> one_at_a_time(const FlatForest& forest, const Rows& rows) {
  std::vector<float> predictions;
  const std::span<const float> values(rows.values);
  for (std::size_t i = 0; i < rows.size(); ++i)
    predictions.push_back(forest.predict(values.subspan(i * forest.columns(), forest.columns())));
  return predictions;
}

/// One at a time and together, on the rows and on odd ones, to the bit.
void check_same_as_library(const Rows& train_rows, const Params& params, int rounds) {
  const std::string bytes = train(train_rows, params, rounds).to_bytes();
  const xgboost::Booster library = xgboost::Booster::from_bytes(bytes, "test");
  const FlatForest forest = forest_of(bytes);
  CHECK(forest.columns() == train_rows.columns.size());
  for (const Rows& rows : {train_rows, with_odd_values(train_rows, 5)}) {
    std::vector<float> expected(rows.size());
    library.predict(rows.values, expected);
    std::vector<float> predictions(rows.size());
    forest.predict(rows.values, predictions);
    CHECK(bits_of(predictions) == bits_of(expected));
    CHECK(bits_of(one_at_a_time(forest, rows)) == bits_of(expected));
  }
}

}  // namespace

TEST_CASE("forest: it predicts what the library does, to the bit") {
  const Rows numbers = random_rows(501, 7, 0, 1, 1);
  const Rows mixed = random_rows(503, 4, 3, 8, 2);
  const Params params = GENERATE(values<Params>({
      {},
      {{"max_depth", "1"}},
      {{"max_depth", "12"}, {"min_child_weight", "0"}},
      {{"max_depth", "0"}, {"max_leaves", "60"}, {"grow_policy", "lossguide"}},
      {{"gamma", "20"}},
      {{"tree_method", "approx"}, {"gamma", "20"}},
      {{"num_parallel_tree", "3"}, {"subsample", "0.5"}},
      {{"max_cat_to_onehot", "100"}},
      {{"objective", "reg:gamma"}},
      {{"objective", "reg:tweedie"}},
      {{"objective", "count:poisson"}},
      {{"objective", "reg:squaredlogerror"}},
      {{"objective", "reg:pseudohubererror"}},
      {{"objective", "reg:absoluteerror"}},
      {{"base_score", "0.1"}},
      {{"base_score", "7.7340183"}},
      {{"base_score", "1.17549435e-38"}},
      {{"base_score", "3932.7997"}, {"objective", "reg:gamma"}},
  }));
  CAPTURE(params);
  check_same_as_library(numbers, params, 20);
  check_same_as_library(mixed, params, 20);
}

TEST_CASE("forest: exact splits, which may lie anywhere") {
  check_same_as_library(random_rows(400, 5, 0, 1, 3), {{"tree_method", "exact"}, {"gamma", "5"}},
                        20);
}

TEST_CASE("forest: any number of trees and of rows") {
  const int trees = GENERATE(1, 7, 8, 9, 17);
  const int rows = GENERATE(1, 2, 7, 8, 9, 63, 64, 65, 129);
  CAPTURE(trees, rows);
  check_same_as_library(random_rows(static_cast<std::size_t>(rows), 3, 1, 5, 4),
                        {{"min_child_weight", "0"}}, trees);
}

TEST_CASE("forest: trees that are one leaf") {
  Rows rows = random_rows(100, 3, 0, 1, 6);
  rows.targets.assign(rows.size(), 777);
  check_same_as_library(rows, {}, 10);
}

TEST_CASE("forest: as many columns and categories as there may be") {
  check_same_as_library(random_rows(300, 63, 0, 1, 7), {}, 10);
  check_same_as_library(random_rows(300, 3, 60, 3, 8), {}, 10);
  check_same_as_library(random_rows(3'000, 1, 1, 32, 9), {{"max_cat_to_onehot", "1"}}, 10);
  CHECK(refusal_of(train(random_rows(500, 64, 0, 1, 7), {}, 30).to_bytes()) ==
        "it has more than 63 columns");
  CHECK(refusal_of(train(random_rows(3'000, 1, 1, 40, 9), {}, 10).to_bytes()) ==
        "it has categories above 31");
}

TEST_CASE("forest: no rows give no predictions") {
  const FlatForest forest = forest_of(train(random_rows(50, 3, 0, 1, 6), {}, 3).to_bytes());
  CHECK(forest.trees() == 3);
  CHECK_NOTHROW(forest.predict({}, {}));
}

TEST_CASE("forest: what it does not understand it refuses, and says why") {
  const Rows rows = random_rows(200, 3, 0, 1, 10);
  const auto refusal = [&](const Params& params) {
    return refusal_of(train(rows, params, 3).to_bytes());
  };
  CHECK(refusal({{"booster", "dart"}}) == "its booster is not gbtree");
  CHECK(refusal({{"booster", "gblinear"}, {"updater", "coord_descent"}}) ==
        "its booster is not gbtree");
  CHECK(refusal({{"objective", "rank:pairwise"}}) == "its objective is none of the known ones");
  Rows classes = rows;
  for (float& target : classes.targets) target = static_cast<float>(static_cast<int>(target) % 3);
  CHECK_FALSE(
      refusal_of(
          train(classes, {{"objective", "multi:softprob"}, {"num_class", "3"}}, 3).to_bytes())
          .empty());
}

namespace {

/// A small model whose arrays can be changed.
class Altered {
 public:
  explicit Altered(std::size_t categories = 0)
      : bytes_(train(random_rows(200, 2, categories, 6, 11),
                     {{"max_depth", "3"}, {"base_score", "0.5"}}, 3)  // newer libraries estimate it
                   .to_bytes()) {}

  /// Puts a number into the first array of this name that has some.
  Altered& set(const std::string& name, std::size_t index, std::uint32_t number) {
    const std::size_t size = name == "default_left" || name == "split_type"                ? 1
                             : name == "categories_segments" || name == "categories_sizes" ? 8
                                                                                           : 4;
    const std::size_t numbers = first_of(name);
    for (std::size_t byte = 0; byte < std::min<std::size_t>(size, 4); ++byte)
      bytes_[numbers + (index + 1) * size - 1 - byte] =
          static_cast<char>(number >> (8 * byte) & 0xffU);
    return *this;
  }

  /// Puts a byte behind the text.
  Altered& set_behind(const std::string& text, int byte) {
    bytes_.at(bytes_.find(text) + text.size()) = static_cast<char>(byte);
    return *this;
  }

  Altered& replace(const std::string& old_text, const std::string& new_text) {
    bytes_.replace(bytes_.find(old_text), old_text.size(), new_text);
    return *this;
  }

  [[nodiscard]] std::string refusal() const { return refusal_of(bytes_); }
  [[nodiscard]] const std::string& bytes() const { return bytes_; }

 private:
  /// Where the numbers begin of the first array of this name that has some.
  [[nodiscard]] std::size_t first_of(const std::string& name) const {
    for (std::size_t i = bytes_.find(name + "[$"); i != std::string::npos;
         i = bytes_.find(name + "[$", i + 1)) {
      const std::size_t numbers = i + name.size() + 13;  // "[$t#L" and 8 bytes
      if (bytes_.at(numbers - 1) != 0) return numbers;
    }
    FAIL("there is no such array: " << name);
    return 0;
  }

  std::string bytes_;
};

}  // namespace

TEST_CASE("forest: trees that are none are refused") {
  CHECK(Altered().refusal().empty());
  CHECK(Altered().set("left_children", 0, 0).refusal() == "two nodes share a child");
  CHECK(Altered().set("left_children", 1, 0).refusal() == "two nodes share a child");
  CHECK(Altered().set("left_children", 0, 2).refusal() == "two nodes share a child");
  CHECK(Altered().set("left_children", 0, 5'000).refusal() ==
        "a node has a child that is not there");
  CHECK(Altered().set("right_children", 0, 0xffffffff).refusal() ==
        "a node has a child that is not there");
  CHECK(Altered().set("split_indices", 0, 2).refusal() ==
        "a tree looks at a column that is not there");
  CHECK(Altered().set("split_indices", 0, 0xffffffff).refusal() == "it has more than 63 columns");
  CHECK(Altered().set("split_conditions", 0, 0x7fc00000).refusal() ==
        "a threshold is not a number");
  CHECK(Altered().set("split_type", 0, 1).refusal() == "a node lacks its set of categories");
}

TEST_CASE("forest: sets of categories that are none are refused") {
  CHECK(Altered(6).refusal().empty());
  CHECK(Altered(6).set("categories", 0, 32).refusal() == "it has categories above 31");
  CHECK(Altered(6).set("categories", 0, 0xffffffff).refusal() == "it has categories above 31");
  CHECK(Altered(6).set("categories_sizes", 0, 0).refusal() == "a set of categories is empty");
  for (const char* name : {"categories_sizes", "categories_segments", "categories_nodes"})
    CHECK(Altered(6).set(name, 0, 1'000'000).refusal() ==
          "a set of categories lies outside of its tree");
}

TEST_CASE("forest: heads that are not known are refused") {
  CHECK(Altered().replace("reg:squarederror", "reg:squaredERROR").refusal() ==
        "its objective is none of the known ones");
  CHECK(Altered().replace("base_scoreSL", "base_scorxSL").refusal() == "it has no base score");
  CHECK(Altered().replace("5E-1", "5E-x").refusal() == "its base score is not one number");
  const std::string version = std::string("version[#L") + std::string(7, '\0') + "\3i";
  check_says(Altered().set_behind(version, 99).refusal(), {"XGBoost 1.6 to 3.0"});
}

TEST_CASE("forest: a base score may stand in brackets") {
  Altered altered;
  altered.replace(std::string("\0\0\0\4", 4) + "5E-1", std::string("\0\0\0\6", 4) + "[5E-1]");
  const Rows rows = random_rows(200, 2, 0, 6, 11);
  CHECK(bits_of(one_at_a_time(forest_of(altered.bytes()), rows)) ==
        bits_of(one_at_a_time(forest_of(Altered().bytes()), rows)));
}

TEST_CASE("forest: files cut short or with more behind are refused") {
  const std::string whole = Altered(2).bytes();
  for (std::size_t size = 0; size < whole.size(); ++size)
    if (refusal_of(whole.substr(0, size)).empty()) FAIL("its first " << size << " bytes passed");
  CHECK(refusal_of(whole + "x") == "something follows its end");
  CHECK_FALSE(refusal_of(std::string(1'000'000, '[')).empty());
  CHECK_FALSE(refusal_of(std::string(1'000'000, '{')).empty());
}

TEST_CASE("forest: whatever a byte is changed to, it is refused or predicts something") {
  const std::string whole = Altered(2).bytes();
  const Rows rows = random_rows(9, 2, 2, 6, 12);
  std::mt19937 random(13);
  for (std::size_t i = 0; i < whole.size(); ++i)
    for (const unsigned value : {0U, 0x7fU, 0xffU, static_cast<unsigned>(random() % 256)}) {
      std::string changed = whole;
      changed[i] = static_cast<char>(value);
      const auto read = FlatForest::from_ubjson(changed);
      const auto* forest = std::get_if<FlatForest>(&read);
      if (forest == nullptr || forest->columns() != rows.columns.size()) continue;
      std::vector<float> predictions(rows.size());
      forest->predict(rows.values, predictions);
      if (bits_of(one_at_a_time(*forest, rows)) != bits_of(predictions)) FAIL("byte " << i);
      std::vector<double> contributions(rows.columns.size());
      TreeShap::from_ubjson(changed).value().contribute(
          std::span(rows.values).first(contributions.size()), contributions);
    }
}
