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

/// The rows of the challenger's data set that neither was trained on.
Table common_rows(const Manifest& challenger, const Manifest& holder,
                  const ModelRegistry& registry) {
  const auto of_challenger = hashes_of_training_rows(registry, challenger);
  std::vector<std::uint64_t> of_holder;
  if (!same_test_rows(challenger, holder)) of_holder = hashes_of_training_rows(registry, holder);
  Table common;
  read_dataset(registry, challenger, [&](const Table& rows) {
    std::vector<std::uint8_t> keep(rows.rows());
    for (const std::uint32_t row : unseen_rows(rows, of_challenger, of_holder)) keep[row] = 1;
    Table unseen = rows;
    unseen.filter(keep);
    common.append(unseen);
  });
  return common;
}

void sort_each_once(std::vector<std::uint64_t>& hashes) {
  std::sort(hashes.begin(), hashes.end());
  hashes.erase(std::unique(hashes.begin(), hashes.end()), hashes.end());
}

std::vector<double> prices_by(const Model& model, const CommonRows& common) {
  std::vector<double> prices(common.rows.size());
  model.predict(common.view(), prices);
  return prices;
}

}  // namespace

std::vector<std::uint64_t> hashes_of_training_rows(const ModelRegistry& registry,
                                                   const Manifest& model) {
  std::vector<std::uint64_t> hashes;
  hashes.reserve(model.split.train_rows);
  read_sides(registry, model, [&](const Table& rows, const std::vector<std::uint8_t>& is_test) {
    for (std::size_t row = 0; row < rows.rows(); ++row)
      if (is_test[row] == 0) hashes.push_back(row_hash(rows, row));
  });
  sort_each_once(hashes);
  return hashes;
}

KnownRows hashes_of_known_rows(const ModelRegistry& registry, const Manifest& model) {
  KnownRows known;
  read_sides(registry, model, [&](const Table& rows, const std::vector<std::uint8_t>& is_test) {
    for (std::size_t row = 0; row < rows.rows(); ++row)
      (is_test[row] == 0 ? known.train : known.test).push_back(row_hash(rows, row));
  });
  sort_each_once(known.train);
  sort_each_once(known.test);
  return known;
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
  const PathLock leases[] = {registry.lease(challenger.id), registry.lease(holder.id)};
  const auto challenging = load_model(registry, catalog, challenger);
  const auto holding = load_model(registry, catalog, holder);
  CommonRows common;
  common.table = common_rows(challenger, holder, registry);
  common.rows = all_rows(common.table);
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
