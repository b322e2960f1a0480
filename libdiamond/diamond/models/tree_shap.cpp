#include <diamond/models/forest_slots.h>
#include <diamond/models/gauss_legendre.h>
#include <diamond/models/tree_shap.h>
#include <diamond/models/xgboost_format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <utility>
#include <vector>

// The walks are compiled twice, and the processor chooses: with registers of eight floats they take
// less than half the time.
#if defined(DIAMOND_WIDE_REGISTERS) && defined(__x86_64__)
#define FOR_WIDE_REGISTERS_TOO [[gnu::target_clones("arch=x86-64-v3", "default")]]
#else
#define FOR_WIDE_REGISTERS_TOO
#endif

namespace diamond {
namespace {

using xgboost::TreeArrays;

/// A number at each of eight nodes of a rule. What holds some is aligned explicitly: GCC's own
/// choice depends on the processor that it compiles for.
constexpr std::size_t lanes = 8;
constexpr std::size_t alignment = lanes * sizeof(float);
using Lanes [[gnu::vector_size(alignment)]] = float;

constexpr std::size_t trees_of_a_sum = 16;  // that are added up as floats

/// Eight nodes of a rule.
struct alignas(alignment) Nodes {
  Lanes known;    // t: the chance that a column is known
  Lanes unknown;  // 1 - t
  Lanes weight;
};

/// A node that asks a column. In a tree's order, parents come before their children. Small, since
/// an explanation reads them all: most of its time goes into that.
struct Split {
  std::uint32_t key;   // left if the value is below it, or for a set of categories if not in it
  float left;          // share of the training rows that went left
  float reach;         // share of those that came here, as far as earlier splits on the column go
  std::uint16_t edge;  // that leads here from the last of these; 0: there is none
  std::uint8_t slot;   // and `category_bit`
  std::uint8_t column;
};
static_assert(sizeof(Split) == 16);

constexpr std::uint8_t category_bit = 0x80;
constexpr std::uint8_t slot_mask = 0x7f;

/// Places, in its tree, of the children of a split.
struct Children {
  std::uint16_t left;
  std::uint16_t right;
};

constexpr std::size_t most_nodes = std::numeric_limits<std::uint16_t>::max();

/// The leaves of a split that has nothing else.
struct Leaves {
  float left;
  float right;
};

/// Where a tree's part begins in the arrays of the forest, and how long it is. Its places are those
/// of its forks, its twigs, and the leaves that hang from forks, in this order.
struct Tree {
  std::size_t first_split;  // its forks, then its twigs
  std::size_t first_fork;   // splits that lead to others
  std::size_t first_twig;   // splits that lead to two leaves
  std::size_t first_leaf;
  std::uint32_t forks;
  std::uint32_t twigs;
  std::uint32_t leaves;
  std::uint32_t passes;  // of eight nodes each

