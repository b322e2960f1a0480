// What each column adds to the sum of boosted trees: exact path-dependent SHAP values, those that
// XGBoost calls pred_contribs (Lundberg, Erion & Lee, "Consistent Individualized Feature
// Attribution for Tree Ensembles", arXiv 1802.03888, 2018).
//
// The game: a coalition of columns is worth what a walk down the tree is expected to arrive at that
// goes the row's way where a column of the coalition is asked, and both ways elsewhere, each with
// the share of the training rows that went it.
//
// How it becomes fast: Let each column be known with a chance of t, independently of the others.
// Then the expected leaf is Owen's multilinear extension of the game on its diagonal, and a
// column's Shapley value is the integral, t from 0 to 1, of its derivative by the column's own
// chance (Owen, "Multilinear Extensions of Games", Management Science 18, 1972). On a path with m
// columns that is a polynomial in t of degree m - 1, so Gauss and Legendre's rule with m/2 nodes is
// exact.
//
// At one t, all derivatives come from one pass down the tree and one up, as in backpropagation:
// down go the chances of coming to a node, up comes the leaf to be expected from there. The nodes
// of the rule lie side by side in the processor's wide registers: eight are enough for 16 columns
// on a path, and more take another pass. An explanation takes time with the number of leaves, not
// of leaves times depth squared as in the paper.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

namespace diamond {

/// Never changes; every method is safe from any thread.
class TreeShap {
 public:
  /// From the file of an XGBoost model (UBJSON); nothing where a tree has more than 65,535 nodes.
  /// Requires: FlatForest understands it.
  [[nodiscard]] static std::optional<TreeShap> from_ubjson(std::string_view bytes);

  TreeShap(const TreeShap&) = delete;
  TreeShap& operator=(const TreeShap&) = delete;
  TreeShap(TreeShap&& other) noexcept;
  TreeShap& operator=(TreeShap&& other) noexcept;
  ~TreeShap();

  /// The sum of the trees that is expected where no column is known, with the base score. For
  /// objectives whose prediction is the exponential of that sum: still the sum.
  [[nodiscard]] double base_value() const;

  /// Fills in what each column adds to it: base value and contributions make up the sum of the
  /// leaves that the row comes to. NaN is missing.
  /// Requires: row.size() == contributions.size() == the number of columns.
  void contribute(std::span<const float> row, std::span<double> contributions) const;

 private:
  struct Forest;

  explicit TreeShap(std::unique_ptr<const Forest> forest);

  std::unique_ptr<const Forest> forest_;
};

}  // namespace diamond
