// The trees that XGBoost has grown, as a model: they price, explain, and are kept in files. Of this
// library's own models only.
#pragma once

#include <diamond/features/feature_set.h>
#include <diamond/models/model.h>
#include <diamond/models/target.h>

#include <filesystem>
#include <memory>
#include <string>

namespace diamond::xgboost {

/// What the trees are fed, and what the numbers mean that they give.
struct Frame {
  FeatureSet features;
  Target target;
  double mean_log_carat;  // of the training rows
};

/// The model of trees in the library's own format. FlatForest walks them, and TreeShap explains
/// them, where they can; else the library does. Throws StorageError with `place` where `bytes` are
/// no model, or none of so many columns.
[[nodiscard]] std::unique_ptr<Model> make_model(std::string bytes, const Frame& frame,
                                                std::string_view place);

/// Reads what its `save` wrote: see xgboost_regressor.h. Throws StorageError where that is not
/// whole, or of a newer major version of the library.
[[nodiscard]] std::unique_ptr<Model> load_model(const std::filesystem::path& directory);

}  // namespace diamond::xgboost
