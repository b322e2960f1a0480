#include <diamond/core/error.h>
#include <diamond/core/parallel.h>
#include <diamond/data/split.h>
#include <diamond/metrics/paired_bootstrap.h>
#include <diamond/pipeline/model_comparison.h>
#include <diamond/pipeline/stored_model.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <span>

namespace diamond {
namespace {

constexpr std::size_t piece = 65'536;

bool holds(const std::vector<std::uint64_t>& sorted, std::uint64_t hash) {
  return std::binary_search(sorted.begin(), sorted.end(), hash);
}

/// The challenger's data set, and its rows that neither was trained on.
CommonRows common_rows(const Manifest& challenger, const Manifest& holder,
                       const ModelRegistry& registry) {
  const SplitSettings& split = holder.split.settings;
  const bool same_data = challenger.dataset.sha256 == holder.dataset.sha256;
  std::vector<std::uint64_t> of_holder;
  if (!same_data) of_holder = hashes_of_training_rows(load_dataset(registry, holder), split);
  CommonRows common;
  common.table = load_dataset(registry, challenger);
  const auto of_challenger = hashes_of_training_rows(common.table, challenger.split.settings);
  if (same_test_rows(challenger, holder))
    of_holder = of_challenger;
  else if (same_data)
    of_holder = hashes_of_training_rows(common.table, split);
  common.rows = unseen_rows(common.table, of_challenger, of_holder);
  return common;
}

std::vector<double> prices_by(const Model& model, const CommonRows& common) {
  std::vector<double> prices(common.rows.size());
  model.predict(common.view(), prices);
  return prices;
}

}  // namespace

std::vector<std::uint64_t> hashes_of_training_rows(const Table& table, const SplitSettings& split) {
  const std::vector<std::uint32_t> rows = make_split(table, split).train;
  std::vector<std::uint64_t> hashes(rows.size());
  parallel_for(rows.size(), piece, [&](std::size_t first, std::size_t last) {
    for (std::size_t i = first; i < last; ++i) hashes[i] = row_hash(table, rows[i]);
  });
  std::sort(hashes.begin(), hashes.end());
  hashes.erase(std::unique(hashes.begin(), hashes.end()), hashes.end());
  return hashes;
}

std::vector<std::uint32_t> unseen_rows(const Table& table, const std::vector<std::uint64_t>& one,
                                       const std::vector<std::uint64_t>& other) {
  std::vector<std::uint8_t> is_unseen(table.rows());
  parallel_for(table.rows(), piece, [&](std::size_t first, std::size_t last) {
    for (std::size_t row = first; row < last; ++row) {
      const std::uint64_t hash = row_hash(table, row);
      is_unseen[row] = holds(one, hash) || holds(other, hash) ? 0 : 1;
    }
  });
  std::vector<std::uint32_t> unseen;
  for (std::size_t row = 0; row < table.rows(); ++row)
    if (is_unseen[row] != 0) unseen.push_back(static_cast<std::uint32_t>(row));
  return unseen;
}

std::size_t seen_rows(const Table& table, const std::vector<std::uint64_t>& hashes) {
  return table.rows() - unseen_rows(table, hashes, {}).size();
}

CommonRows meet(const Manifest& challenger, const Manifest& holder, const ModelRegistry& registry,
                const EstimatorCatalog& catalog) {
  const auto challenging = load_model(registry, catalog, challenger);
  const auto holding = load_model(registry, catalog, holder);
  CommonRows common = common_rows(challenger, holder, registry);
  common.actual.resize(common.rows.size());
  common.table[Quantity::price].gather(common.rows, common.actual);
  common.challenger = prices_by(*challenging, common);
  common.holder = prices_by(*holding, common);
  return common;
}

std::optional<NoComparison> obstacle_to(Metric metric, const CommonRows& common,
                                        const Manifest& challenger, const Manifest& holder) {
  if (common.rows.size() < least_compared_rows)
    return NoComparison{"of the challenger's data only " + std::to_string(common.rows.size()) +
                        " rows were in neither's training, and " +
                        std::to_string(least_compared_rows) + " are needed"};
  if (!std::isfinite(evaluate(metric, common.actual, common.challenger)))
    return NoComparison{"not all prices that " + challenger.id + " gives are finite"};
  if (!std::isfinite(evaluate(metric, common.actual, common.holder)))
    return NoComparison{"not all prices that " + holder.id + " gives are finite"};
  return std::nullopt;
}

std::variant<Comparison, NoComparison> compare_models(const Manifest& challenger,
                                                      const Manifest& holder,
                                                      const PromotionRule& rule,
                                                      const ModelRegistry& registry,
                                                      const EstimatorCatalog& catalog) {
  try {
    const CommonRows common = meet(challenger, holder, registry, catalog);
    if (auto obstacle = obstacle_to(rule.metric, common, challenger, holder))
      return *std::move(obstacle);
    const BootstrapSettings settings{.confidence = rule.confidence,
                                     .seed = challenger.split.settings.seed};
    return Comparison{
        holder.id, rule.metric, common.rows.size(),
        compare_paired(rule.metric, common.actual, common.challenger, common.holder, settings),
        rule.confidence};
  } catch (const Error& error) {
    return NoComparison{error.what()};
  }
}

}  // namespace diamond
