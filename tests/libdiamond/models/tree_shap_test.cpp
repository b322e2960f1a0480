#include "catch.h"
#include "support/boosted_rows.h"

#include <diamond/models/gauss_legendre.h>
#include <diamond/models/tree_shap.h>
#include <diamond/models/xgboost_format.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <map>
#include <numeric>
#include <string>
#include <vector>

using namespace diamond;
using namespace diamond::testing;

namespace {

TreeShap shap_of(const xgboost::Booster& booster) {
  return TreeShap::from_ubjson(booster.to_bytes()).value();
}

std::vector<double> contributions(const TreeShap& shap, std::span<const float> row) {
  std::vector<double> found(row.size());
  shap.contribute(row, found);
  return found;
}

/// The largest difference from the library's, as a share of the largest number there.
double difference_from_library(const xgboost::Booster& booster, const Rows& rows) {
  const TreeShap shap = shap_of(booster);
  const std::size_t columns = rows.columns.size();
  const std::vector<float> expected = booster.contributions(rows.values, columns);
  double worst = 0;
  double largest = 0;
  for (std::size_t row = 0; row < rows.size(); ++row) {
    std::vector<double> found =
        contributions(shap, std::span(rows.values).subspan(row * columns, columns));
    found.push_back(shap.base_value());
    for (std::size_t i = 0; i <= columns; ++i) {
      const double theirs = expected[row * (columns + 1) + i];
      worst = std::max(worst, std::abs(found[i] - theirs));
      largest = std::max(largest, std::abs(theirs));
    }
  }
  return worst / std::max(largest, 1.0);
}

/// What is infinite, which the library does not take here, is missing.
Rows with_odd_but_finite_values(Rows rows, unsigned seed) {
  rows = with_odd_values(std::move(rows), seed);
  for (float& value : rows.values)
    if (std::isinf(value)) value = missing;
  return rows;
}

void check_same_as_library(const Rows& rows, const Params& params, int rounds) {
  const xgboost::Booster booster = train(rows, params, rounds);
  CHECK(difference_from_library(booster, rows) < 1e-5);
  CHECK(difference_from_library(booster, with_odd_but_finite_values(rows, 5)) < 1e-5);
}

/// The trees of a small model as the file has them.
std::vector<xgboost::TreeArrays> trees_of(const xgboost::Booster& booster) {
  std::vector<xgboost::TreeArrays> trees;
  (void)xgboost::read_model(booster.to_bytes(),
                            [&](const xgboost::TreeArrays& tree) { trees.push_back(tree); });
  return trees;
}

/// What the walk arrives at that goes the row's way where it asks a column of the coalition, a bit
/// each, and both ways elsewhere. Numbers only, none missing.
double worth(const xgboost::TreeArrays& tree, std::size_t node, std::span<const float> row,
             unsigned coalition) {
  if (tree.left[node] == -1) return tree.condition[node];
  const auto left = static_cast<std::size_t>(tree.left[node]);
  const auto right = static_cast<std::size_t>(tree.right[node]);
  const auto column = static_cast<std::size_t>(tree.column[node]);
  if ((coalition >> column & 1U) != 0)
    return worth(tree, row[column] < tree.condition[node] ? left : right, row, coalition);
  return (tree.cover[left] * worth(tree, left, row, coalition) +
          tree.cover[right] * worth(tree, right, row, coalition)) /
         tree.cover[node];
}

double factorial(unsigned n) {
  return std::tgamma(n + 1.0);
}

/// By the definition: over all coalitions without the column, what it adds, times the chance that
/// just these come before it.
double shapley_value(const xgboost::TreeArrays& tree, std::span<const float> row,
                     std::size_t column) {
  const auto columns = static_cast<unsigned>(row.size());
  double value = 0;
  for (unsigned coalition = 0; coalition < 1U << columns; ++coalition) {
    if ((coalition >> column & 1U) != 0) continue;
    const auto before = static_cast<unsigned>(std::popcount(coalition));
    const double chance = factorial(before) * factorial(columns - before - 1) / factorial(columns);
    value +=
        chance * (worth(tree, 0, row, coalition | 1U << column) - worth(tree, 0, row, coalition));
  }
  return value;
}

/// A column on the path to a leaf: whether the row goes that way, and the share of the others.
struct Asked {
  double row_does = 1;
  double share = 1;
};

/// Adds the Shapley values of each leaf by itself, as integrals in double precision. Numbers only,
/// none missing.
void add_leaf_by_leaf(const xgboost::TreeArrays& tree, std::size_t node, std::span<const float> row,
                      const std::map<std::size_t, Asked>& path, std::vector<double>& values) {
  static const Quadrature rule = gauss_legendre(32);
  if (tree.left[node] == -1) {
    for (const auto& [column, asked] : path)
      for (std::size_t i = 0; i < 32; ++i) {
        double product = rule.weights[i] * tree.condition[node] * (asked.row_does - asked.share);
        for (const auto& [other, its] : path)
          if (other != column) product *= std::lerp(its.share, its.row_does, rule.nodes[i]);
        values[column] += product;
      }
    return;
  }
  const auto column = static_cast<std::size_t>(tree.column[node]);
  for (const bool is_left : {true, false}) {
    const auto child = static_cast<std::size_t>(is_left ? tree.left[node] : tree.right[node]);
    auto longer = path;
    Asked& asked = longer[column];
    if ((row[column] < tree.condition[node]) != is_left) asked.row_does = 0;
    asked.share *= static_cast<double>(tree.cover[child]) / tree.cover[node];
    add_leaf_by_leaf(tree, child, row, longer, values);
  }
}

Rows without_missing(Rows rows) {
  for (float& value : rows.values)
    if (std::isnan(value)) value = 0.25F;
  return rows;
}

}  // namespace

