// The parameters of kind "xgboost": a few of our own, and all of the library's.
#pragma once

#include <diamond/core/json.h>
#include <diamond/models/xgboost_library.h>

#include <string_view>

namespace diamond::xgboost {

/// Ours, and those of the library's that are used most; every other one passes too.
[[nodiscard]] Json params_schema();

/// Throws UsageError with the JSON pointer of a parameter that neither we nor the library know, or
/// whose value is not allowed.
void check_params(const Json& params, std::string_view place);

/// Gives a booster the library's parameters among `params`; what is not set stays unset.
void set_library_params(Booster& booster, const Json& params);

}  // namespace diamond::xgboost
