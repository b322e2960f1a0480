#include <diamond/models/xgboost_error.h>

#include <xgboost/c_api.h>

#include <algorithm>
#include <string_view>

namespace diamond::xgboost {
namespace {

/// Without the functions that it passed through.
std::string_view message() {
  const std::string_view error = XGBGetLastError();
  return error.substr(0, error.find("Stack trace"));
}

}  // namespace

std::string last_error() {
  std::string_view error = message();
  error.remove_prefix(std::min(error.find_first_not_of('\n'), error.size()));
  const std::string_view line = error.substr(0, error.find('\n'));
  const std::size_t end_of_place = line.find(": ");
  const bool has_place = line.starts_with('[') && end_of_place != std::string_view::npos;
  return std::string(has_place ? line.substr(end_of_place + 2) : line);
}

bool tells_of_lost_worker() {
  return message().find("Allreduce failed") != std::string_view::npos ||
         message().find("ollective") != std::string_view::npos;
}

}  // namespace diamond::xgboost
