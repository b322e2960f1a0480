#include "trouble.h"

#include <utility>

namespace diamond::serve {

using namespace std::chrono_literals;

Trouble::Trouble(Log& log, std::string message, std::string all_well)
    : log_(log), message_(std::move(message)), all_well_(std::move(all_well)) {}

void Trouble::meet(const std::string& why, const Json& fields) {
  constexpr auto again = 60s;
  const std::lock_guard lock(mutex_);
  const auto now = Clock::now();
  met_ = now;
  if (why == why_ && now - told_ < again) return;
  why_ = why;
  told_ = now;
  Json told = fields;
  told["why"] = why;
  log_.warning(message_, told);
}

void Trouble::end() {
  const std::lock_guard lock(mutex_);
  if (why_.empty()) return;
  why_.clear();
  log_.info(all_well_);
}

bool Trouble::is_fresh(double seconds) const {
  const std::lock_guard lock(mutex_);
  return !why_.empty() && std::chrono::duration<double>(Clock::now() - met_).count() < seconds;
}

std::string Trouble::why() const {
  const std::lock_guard lock(mutex_);
  return why_;
}

}  // namespace diamond::serve
