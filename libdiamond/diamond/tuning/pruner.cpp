#include <diamond/metrics/quantile.h>
#include <diamond/tuning/pruner.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace diamond {
namespace {

class NoPruner : public Pruner {
 public:
  [[nodiscard]] bool should_prune(std::span<const double> /*curve*/,
                                  std::span<const Curve> /*before*/) const override {
    return false;
  }
};

double best_of(std::span<const double> curve) {
  return *std::min_element(curve.begin(), curve.end());
}

class PercentilePruner : public Pruner {
 public:
  explicit PercentilePruner(const PercentilePrunerSettings& settings) : settings_(settings) {}

  [[nodiscard]] bool should_prune(std::span<const double> curve,
                                  std::span<const Curve> before) const override {
    const std::size_t reached = curve.size();
    if (reached <= settings_.warmup_checkpoints) return false;
    std::vector<double> bests;
    for (const Curve& other : before)
      if (other.size() >= reached) bests.push_back(best_of(std::span(other).first(reached)));
    if (bests.empty() || bests.size() < settings_.startup_trials) return false;
    std::sort(bests.begin(), bests.end());
    return best_of(curve) > quantile(bests, settings_.keep);
  }

 private:
  PercentilePrunerSettings settings_;
};

/// See make_forecast_pruner. Requires: two losses at least.
double forecast(std::span<const double> curve, std::size_t steps) {
  const std::size_t last = curve.size() - 1;
  double step = std::max(curve[last - 1] - curve[last], 0.0);
  double ratio = 0.5;
  if (last >= 2) {
    const double before = curve[last - 2] - curve[last - 1];
    ratio = before > 0 ? std::min(step / before, 1.0) : 1.0;
  }
  double loss = curve[last];
  for (std::size_t i = 0; i < steps; ++i) loss -= step *= std::sqrt(ratio);
  return std::min(loss, best_of(curve));
}

class ForecastPruner : public Pruner {
 public:
  explicit ForecastPruner(const ForecastPrunerSettings& settings) : settings_(settings) {}

  [[nodiscard]] bool should_prune(std::span<const double> curve,
                                  std::span<const Curve> before) const override {
    if (curve.size() < 2 || before.empty()) return false;
    std::size_t longest = 0;
    for (const Curve& other : before) longest = std::max(longest, other.size());
    std::size_t whole = 0;
    double best = std::numeric_limits<double>::infinity();
    for (const Curve& other : before) {
      if (other.size() >= curve.size()) ++whole;
      if (!other.empty()) best = std::min(best, best_of(other));
    }
    if (whole < settings_.startup_trials || longest <= curve.size()) return false;
    return forecast(curve, longest - curve.size()) >= best;
  }

 private:
  ForecastPrunerSettings settings_;
};

}  // namespace

std::unique_ptr<Pruner> make_forecast_pruner(const ForecastPrunerSettings& settings) {
  return std::make_unique<ForecastPruner>(settings);
}

std::unique_ptr<Pruner> make_no_pruner() {
  return std::make_unique<NoPruner>();
}

std::unique_ptr<Pruner> make_percentile_pruner(const PercentilePrunerSettings& settings) {
  return std::make_unique<PercentilePruner>(settings);
}

}  // namespace diamond
