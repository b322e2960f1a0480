// What the XGBoost library says of an error.
#pragma once

#include <string>

namespace diamond::xgboost {

/// The first line of this thread's last error, without its place in the library's source.
[[nodiscard]] std::string last_error();

/// Whether that error is the library's word for a worker that does not answer any more.
[[nodiscard]] bool tells_of_lost_worker();

}  // namespace diamond::xgboost
