// The keys in force, exchanged for others while requests go on.
#pragma once

#include "../traffic/periodic.h"
#include "../traffic/trouble.h"
#include "key_ring.h"

#include <diamond/core/log.h>

#include <filesystem>
#include <memory>
#include <mutex>
#include <string>

namespace diamond::serve {

/// Holds the keys of a file, and looks twice a second whether there stands another text in it. One
/// that is broken, or missing, leaves the old keys in force; the log says why, and when it is well
/// again.
class KeyKeeper {
 public:
  /// Throws UsageError where the file is not as it must be. The log outlives the keeper.
  KeyKeeper(std::filesystem::path file, Log& log);

  /// Never null.
  [[nodiscard]] std::shared_ptr<const KeyRing> current() const;

  /// Looks at the file now.
  void refresh();

 private:
  void put_in_force(std::string text);

  std::filesystem::path file_;
  Log& log_;
  Trouble trouble_;

  std::mutex refreshing_;  // one look at a time; guards what follows
  std::string text_;       // of the keys in force

  mutable std::mutex mutex_;  // guards what follows
  std::shared_ptr<const KeyRing> current_ = std::make_shared<const KeyRing>();

  Periodic watcher_;  // last: it stops before the rest goes
};

}  // namespace diamond::serve
