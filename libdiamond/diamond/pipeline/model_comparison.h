// Two models on the same rows, which neither has seen: the fair way to tell which is better.
#pragma once

#include <diamond/core/table.h>
#include <diamond/models/estimator_catalog.h>
#include <diamond/registry/champion.h>
#include <diamond/registry/manifest.h>
#include <diamond/registry/model_registry.h>

#include <cstddef>
#include <cstdint>
#include <variant>
#include <vector>

namespace diamond {

/// With fewer rows than this chance decides more than the models do.
inline constexpr std::size_t least_compared_rows = 200;

/// The hashes of the rows that a model with this split of `table` was trained on, sorted, each
/// once.
[[nodiscard]] std::vector<std::uint64_t> hashes_of_training_rows(const Table& table,
                                                                 const SplitSettings& split);

/// The rows of `table` that stand among the training rows of neither: equal rows count as the same,
/// wherever they stand. Both as `hashes_of_training_rows` gives them. In the table's order.
[[nodiscard]] std::vector<std::uint32_t> unseen_rows(const Table& table,
                                                     const std::vector<std::uint64_t>& one,
                                                     const std::vector<std::uint64_t>& other);

/// Judges both models by the rule's metric on the rows of the challenger's data set that neither
/// was trained on: compare_paired (paired_bootstrap.h) with the rule's confidence and the
/// challenger's seed.
///
/// Nothing to compare, with the reason: fewer than `least_compared_rows` such rows; a model or its
/// data set that is not there, not as it was published, or of an unknown kind; prices that are not
/// finite. The data sets are read from the store, one after the other, and once where both models
/// have the same.
[[nodiscard]] std::variant<Comparison, NoComparison> compare_models(
    const Manifest& challenger, const Manifest& holder, const PromotionRule& rule,
    const ModelRegistry& registry, const EstimatorCatalog& catalog);

}  // namespace diamond