  [[nodiscard]] std::uint32_t splits() const { return forks + twigs; }
  [[nodiscard]] std::uint32_t places() const { return splits() + leaves; }
};

/// A node of the tree that is walked, at eight nodes of the rule.
struct alignas(alignment) Place {
  Lanes chance;  // of coming here, by weight; once passed, times the change of the turn
  Lanes value;   // once passed, the chance of going left; in the end, the leaf to be expected
};

/// What the walks of one explanation write on.
struct Workspace {
  std::vector<Place> places;
  /// Of each edge, two for each fork behind that of index 0: 1 where the row goes this way at all
  /// splits on the fork's column down to it, otherwise 0.
  std::vector<float> is_rows_way;
  alignas(alignment) std::array<Lanes, forest::most_columns> sums{};
};

/// How a walk turns at a split.
struct alignas(alignment) Turn {
  Lanes left;    // the chance of going left
  Lanes change;  // its derivative by the chance that the column is known
};

/// 1 or 0, without a branch, which the processor could not foresee.
template <bool by_category>
inline float goes_left(const Split& split, const std::uint32_t* slots) {
  constexpr std::uint32_t one = 0x3f800000;
  const std::uint32_t value = slots[split.slot & slot_mask];
  bool is_left = value < split.key;
  if constexpr (by_category) {
    const bool is_category = (split.slot & category_bit) != 0;
    const bool is_in_set = (value & split.key) != 0;
    is_left = is_category ? !is_in_set : is_left;
  }
  return std::bit_cast<float>(one & (0U - static_cast<std::uint32_t>(is_left)));
}

/// Known, the column leads the row's way; not known, either way by the shares. Where the row has
/// gone this way so far, it is known with the chance t / (t + (1 - t) reach), by Bayes, whose
/// derivative by t is reach / (t + (1 - t) reach)². Where it went another way, it is not known.
[[gnu::always_inline]] inline void turn_at(const Split& split, float row_left, float rows_way,
                                           const Nodes& nodes, Turn& turn) {
  const Lanes surer = 1 / (nodes.unknown * split.reach + nodes.known);
  const Lanes pull = rows_way * (row_left - split.left) * surer;
  turn.left = pull * nodes.known + split.left;
  turn.change = pull * split.reach * surer;
}

/// A tree in the arrays of the forest.
struct View {
  const Tree& shape;
  const Split* splits;
  const Children* children;
  const Leaves* twigs;
  const float* leaves;
};

/// Adds the contributions of one tree, at eight nodes of its rule, to the sums.
template <bool by_category>
[[gnu::always_inline]] inline void walk(const View& tree, const Nodes& nodes_of_rule,
                                        const std::uint32_t* slots, Workspace& work) {
  const Nodes nodes = nodes_of_rule;  // which stay in registers
  const auto [forks, twigs] = std::pair{tree.shape.forks, tree.shape.twigs};
  Place* const places = work.places.data();
  float* const is_rows_way = work.is_rows_way.data();
  Lanes* const sums = work.sums.data();
  Turn turn;

  for (std::uint32_t i = 0; i < tree.shape.leaves; ++i)
    places[forks + twigs + i].value = tree.leaves[i] - Lanes{};
  places[0].chance = nodes.weight;
  for (std::uint32_t i = 0; i < forks; ++i) {
    const Split& split = tree.splits[i];
    const float left = goes_left<by_category>(split, slots);
    const float rows_way = is_rows_way[split.edge];
    is_rows_way[1 + 2 * i] = rows_way * left;
    is_rows_way[2 + 2 * i] = rows_way - rows_way * left;
    turn_at(split, left, rows_way, nodes, turn);
    const Lanes chance = places[i].chance;
    const Lanes chance_of_left = chance * turn.left;
    places[tree.children[i].left].chance = chance_of_left;
    places[tree.children[i].right].chance = chance - chance_of_left;
    places[i] = {chance * turn.change, turn.left};
  }
  for (std::uint32_t i = 0; i < twigs; ++i) {
    const Split& split = tree.splits[forks + i];
    Place& place = places[forks + i];
    turn_at(split, goes_left<by_category>(split, slots), is_rows_way[split.edge], nodes, turn);
    const float difference = tree.twigs[i].left - tree.twigs[i].right;
    sums[split.column] += place.chance * turn.change * difference;
    place.value = turn.left * difference + tree.twigs[i].right;
  }
  for (std::uint32_t i = forks; i-- > 0;) {
    const Lanes right = places[tree.children[i].right].value;
    const Lanes difference = places[tree.children[i].left].value - right;
    sums[tree.splits[i].column] += places[i].chance * difference;
    places[i].value = places[i].value * difference + right;
  }
}

FOR_WIDE_REGISTERS_TOO
void walk_numbers(const View& tree, const Nodes& nodes, const std::uint32_t* slots,
                  Workspace& work) {
  walk<false>(tree, nodes, slots, work);
}

FOR_WIDE_REGISTERS_TOO
void walk_categories_too(const View& tree, const Nodes& nodes, const std::uint32_t* slots,
                         Workspace& work) {
  walk<true>(tree, nodes, slots, work);
}

/// Those of the rule with so many times eight nodes.
std::vector<Nodes> rule(std::size_t passes) {
  const Quadrature quadrature = gauss_legendre(passes * lanes);
  std::vector<Nodes> nodes(passes);
  for (std::size_t i = 0; i < passes * lanes; ++i) {
    nodes[i / lanes].known[i % lanes] = static_cast<float>(quadrature.nodes[i]);
    nodes[i / lanes].unknown[i % lanes] = static_cast<float>(1 - quadrature.nodes[i]);
    nodes[i / lanes].weight[i % lanes] = static_cast<float>(quadrature.weights[i]);
  }
  return nodes;
}

/// A tree of the file with what its splits have to know of each other.
class Layout {
 public:
  explicit Layout(const TreeArrays& tree)
      : tree_(tree), above_(tree.left.size()), places_(tree.left.size()) {
    order_.push_back(0);
    for (std::size_t i = 0; i < order_.size(); ++i) {  // it grows
      if (is_leaf(order_[i])) continue;
      for (const bool is_left : {true, false}) {
        const std::size_t child = child_of(order_[i], is_left);
        above_[child] = {order_[i], is_left};
        order_.push_back(child);
      }
    }
    give_places();
  }

