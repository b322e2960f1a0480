// Two models on the same rows, which neither has seen: the fair way to tell which is better.
#pragma once

#include <diamond/core/table.h>
#include <diamond/models/estimator_catalog.h>
#include <diamond/registry/champion.h>
#include <diamond/registry/manifest.h>
#include <diamond/registry/model_registry.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <variant>
#include <vector>

namespace diamond {

/// With fewer rows than this chance decides more than the models do.
inline constexpr std::size_t least_compared_rows = 200;

/// The hashes of the rows that a model was trained on, sorted, each once: 8 bytes a row. Throws as
/// `load_dataset`.
[[nodiscard]] std::vector<std::uint64_t> hashes_of_training_rows(const ModelRegistry& registry,
                                                                 const Manifest& model);

/// The same for both sides: the rows that it was trained on, and those that it was judged on and
/// learned its intervals from.
struct KnownRows {
  std::vector<std::uint64_t> train;
  std::vector<std::uint64_t> test;
};
[[nodiscard]] KnownRows hashes_of_known_rows(const ModelRegistry& registry, const Manifest& model);

/// The rows of `table` that stand among the training rows of neither: equal rows count as the same,
/// wherever they stand. Both as `hashes_of_training_rows` gives them. In the table's order.
[[nodiscard]] std::vector<std::uint32_t> unseen_rows(const Table& table,
                                                     const std::vector<std::uint64_t>& one,
                                                     const std::vector<std::uint64_t>& other);

/// How many rows of `table` stand among those with these hashes.
[[nodiscard]] std::size_t seen_rows(const Table& table, const std::vector<std::uint64_t>& hashes);

/// Two models on the rows of the challenger's data set that neither was trained on.
struct CommonRows {
  Table table;                      // of the challenger's data set, in its order
  std::vector<std::uint32_t> rows;  // all of that table's
  std::vector<double> actual;       // USD, one for each of these rows, as are the next two
  std::vector<double> challenger;   // its prices
  std::vector<double> holder;

  [[nodiscard]] TableView view() const { return {table, rows}; }
};

/// Finds the rows and asks both models for their prices. The data sets are read from the store, one
/// after the other and piece by piece: in memory are the hashes of both models' training rows, and
/// the common rows. Throws what `load_model` and
/// `load_dataset` throw.
[[nodiscard]] CommonRows meet(const Manifest& challenger, const Manifest& holder,
                              const ModelRegistry& registry, const EstimatorCatalog& catalog);

/// Why these rows cannot tell which model is better by this metric: fewer than
/// `least_compared_rows`, or prices that are not finite. Nothing: they can.
[[nodiscard]] std::optional<NoComparison> obstacle_to(Metric metric, const CommonRows& common,
                                                      const Manifest& challenger,
                                                      const Manifest& holder);

/// Judges both models by the rule's metric where they meet: compare_paired (paired_bootstrap.h)
/// with the rule's confidence and the challenger's seed.
///
/// Nothing to compare, with the reason: an obstacle; a model or its data set that is not there, not
/// as it was published, or of an unknown kind.
[[nodiscard]] std::variant<Comparison, NoComparison> compare_models(
    const Manifest& challenger, const Manifest& holder, const PromotionRule& rule,
    const ModelRegistry& registry, const EstimatorCatalog& catalog);

}  // namespace diamond
