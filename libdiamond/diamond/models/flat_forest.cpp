#include <diamond/models/flat_forest.h>
#include <diamond/models/forest_slots.h>
#include <diamond/models/ubjson_reader.h>
#include <diamond/models/xgboost_format.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <utility>

namespace diamond {
namespace {

using forest::ordered;
using forest::slot_count;
using forest::slot_of;
using xgboost::ModelHead;
using xgboost::TreeArrays;
using xgboost::UnknownModel;

constexpr std::uint32_t slot_mask = 0x7f;
constexpr std::uint32_t category_bit = 0x80;
constexpr std::uint32_t place_shift = 8;
constexpr std::size_t most_nodes = std::size_t{1} << 24U;
constexpr std::size_t line_nodes = 8;   // of a cache line
constexpr std::size_t lanes = 8;        // walks under way at a time
constexpr std::size_t block_rows = 64;  // whose slots stay in the nearest cache, as does a tree
constexpr std::uint32_t chunk = 4;      // steps after which it is looked whether all have arrived

/// Of a leaf, so that the step is to the right.
constexpr std::uint32_t leaf_slot = forest::top_slot;

}  // namespace

/// Puts trees into the array, one after another, as clusters: nodes of which one leads to the other
/// share a cache line, so that a walk comes to another line at every second or third step only.
class FlatForest::Builder {
 public:
  void add(const TreeArrays& tree) {
    sets_ = forest::category_sets(tree);
    seen_.assign(tree.left.size(), false);
    seen_[0] = true;
    depth_ = 0;
    begin_cluster(1 + 2 * pairs_below(tree, 0, (line_nodes - 1) / 2));
    inside_.assign(1, {0, append(1), 0});
    forest_.roots_.push_back(inside_.front().place);
    fill_cluster(tree);
    while (!outside_.empty()) {
      const Pending parent = outside_.back();
      outside_.pop_back();
      begin_cluster(2 * pairs_below(tree, parent.node, line_nodes / 2));
      put_split(tree, parent);
      fill_cluster(tree);
    }
    forest_.depths_.push_back(depth_);
  }

  FlatForest finish(const ModelHead& head) {
    if (head.columns < columns_used_)
      throw UnknownModel("a tree looks at a column that is not there");
    if (static_cast<std::size_t>(head.columns) > most_columns)
      throw UnknownModel("it has more than 63 columns");
    forest_.columns_ = static_cast<std::size_t>(head.columns);
    forest_.takes_exponential_ = forest::takes_exponential(head);
    forest_.base_ = forest::base_of(head);
    forest_.has_categories_ =
        std::find(kinds_.begin(), kinds_.end(), Kind::category) != kinds_.end();
    for (std::size_t i = 0; i < kinds_.size(); ++i)
      forest_.is_category_[i] = kinds_[i] == Kind::category;
    group_trees();
    forest_.nodes_.shrink_to_fit();
    return std::move(forest_);
  }

 private:
  enum class Kind : std::uint8_t { unused, number, category };
  struct Pending {
    std::size_t node;     // in the file's tree
    std::uint32_t place;  // in our array
    std::uint32_t depth;
  };

  std::uint32_t append(std::size_t count) {
    const std::size_t place = forest_.nodes_.size();
    if (place + count > most_nodes) throw UnknownModel("it has more than 2^24 nodes");
    forest_.nodes_.resize(place + count);
    room_ -= std::min(room_, count);
    return static_cast<std::uint32_t>(place);
  }

  /// Of so many nodes: in the line that is begun, if they fit into it.
  void begin_cluster(std::size_t nodes) {
    const std::size_t used = forest_.nodes_.size() % line_nodes;
    if (used + nodes > line_nodes) append(line_nodes - used);
    room_ = nodes;
  }

  /// How many pairs of children there are from this node on downwards, level by level; at most
  /// `most`.
  static std::size_t pairs_below(const TreeArrays& tree, std::size_t node, std::size_t most) {
    std::vector<std::size_t> splits(is_split(tree, node) ? 1 : 0, node);
    for (std::size_t i = 0; i < splits.size() && splits.size() < most; ++i)
      for (const std::int32_t child : {tree.left[splits[i]], tree.right[splits[i]]})
        if (is_split(tree, static_cast<std::size_t>(child)))
          splits.push_back(static_cast<std::size_t>(child));
    return std::min(splits.size(), most);
  }