  struct Up {
    std::size_t parent;
    bool is_left;  // that it is of the parent's children
  };

  [[nodiscard]] const std::vector<std::size_t>& forks() const { return forks_; }
  [[nodiscard]] const std::vector<std::size_t>& twigs() const { return twigs_; }
  [[nodiscard]] const std::vector<std::size_t>& leaves() const { return leaves_; }

  [[nodiscard]] std::size_t child_of(std::size_t node, bool is_left) const {
    return static_cast<std::size_t>(is_left ? tree_.left[node] : tree_.right[node]);
  }
  [[nodiscard]] std::uint16_t place_of(std::size_t node) const { return places_[node]; }
  [[nodiscard]] float leaf(std::size_t node) const { return tree_.condition[node]; }

  /// Where no rows are known of, half.
  [[nodiscard]] float share_of_left(std::size_t node) const {
    const float share = tree_.cover[child_of(node, true)] / tree_.cover[node];
    return share >= 0 && share <= 1 ? share : 0.5F;
  }

  /// What is asked above on the same column.
  void look_above(std::size_t node, Split& split) const {
    split.edge = 0;
    double reach = 1;
    for (std::size_t at = node; at != 0;) {
      const auto [parent, is_left] = above_[at];
      if (tree_.column[parent] == tree_.column[node]) {
        if (split.edge == 0)
          split.edge = static_cast<std::uint16_t>(1 + 2 * places_[parent] + (is_left ? 0 : 1));
        const double left = share_of_left(parent);
        reach *= is_left ? left : 1 - left;
      }
      at = parent;
    }
    split.reach = static_cast<float>(reach);
  }

  /// The leaf that is expected where nothing is known.
  [[nodiscard]] double expected() const {
    std::vector<double> values(tree_.left.size());
    for (std::size_t i = order_.size(); i-- > 0;) {
      const std::size_t node = order_[i];
      values[node] = is_leaf(node)
                         ? leaf(node)
                         : std::lerp(values[child_of(node, false)], values[child_of(node, true)],
                                     static_cast<double>(share_of_left(node)));
    }
    return values[0];
  }

  /// The greatest number of columns that are asked on a path.
  [[nodiscard]] int most_columns() const {
    int most = 0;
    std::vector<std::uint64_t> asked(tree_.left.size());
    for (const std::size_t node : order_) {
      most = std::max(most, std::popcount(asked[node]));
      if (is_leaf(node)) continue;
      const std::uint64_t column = std::uint64_t{1}
                                   << static_cast<std::uint64_t>(tree_.column[node]);
      for (const bool is_left : {true, false})
        asked[child_of(node, is_left)] = asked[node] | column;
    }
    return most;
  }

 private:
  [[nodiscard]] bool is_leaf(std::size_t node) const { return tree_.left[node] == -1; }

  [[nodiscard]] bool is_twig(std::size_t node) const {
    return !is_leaf(node) && is_leaf(child_of(node, true)) && is_leaf(child_of(node, false));
  }

  void give_places() {
    for (const std::size_t node : order_)
      if (is_twig(node))
        twigs_.push_back(node);
      else if (!is_leaf(node))
        forks_.push_back(node);
      else if (node != 0 && !is_twig(above_[node].parent))
        leaves_.push_back(node);
    std::uint16_t place = 0;
    for (const auto* nodes : {&forks_, &twigs_, &leaves_})
      for (const std::size_t node : *nodes) places_[node] = place++;
  }

