// Several models whose prices are averaged with learned weights.
#pragma once

#include <diamond/models/estimator_catalog.h>

#include <memory>

namespace diamond {

/// Kind "blend": the price is scale · Σ weight · member's price, the weights at least 0 and 1 in
/// sum, the scale within 1.5 % of 1.
///
/// `members` are models of any kind in `kinds`, each with its own parameters, target, seed and
/// share of the training rows. Some of the training rows are held out (`validation_share`): each
/// member is fitted to the rest, where it may use them to find its number of trees; on them the
/// weights are learned by greedy selection with replacement (Caruana et al., "Ensemble selection
/// from libraries of models", ICML 2004), then the scale; then each member is fitted to all rows
/// with what it found. Where validation rows are given, as in a tuning's trials, they are used, and
/// nothing is fitted twice.
///
/// Files: `blend.json`, {"kind": "blend", "schema_version": 1, "members": [{"kind", "weight"}]},
/// and a directory for each member, `member-0`, `member-1`, …, as its kind writes it. Their weights
/// hold the scale already; members without weight are left out.
[[nodiscard]] std::unique_ptr<Estimator> make_blend(EstimatorCatalog kinds);

}  // namespace diamond