  /// False too where there is no such node.
  static bool is_split(const TreeArrays& tree, std::size_t node) {
    return node < tree.left.size() && tree.left[node] != -1;
  }

  /// Writes the nodes that have a place, and gives their children places while there is room.
  void fill_cluster(const TreeArrays& tree) {
    std::size_t next = 0;
    while (next < inside_.size()) {  // it grows
      const Pending pending = inside_[next++];
      depth_ = std::max(depth_, pending.depth);
      if (!is_split(tree, pending.node))
        put_leaf(tree, pending);
      else if (room_ >= 2)
        put_split(tree, pending);
      else
        outside_.push_back(pending);
    }
    inside_.clear();
  }

  /// The last group is filled up with leaves of -0, which changes no sum: not even -0.
  void group_trees() {
    std::vector<std::uint32_t> depths = forest_.depths_;
    while (depths.size() % lanes != 0) {
      const std::uint32_t place = append(1);
      forest_.nodes_[place] = {std::bit_cast<std::uint32_t>(-0.0F),
                               place << place_shift | leaf_slot};
      forest_.roots_.push_back(place);
      depths.push_back(0);
    }
    for (auto group = depths.begin(); group != depths.end(); group += lanes)
      forest_.group_depths_.push_back(*std::max_element(group, group + lanes));
  }

  void put_leaf(const TreeArrays& tree, const Pending& pending) {
    forest_.nodes_[pending.place] = {std::bit_cast<std::uint32_t>(tree.condition[pending.node]),
                                     pending.place << place_shift | leaf_slot};
  }

  void put_split(const TreeArrays& tree, const Pending& pending) {
    const auto [node, place, depth] = pending;
    const std::uint32_t children = append(2);
    inside_.push_back({reach(tree, tree.left[node]), children, depth + 1});
    inside_.push_back({reach(tree, tree.right[node]), children + 1, depth + 1});
    forest_.nodes_[place] = {key_of(tree, node),
                             (children + 1) << place_shift | slot_and_kind(tree, node)};
  }

  /// A child that no other node has.
  std::size_t reach(const TreeArrays& tree, std::int32_t child) {
    const auto node = static_cast<std::size_t>(child);
    if (node >= tree.left.size()) throw UnknownModel("a node has a child that is not there");
    if (seen_[node]) throw UnknownModel("two nodes share a child");
    seen_[node] = true;
    return node;
  }

  [[nodiscard]] std::uint32_t key_of(const TreeArrays& tree, std::size_t node) const {
    if (tree.is_categorical[node] != 0) {
      if (sets_.empty() || sets_[node] == 0)
        throw UnknownModel("a node lacks its set of categories");
      return sets_[node];
    }
    if (std::isnan(tree.condition[node])) throw UnknownModel("a threshold is not a number");
    return ordered(tree.condition[node]);
  }

  std::uint32_t slot_and_kind(const TreeArrays& tree, std::size_t node) {
    const auto column = static_cast<std::size_t>(tree.column[node]);
    if (column >= most_columns) throw UnknownModel("it has more than 63 columns");
    const bool by_category = tree.is_categorical[node] != 0;
    const Kind kind = by_category ? Kind::category : Kind::number;
    if (kinds_[column] != Kind::unused && kinds_[column] != kind)
      throw UnknownModel("a column is both a number and a category");
    kinds_[column] = kind;
    columns_used_ = std::max(columns_used_, tree.column[node] + 1);
    const auto slot = static_cast<std::uint32_t>(slot_of(column, tree.is_default_left[node] != 0));
    return by_category ? slot | category_bit : slot;
  }

