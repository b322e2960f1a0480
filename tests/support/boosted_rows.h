// Rows of numbers and categories, and trees that the library learns from them.
#pragma once

#include <diamond/models/xgboost_library.h>

#include <algorithm>
#include <cstddef>
#include <limits>
#include <map>
#include <random>
#include <span>
#include <string>
#include <vector>

namespace diamond::testing {

inline constexpr float missing = std::numeric_limits<float>::quiet_NaN();
inline constexpr float infinity = std::numeric_limits<float>::infinity();

using Params = std::map<std::string, std::string>;

/// Rows of numbers and categories, some missing, and targets above 0 that follow from them.
struct Rows {
  std::vector<xgboost::Column> columns;
  std::vector<float> values;
  std::vector<float> targets;

  [[nodiscard]] std::size_t size() const { return targets.size(); }
};

/// `numbers` columns of numbers, then `categories` of categories 0 … `kinds` - 1.
inline Rows random_rows(std::size_t count, std::size_t numbers, std::size_t categories, int kinds,
                        unsigned seed) {
  Rows rows;
  std::mt19937 random(seed);
  std::normal_distribution<float> number;
  std::uniform_int_distribution<int> category(0, kinds - 1);
  std::bernoulli_distribution is_missing(0.1);
  for (std::size_t i = 0; i < numbers + categories; ++i)
    rows.columns.push_back({"c" + std::to_string(i), i >= numbers});
  for (std::size_t row = 0; row < count; ++row) {
    float target = 10;
    for (std::size_t i = 0; i < rows.columns.size(); ++i) {
      const float value = i < numbers ? number(random) : static_cast<float>(category(random));
      const float part =
          i < numbers ? value * value : static_cast<float>(static_cast<int>(value) * 7 % 5);
      rows.values.push_back(is_missing(random) ? missing : value);
      target += part / static_cast<float>(i + 1);
    }
    rows.targets.push_back(target);
  }
  return rows;
}

inline xgboost::Matrix matrix_of(const Rows& rows) {
  xgboost::MatrixSource source;
  source.columns = rows.columns;
  source.batches = 1;
  source.fill = [&](std::size_t /*batch*/, xgboost::MatrixRows& all) {
    all = {rows.values, rows.targets, {}};
  };
  return xgboost::Matrix::dense(source);
}

inline xgboost::Booster train(const Rows& rows, const Params& params, int rounds) {
  const xgboost::Matrix matrix = matrix_of(rows);
  xgboost::Booster booster(matrix);
  booster.set("nthread", "1");
  booster.set("tree_method", "hist");
  for (const auto& [name, value] : params) booster.set(name, value);
  for (int i = 0; i < rounds; ++i) booster.update(i, matrix);
  return booster;
}

/// Every column of numbers is now and then what is hard to place.
inline Rows with_odd_values(Rows rows, unsigned seed) {
  std::mt19937 random(seed);
  std::bernoulli_distribution is_odd(0.1);
  const std::vector<float> numbers = {infinity, -infinity, 0.0F, -0.0F, 1e-40F, 3e38F, missing};
  const std::vector<float> categories = {-1.0F, -0.5F, 2.5F,  31.0F,    32.0F,     64.0F,
                                         1e9F,  4e9F,  1e30F, infinity, -infinity, missing};
  for (std::size_t i = 0; i < rows.values.size(); ++i) {
    if (!is_odd(random)) continue;
    const bool is_category = rows.columns[i % rows.columns.size()].is_category;
    const std::vector<float>& odd = is_category ? categories : numbers;
    rows.values[i] = odd[random() % odd.size()];
  }
  return rows;
}

}  // namespace diamond::testing
