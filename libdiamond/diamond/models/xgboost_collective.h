// Workers that learn together over XGBoost's own collective, "rabit" (Chen et al. 2015): what its
// trees are grown with, and what the other kinds add up through.
#pragma once

#include <diamond/models/collective.h>

#include <chrono>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace diamond::xgboost {

/// Where the tracker is, through which workers find each other.
struct TrackerAddress {
  std::string host;
  unsigned port = 0;
};

/// "HOST:PORT"; "HOST" alone has port 0. Nothing: it is no address.
[[nodiscard]] std::optional<TrackerAddress> parse_tracker_address(std::string_view text);

/// "HOST:PORT".
[[nodiscard]] std::string to_string(const TrackerAddress& address);

/// This process as one of the workers. While it stands, every tree that its thread grows is grown
/// together with the others'; there is one at a time. Used by the thread that made it.
class XgboostCollective final : public Collective {
 public:
  /// Waits until all workers have come. `number`: 0, 1, 2, …, each once; becomes the rank.
  /// Throws WorkerError where the tracker cannot be reached, tried for so long.
  XgboostCollective(const TrackerAddress& tracker, unsigned number, std::chrono::seconds patience);
  XgboostCollective(const XgboostCollective&) = delete;
  XgboostCollective& operator=(const XgboostCollective&) = delete;
  ~XgboostCollective() override;

  [[nodiscard]] unsigned rank() const override { return rank_; }
  [[nodiscard]] unsigned size() const override { return size_; }
  void sum(std::span<double> values) override;

  /// What worker 0 calls this with, for all. Throws WorkerError where a worker was lost.
  [[nodiscard]] std::string broadcast(std::string text);

 private:
  unsigned rank_ = 0;  // the library tells them to the thread that joined, and to no other
  unsigned size_ = 1;
};

}  // namespace diamond::xgboost