  FlatForest forest_;
  std::array<Kind, most_columns> kinds_{};
  std::int32_t columns_used_ = 0;
  std::vector<std::uint32_t> sets_;
  std::vector<bool> seen_;
  std::vector<Pending> inside_;   // the cluster: they have places
  std::vector<Pending> outside_;  // their children need a cluster of their own
  std::size_t room_ = 0;          // nodes that the cluster may still take
  std::uint32_t depth_ = 0;
};

std::variant<FlatForest, FlatForest::Refusal> FlatForest::from_ubjson(std::string_view bytes) {
  Builder builder;
  try {
    const ModelHead head =
        xgboost::read_model(bytes, [&](const TreeArrays& tree) { builder.add(tree); });
    return builder.finish(head);
  } catch (const UbjsonError& error) {
    return Refusal{error.what()};
  } catch (const UnknownModel& error) {
    return Refusal{error.what()};
  }
}

namespace {

/// Where eight walks are.
using Places = std::array<std::uint32_t, lanes>;

/// One step of each walk. Row `i` is at slots + i * stride.
template <bool by_category, std::size_t stride, class Node>
inline void step(const Node* nodes, const std::uint32_t* slots, Places& places) {
  for (std::size_t i = 0; i < lanes; ++i) {
    const Node node = nodes[places[i]];
    const std::uint32_t value = slots[i * stride + (node.link & slot_mask)];
    bool goes_left = value < node.key;
    if constexpr (by_category) {
      const bool is_category = (node.link & category_bit) != 0;
      const bool is_in_set = (value & node.key) != 0;
      goes_left = is_category ? !is_in_set : goes_left;
    }
    places[i] = (node.link >> place_shift) - (goes_left ? 1 : 0);
  }
}

template <class Node>
inline bool all_arrived(const Node* nodes, const Places& places) {
  std::uint32_t slots = 0;
  for (const std::uint32_t place : places) slots |= nodes[place].link & slot_mask;
  return slots == leaf_slot;
}

template <bool by_category, std::size_t stride, class Node>
inline void walk(const Node* nodes, const std::uint32_t* slots, std::uint32_t depth,
                 Places& places) {
  for (;;) {
    const std::uint32_t steps = std::min(depth, chunk);
    for (std::uint32_t i = 0; i < steps; ++i) step<by_category, stride>(nodes, slots, places);
    depth -= steps;
    if (depth == 0 || all_arrived(nodes, places)) return;
  }
}

}  // namespace

float FlatForest::finished(float sum) const {
  return takes_exponential_ ? std::exp(sum) : sum;
}

template <bool by_category>
float FlatForest::sum_for(const std::uint32_t* slots) const {
  float sum = base_;
  for (std::size_t group = 0; group < group_depths_.size(); ++group) {
    Places places{};
    std::copy_n(roots_.begin() + static_cast<std::ptrdiff_t>(group * lanes), lanes, places.begin());
    walk<by_category, 0>(nodes_.data(), slots, group_depths_[group], places);
    for (const std::uint32_t place : places) sum += std::bit_cast<float>(nodes_[place].key);
  }
  return sum;
}

template <bool by_category>
void FlatForest::add_to(const std::uint32_t* slots, std::span<float> sums) const {
  for (std::size_t tree = 0; tree < depths_.size(); ++tree)
    for (std::size_t first = 0; first < sums.size(); first += lanes) {
      Places places{};
      places.fill(roots_[tree]);
      walk<by_category, slot_count>(nodes_.data(), slots + first * slot_count, depths_[tree],
                                    places);
      for (std::size_t i = 0; i < lanes; ++i)
        sums[first + i] += std::bit_cast<float>(nodes_[places[i]].key);
    }
}

float FlatForest::predict(std::span<const float> row) const {
  std::array<std::uint32_t, slot_count> slots;
  forest::fill_slots(row, is_category_, slots.data());
  return finished(has_categories_ ? sum_for<true>(slots.data()) : sum_for<false>(slots.data()));
}

void FlatForest::predict(std::span<const float> rows, std::span<float> predictions) const {
  const std::size_t even = predictions.size() - predictions.size() % lanes;
  for (std::size_t first = 0; first < even; first += block_rows) {
    const std::size_t count = std::min(block_rows, even - first);
    predict_block(rows.subspan(first * columns_, count * columns_),
                  predictions.subspan(first, count));
  }
  for (std::size_t i = even; i < predictions.size(); ++i)
    predictions[i] = predict(rows.subspan(i * columns_, columns_));
}

void FlatForest::predict_block(std::span<const float> rows, std::span<float> predictions) const {
  std::array<std::uint32_t, block_rows * slot_count> slots;
  for (std::size_t i = 0; i < predictions.size(); ++i)
    forest::fill_slots(rows.subspan(i * columns_, columns_), is_category_,
                       slots.data() + i * slot_count);
  std::fill(predictions.begin(), predictions.end(), base_);
  if (has_categories_)
    add_to<true>(slots.data(), predictions);
  else
    add_to<false>(slots.data(), predictions);
  for (float& sum : predictions) sum = finished(sum);
}

}  // namespace diamond
