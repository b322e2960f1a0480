// The trees of an XGBoost model in one array, made for nothing but predicting.
//
// The library walks one tree after another, node by node, and at each node the processor has to
// guess which way it goes. Here a step has no branch, and eight walks are under way at a time:
// eight trees for one row, or eight rows for one tree. That such walks hide each other's waiting is
// from Asadi, Lin and de Vries, "Runtime Optimizations for Tree-Based Machine Learning Models",
// IEEE TKDE 26(9), 2014 (doi:10.1109/TKDE.2013.73).
//
// How it becomes one compare and one addition:
// - A node is 8 bytes, so eight of them share a cache line: those of which one leads to the other.
//   The right child follows the left one.
// - A row's numbers become whole numbers in slots that a node names, a category one bit
//   (forest_slots.h).
// - A leaf leads to itself, so who is early waits there for the others.
#pragma once

#include <diamond/models/forest_slots.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <new>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace diamond {

/// Never changes; every method is safe from any thread and takes no memory.
class FlatForest {
 public:
  static constexpr std::size_t most_columns = forest::most_columns;

  /// Why a model is not understood, in a few words.
  struct Refusal {
    std::string why;
  };

  /// From the file of an XGBoost model (UBJSON), which need not be trusted. It understands what
  /// versions 1.6 to 3.0 write, where: the booster is gbtree, with one output; the objective is one
  /// of those for regression that leave the sum as it is or take its exponential; there are at most
  /// 63 columns, at most 2^24 nodes, and no categories above 31.
  [[nodiscard]] static std::variant<FlatForest, Refusal> from_ubjson(std::string_view bytes);

  [[nodiscard]] std::size_t columns() const { return columns_; }
  [[nodiscard]] std::size_t trees() const { return depths_.size(); }

  /// The prediction for one row; NaN is missing. The same to the bit as the library's: the leaves
  /// are added to the base score, as floats, in the order of the trees.
  /// Requires: row.size() == columns().
  [[nodiscard]] float predict(std::span<const float> row) const;

  /// The predictions for `rows`, (predictions.size(), columns()), row-major: the same to the bit as
  /// one at a time.
  void predict(std::span<const float> rows, std::span<float> predictions) const;

 private:
  /// Of 32 bits, 24 are the place of the right child, 1 says that the split is by category, and 7
  /// are the slot.
  struct Node {
    std::uint32_t key;  // threshold, set of categories, or at a leaf the bits of its value
    std::uint32_t link;
  };
  class Builder;

  FlatForest() = default;

  template <bool by_category>
  [[nodiscard]] float sum_for(const std::uint32_t* slots) const;
  template <bool by_category>
  void add_to(const std::uint32_t* slots, std::span<float> sums) const;
  void predict_block(std::span<const float> rows, std::span<float> predictions) const;
  [[nodiscard]] float finished(float sum) const;

  /// Memory that begins with a cache line.
  template <class Value>
  struct LineAllocator {
    using value_type = Value;
    static constexpr std::align_val_t line{64};

    LineAllocator() = default;
    template <class Other>
    explicit LineAllocator(const LineAllocator<Other>& /*other*/) {}

    Value* allocate(std::size_t count) {
      return static_cast<Value*>(::operator new(count * sizeof(Value), line));
    }
    void deallocate(Value* values, std::size_t /*count*/) { ::operator delete(values, line); }
    bool operator==(const LineAllocator& /*other*/) const { return true; }
  };

  std::vector<Node, LineAllocator<Node>> nodes_;
  std::vector<std::uint32_t> roots_;   // of the trees, and of a few that add nothing
  std::vector<std::uint32_t> depths_;  // of each tree: steps from its root to its farthest leaf
  std::vector<std::uint32_t> group_depths_;  // of eight trees each: the greatest
  std::array<bool, most_columns> is_category_{};
  std::size_t columns_ = 0;
  bool has_categories_ = false;
  float base_ = 0;
  bool takes_exponential_ = false;
};

}  // namespace diamond
