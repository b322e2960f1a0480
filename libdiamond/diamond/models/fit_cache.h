// What fits on the same rows share.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>

namespace diamond {

/// Things made once from some rows, such as a quantised matrix, by name. Belongs to whoever fits
/// several times on the same training and validation rows: the trials of a study. Safe from any
/// thread.
class FitCache {
 public:
  /// What `make` made when this name was asked for first. A name says all that the thing depends on
  /// but the rows, and begins with the kind of model, whose things are of one type T for each name.
  template <class T, class Make>
  [[nodiscard]] std::shared_ptr<T> get(const std::string& name, const Make& make) {
    const std::lock_guard lock(mutex_);
    std::shared_ptr<void>& place = things_[name];
    if (!place) place = std::make_shared<T>(make());
    return std::static_pointer_cast<T>(place);
  }

 private:
  std::mutex mutex_;
  std::map<std::string, std::shared_ptr<void>> things_;
};

}  // namespace diamond
