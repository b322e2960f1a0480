// Where workers find each other: the tracker of XGBoost's collective.
#pragma once

#include <diamond/models/xgboost_collective.h>

#include <memory>

namespace diamond::xgboost {

/// The library's own tracker: in this process where its C API has one (XGBoost 2.1 and later);
/// before that the one of its Python package (Debian's python3-xgboost), in a process of its own.
class Tracker {
 public:
  /// `address`: where workers reach this machine; port 0: any that is free. Throws WorkerError
  /// where it cannot be started.
  Tracker(const TrackerAddress& address, unsigned workers);
  Tracker(const Tracker&) = delete;
  Tracker& operator=(const Tracker&) = delete;
  ~Tracker();

  /// With the port that it has.
  [[nodiscard]] const TrackerAddress& address() const { return address_; }

 private:
  class Running;

  TrackerAddress address_;
  std::unique_ptr<Running> running_;
};

}  // namespace diamond::xgboost
