// The drift of the stones that prices are asked for, at hand for those who look at it all day.
#pragma once

#include "../served_model.h"
#include "../traffic/periodic.h"
#include "../traffic/traffic_store.h"

#include <diamond/core/diamond.h>

#include <atomic>
#include <cstddef>
#include <memory>
#include <mutex>
#include <stop_token>
#include <vector>

namespace diamond::serve {

/// See read_drift; against the model that was in service then.
struct DriftFigures {
  struct OfField {
    Field field;
    double psi;
    double outside_share;
  };

  std::size_t requests = 0;
  std::vector<OfField> fields;  // those that enough requests gave
};

/// Reads the log for as long as somebody looks at the figures, and then once a minute at most, on a
/// thread of its own.
class DriftWatch {
 public:
  /// Both outlive the watch.
  DriftWatch(const ModelKeeper& keeper, TrafficStore& store);

  /// From memory; asks for newer ones, which come a little later. Null: the log was not yet read,
  /// or could not be, or there is no model.
  [[nodiscard]] std::shared_ptr<const DriftFigures> figures() const;

  /// Reads the log now.
  void refresh(const std::stop_token& stop = {});

 private:
  [[nodiscard]] std::shared_ptr<const DriftFigures> read(const std::stop_token& stop) const;

  const ModelKeeper& keeper_;
  TrafficStore& store_;
  mutable std::atomic<bool> is_wanted_ = false;

  mutable std::mutex mutex_;  // guards what follows
  std::shared_ptr<const DriftFigures> figures_;

  Periodic watcher_;  // last: it stops before the rest goes
};

}  // namespace diamond::serve
