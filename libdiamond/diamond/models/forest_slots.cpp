#include <diamond/models/forest_slots.h>

namespace diamond::forest {
namespace {

using xgboost::UnknownModel;

std::uint32_t set_of(std::span<const std::int32_t> categories) {
  std::uint32_t set = 0;
  for (const std::int32_t category : categories) {
    if (category < 0 || category > 31) throw UnknownModel("it has categories above 31");
    set |= std::uint32_t{1} << static_cast<std::uint32_t>(category);
  }
  if (set == 0) throw UnknownModel("a set of categories is empty");
  return set;
}

}  // namespace

std::vector<std::uint32_t> category_sets(const xgboost::TreeArrays& tree) {
  std::vector<std::uint32_t> sets(tree.set_node.empty() ? 0 : tree.left.size());
  std::size_t left = tree.categories.size();  // no category is in two sets
  for (std::size_t i = 0; i < tree.set_node.size(); ++i) {
    const auto node = static_cast<std::size_t>(tree.set_node[i]);
    const auto begin = static_cast<std::size_t>(tree.set_begin[i]);
    const auto size = static_cast<std::size_t>(tree.set_size[i]);
    if (node >= sets.size() || begin > tree.categories.size() ||
        size > tree.categories.size() - begin || size > left)
      throw UnknownModel("a set of categories lies outside of its tree");
    left -= size;
    if (sets[node] != 0) throw UnknownModel("a node has two sets of categories");
    sets[node] = set_of(std::span(tree.categories).subspan(begin, size));
  }
  return sets;
}

bool takes_exponential(const xgboost::ModelHead& head) {
  for (const char* plain :
       {"reg:squarederror", "reg:squaredlogerror", "reg:pseudohubererror", "reg:absoluteerror"})
    if (head.objective == plain) return false;
  for (const char* exponential : {"reg:gamma", "reg:tweedie", "count:poisson"})
    if (head.objective == exponential) return true;
  throw UnknownModel("its objective is none of the known ones");
}

float base_of(const xgboost::ModelHead& head) {
  return takes_exponential(head) ? std::log(head.base_score) : head.base_score;
}

}  // namespace diamond::forest
