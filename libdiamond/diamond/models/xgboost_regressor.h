// Gradient-boosted trees (Chen & Guestrin, "XGBoost", KDD 2016): the notebook's second model.
#pragma once

#include <diamond/models/estimator.h>

#include <memory>

namespace diamond {

/// Kind "xgboost": the library's trees on one of our feature sets. With `features: "notebook"`,
/// `base_score: "library"`, a target of price and the notebook's parameters it is what the
/// notebook's `XGBRegressor` is, to the digit.
///
/// Without `n_estimators` the number of trees is found: with validation rows, the fit stops where
/// their metric has not got better for `early_stopping_rounds` trees and keeps the best number;
/// without them a tenth of the training rows is held out to find the number, and the model is then
/// fitted to all of them. With `n_estimators` it has just so many.
///
/// Checkpoints: the eighths of `n_estimators`; without it 25, 50, 100, 200, … trees.
///
/// Files (xgboost_model.h): `model.ubj`, the library's own format; `features.json`, what the trees
/// are fed: {"kind": "xgboost", "schema_version": 1, "features": …, "columns": […], "target": …,
/// "mean_log_carat": …, "library": "1.7.4"}. A model of a newer major version of the library is
/// refused.
[[nodiscard]] std::unique_ptr<Estimator> make_xgboost_regressor();

}  // namespace diamond
