// The file of an XGBoost model (model.ubj), as the library's versions 1.6 to 3.0 write it: what is
// needed to predict with trees that are added up and to explain it, and no more.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace diamond::xgboost {

/// It is a model, but of a sort that is not understood here; which, in a few words.
class UnknownModel : public std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// A tree as the file has it. Node 0 is the root. All that is sure is that the arrays of nodes are
/// equally long and have at least one, and the three arrays of category sets are equally long.
struct TreeArrays {
  std::vector<std::int32_t> left;             // child; -1: a leaf
  std::vector<std::int32_t> right;            // child
  std::vector<std::int32_t> column;           // that is looked at
  std::vector<float> condition;               // left if the value is below it; at a leaf: its value
  std::vector<float> cover;                   // weight of the training rows that came here
  std::vector<std::int32_t> is_default_left;  // where a missing value goes
  std::vector<std::int32_t> is_categorical;   // left if the value is not in the node's set
  std::vector<std::int32_t> set_node;         // the node that each set belongs to
  std::vector<std::int32_t> set_begin;        // the set's first place in `categories`
  std::vector<std::int32_t> set_size;
  std::vector<std::int32_t> categories;
};

/// What there is besides the trees.
struct ModelHead {
  std::string objective;
  float base_score = 0;  // as it was given: not yet what the trees are added to
  std::int32_t columns = 0;
};

/// Hands over each tree in turn. Throws UbjsonError where the bytes are not a whole file, and
/// UnknownModel where it holds anything but trees (gbtree) with one number at a leaf, one output,
/// and all written by a known version of the library.
[[nodiscard]] ModelHead read_model(std::string_view bytes,
                                   const std::function<void(const TreeArrays&)>& take_tree);

}  // namespace diamond::xgboost