  const TreeArrays& tree_;
  std::vector<Up> above_;
  std::vector<std::uint16_t> places_;
  std::vector<std::size_t> order_;  // level by level
  std::vector<std::size_t> forks_;
  std::vector<std::size_t> twigs_;
  std::vector<std::size_t> leaves_;  // of forks
};

}  // namespace

struct TreeShap::Forest {
  void add(const TreeArrays& tree) {
    has_giants = has_giants || tree.left.size() > most_nodes;
    if (has_giants) return;
    const Layout layout(tree);
    base_value += layout.expected();
    if (tree.left[0] == -1) return;
    const auto passes =
        (static_cast<std::size_t>(layout.most_columns()) + 2 * lanes - 1) / (2 * lanes);
    while (rules.size() < passes) rules.push_back(rule(rules.size() + 1));
    trees.push_back({splits.size(), children.size(), twigs.size(), leaves.size(),
                     static_cast<std::uint32_t>(layout.forks().size()),
                     static_cast<std::uint32_t>(layout.twigs().size()),
                     static_cast<std::uint32_t>(layout.leaves().size()),
                     static_cast<std::uint32_t>(passes)});
    const std::vector<std::uint32_t> sets = forest::category_sets(tree);
    for (const std::size_t node : layout.forks()) {
      add_split(tree, layout, sets, node);
      children.push_back({layout.place_of(layout.child_of(node, true)),
                          layout.place_of(layout.child_of(node, false))});
    }
    for (const std::size_t node : layout.twigs()) {
      add_split(tree, layout, sets, node);
      twigs.push_back(
          {layout.leaf(layout.child_of(node, true)), layout.leaf(layout.child_of(node, false))});
    }
    for (const std::size_t node : layout.leaves()) leaves.push_back(layout.leaf(node));
    most_places = std::max<std::size_t>(most_places, trees.back().places());
    most_forks = std::max<std::size_t>(most_forks, trees.back().forks);
  }

  void add_split(const TreeArrays& tree, const Layout& layout,
                 const std::vector<std::uint32_t>& sets, std::size_t node) {
    const auto column = static_cast<std::size_t>(tree.column[node]);
    const bool by_category = tree.is_categorical[node] != 0;
    if (by_category) is_category[column] = has_categories = true;
    Split split{};
    split.key = by_category ? sets[node] : forest::ordered(tree.condition[node]);
    split.left = layout.share_of_left(node);
    layout.look_above(node, split);
    const std::size_t slot = forest::slot_of(column, tree.is_default_left[node] != 0);
    split.slot = static_cast<std::uint8_t>(by_category ? slot | category_bit : slot);
    split.column = static_cast<std::uint8_t>(column);
    splits.push_back(split);
  }

  void walk_tree(const Tree& tree, const std::uint32_t* slots, Workspace& work) const {
    const View view{tree, splits.data() + tree.first_split, children.data() + tree.first_fork,
                    twigs.data() + tree.first_twig, leaves.data() + tree.first_leaf};
    for (const Nodes& nodes : rules[tree.passes - 1])
      if (has_categories)
        walk_categories_too(view, nodes, slots, work);
      else
        walk_numbers(view, nodes, slots, work);
  }

  std::vector<Tree> trees;  // but those of one leaf
  std::vector<Split> splits;
  std::vector<Children> children;
  std::vector<Leaves> twigs;
  std::vector<float> leaves;
  std::vector<std::vector<Nodes>> rules;  // by the number of passes, less 1
  std::array<bool, forest::most_columns> is_category{};
  bool has_categories = false;
  bool has_giants = false;  // trees of more than `most_nodes`, which are left out
  double base_value = 0;
  std::size_t most_places = 0;
  std::size_t most_forks = 0;
};

TreeShap::TreeShap(std::unique_ptr<const Forest> forest) : forest_(std::move(forest)) {}
TreeShap::TreeShap(TreeShap&& other) noexcept = default;
TreeShap& TreeShap::operator=(TreeShap&& other) noexcept = default;
TreeShap::~TreeShap() = default;

std::optional<TreeShap> TreeShap::from_ubjson(std::string_view bytes) {
  auto forest = std::make_unique<Forest>();
  const auto head = xgboost::read_model(bytes, [&](const TreeArrays& tree) { forest->add(tree); });
  if (forest->has_giants) return std::nullopt;
  forest->base_value += forest::base_of(head);
  return TreeShap(std::move(forest));
}

double TreeShap::base_value() const {
  return forest_->base_value;
}

void TreeShap::contribute(std::span<const float> row, std::span<double> contributions) const {
  std::array<std::uint32_t, forest::slot_count> slots;
  forest::fill_slots(row, forest_->is_category, slots.data());
  Workspace work;
  work.places.resize(forest_->most_places);
  work.is_rows_way.assign(1 + 2 * forest_->most_forks, 1.0F);
  std::fill(contributions.begin(), contributions.end(), 0.0);
  const std::vector<Tree>& trees = forest_->trees;
  for (std::size_t i = 0; i < trees.size(); ++i) {
    forest_->walk_tree(trees[i], slots.data(), work);
    if ((i + 1) % trees_of_a_sum != 0 && i + 1 < trees.size()) continue;
    for (std::size_t column = 0; column < contributions.size(); ++column)
      for (std::size_t lane = 0; lane < lanes; ++lane)
        contributions[column] += work.sums[column][lane];
    work.sums.fill(Lanes{});
  }
}

}  // namespace diamond