TEST_CASE("tree shap: contributions are Shapley values by their definition") {
  const Rows rows = without_missing(random_rows(300, 6, 0, 1, 21));
  const Params params = GENERATE(values<Params>({
      {{"max_depth", "2"}},
      {{"max_depth", "7"}, {"min_child_weight", "0"}},
      {{"max_depth", "0"}, {"max_leaves", "40"}, {"grow_policy", "lossguide"}},
  }));
  CAPTURE(params);
  const xgboost::Booster booster = train(rows, params, 3);
  const TreeShap shap = shap_of(booster);
  const auto trees = trees_of(booster);
  for (std::size_t i = 0; i < 20; ++i) {
    const auto row = std::span(rows.values).subspan(i * 6, 6);
    const std::vector<double> found = contributions(shap, row);
    for (std::size_t column = 0; column < 6; ++column) {
      double expected = 0;
      for (const auto& tree : trees) expected += shapley_value(tree, row, column);
      CHECK(found[column] == Approx(expected).margin(2e-6));
    }
  }
}

TEST_CASE(
    "tree shap: contributions are the library's, for numbers, categories and missing values") {
  const Rows numbers = random_rows(201, 7, 0, 1, 1);
  const Rows mixed = random_rows(203, 4, 3, 8, 2);
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
      {{"objective", "count:poisson"}},
      {{"base_score", "0.1"}},
      {{"base_score", "-3.5"}},
  }));
  CAPTURE(params);
  check_same_as_library(numbers, params, 20);
  check_same_as_library(mixed, params, 20);
}

TEST_CASE("tree shap: trees that are one leaf add to the base value only") {
  Rows rows = random_rows(100, 3, 0, 1, 6);
  rows.targets.assign(rows.size(), 777);
  const xgboost::Booster booster = train(rows, {}, 10);
  check_same_as_library(rows, {}, 10);
  const TreeShap shap = shap_of(booster);
  CHECK(contributions(shap, std::span(rows.values).first(3)) == std::vector<double>(3));
}

TEST_CASE("tree shap: paths with many columns take more nodes of the rule") {
  // each split on another column, so that paths get as long as there are columns
  const std::size_t columns = GENERATE(15U, 16U, 17U, 33U, 63U);
  CAPTURE(columns);
  Rows rows = random_rows(400, columns, 0, 1, 7);
  for (std::size_t row = 0; row < rows.size(); ++row) {
    float target = 0;
    for (std::size_t i = 0; i < columns; ++i) {
      float& value = rows.values[row * columns + i];
      value = (row * 7919 + i * 104'729) % (i + 3) == 0 ? 1.0F : 0.0F;
      target += value * static_cast<float>(i % 5);
    }
    rows.targets[row] = target;
  }
  const Params params = {
      {"max_depth", "0"},        {"max_leaves", "300"}, {"grow_policy", "lossguide"},
      {"min_child_weight", "0"}, {"lambda", "0"},       {"colsample_bynode", "0.2"}};
  // not against the library: on such paths its floats are off by more than ours
  const xgboost::Booster booster = train(rows, params, 5);
  const TreeShap shap = shap_of(booster);
  const auto trees = trees_of(booster);
  for (std::size_t i = 0; i < 20; ++i) {
    const auto row = std::span(rows.values).subspan(i * columns, columns);
    std::vector<double> expected(columns);
    for (const auto& tree : trees) add_leaf_by_leaf(tree, 0, row, {}, expected);
    const std::vector<double> found = contributions(shap, row);
    for (std::size_t column = 0; column < columns; ++column)
      CHECK(found[column] == Approx(expected[column]).margin(1e-5));
  }
}

TEST_CASE("tree shap: base value and contributions add up to the leaves that the row comes to") {
  const Rows rows = random_rows(300, 5, 2, 6, 31);
  const xgboost::Booster booster = train(rows, {{"max_depth", "9"}}, 50);
  const TreeShap shap = shap_of(booster);
  std::vector<float> predictions(rows.size());
  booster.predict(rows.values, predictions);
  for (std::size_t row = 0; row < rows.size(); ++row) {
    const auto found = contributions(shap, std::span(rows.values).subspan(row * 7, 7));
    CHECK(std::accumulate(found.begin(), found.end(), shap.base_value()) ==
          Approx(predictions[row]).epsilon(1e-5));
  }
}

TEST_CASE("tree shap: a column that no tree asks contributes nothing") {
  Rows rows = random_rows(200, 4, 0, 1, 41);
  for (std::size_t row = 0; row < rows.size(); ++row) rows.values[row * 4 + 2] = 1;
  const TreeShap shap = shap_of(train(rows, {}, 20));
  for (std::size_t row = 0; row < rows.size(); ++row)
    CHECK(contributions(shap, std::span(rows.values).subspan(row * 4, 4))[2] == 0);
}
