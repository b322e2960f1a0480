// Configuration files of the original Python service, read as they are.
//
//   dataset_path, models_path,       the same here
//   test_size, random_seed, log_file
//   preprocessing_fn                 …diamond_linear_preprocessor or …diamond_xgb_preprocessor:
//                                    goes with the model's class
//   model.class                      sklearn.linear_model.LinearRegression → kind linear;
//                                    xgboost.XGBRegressor → kind xgboost, features notebook
//   model.params                     params; what only steers Python (copy_X, n_jobs,
//                                    enable_categorical) is left out
//   model.log_normalize              log_target
//   model.parameter_tuning           tuning: val_perc → validation_share, n_trials → trials,
//                                    random_seed → seed, metric, and a range for each parameter
//                                    (floats on a logarithmic scale); {}: none
//   val_metrics                      metrics
#pragma once

#include <diamond/core/json.h>

#include <string>
#include <string_view>
#include <vector>

namespace diamond {

/// Whether this document is of the original form: it has "model" or "preprocessing_fn", which ours
/// has not.
[[nodiscard]] bool is_original_form(const Json& document);

/// The same in our form. What is left out without an effect on the models is told in `notes`.
/// Throws UsageError with a JSON pointer where it asks for what we cannot do, or is not of the
/// original form at all.
[[nodiscard]] Json from_original_form(const Json& document, std::string_view place,
                                      std::vector<std::string>& notes);

/// Our name for one of the original's metrics ("sklearn.metrics.mean_absolute_error" → "mae").
/// Throws UsageError with the names that we know; `place` is where it stands.
[[nodiscard]] std::string metric_from_original(const std::string& dotted_name,
                                               const std::string& place);

}  // namespace diamond
