// Which trials are not worth finishing.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <vector>

namespace diamond {

/// The losses of a trial at its checkpoints 0, 1, 2, …; all finite.
using Curve = std::vector<double>;

/// Has no state. Safe from any thread.
class Pruner {
 public:
  virtual ~Pruner() = default;

  /// Whether a trial with this curve so far should stop, given the whole curves of the trials
  /// before it (those of pruned trials end early).
  [[nodiscard]] virtual bool should_prune(std::span<const double> curve,
                                          std::span<const Curve> before) const = 0;
};

[[nodiscard]] std::unique_ptr<Pruner> make_no_pruner();

struct ForecastPrunerSettings {
  std::size_t startup_trials = 5;  // nothing is pruned before so many trials came as far as any
};

/// A trial stops at a checkpoint, from the second on, where even its forecast is no better than the
/// best loss of the trials before it. The forecast is generous: it goes on to the checkpoint at
/// which the longest of those trials ended, and each further step down is the one before it times
/// the square root of the last ratio of two steps (of 1/2 while there is one step only). Learning
/// curves flatten, but more slowly than a geometric series does; a slow learner that still gains
/// much is therefore left to go on, and one that has flattened above the best is not (cf. the curve
/// fits of Domhan, Springenberg & Hutter, IJCAI 2015).
[[nodiscard]] std::unique_ptr<Pruner> make_forecast_pruner(
    const ForecastPrunerSettings& settings = {});

struct PercentilePrunerSettings {
  double keep = 0.5;  // this share of the trials, the best ones, may go on: 0 to 1
  std::size_t startup_trials =
      5;  // nothing is pruned before so many trials have reached a checkpoint
  std::size_t warmup_checkpoints = 1;  // nothing is pruned on the first so many checkpoints
};

/// A trial stops at a checkpoint where its best loss so far is worse than the `keep` quantile of
/// the best losses that the trials before it had there (the median stopping rule of Golovin et al.,
/// "Google Vizier", KDD 2017, for any quantile).
[[nodiscard]] std::unique_ptr<Pruner> make_percentile_pruner(
    const PercentilePrunerSettings& settings = {});

}  // namespace diamond
