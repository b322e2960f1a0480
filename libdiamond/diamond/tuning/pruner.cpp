#include <diamond/tuning/pruner.h>

#include <algorithm>
#include <cmath>

namespace diamond {
namespace {

class NoPruner : public Pruner {
 public:
  [[nodiscard]] bool should_prune(std::span<const double> /*curve*/,
                                  std::span<const Curve> /*before*/) const override {
    return false;
  }
};

/// Between two neighbours in a line, as numpy.quantile does. Requires: not empty.
double quantile(std::vector<double> values, double share) {
  std::sort(values.begin(), values.end());
  const double place = share * static_cast<double>(values.size() - 1);
  const auto below = static_cast<std::size_t>(place);
  const std::size_t above = std::min(below + 1, values.size() - 1);
  return values[below] + (place - std::floor(place)) * (values[above] - values[below]);
}

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
    return best_of(curve) > quantile(std::move(bests), settings_.keep);
  }

 private:
  PercentilePrunerSettings settings_;
};

}  // namespace

std::unique_ptr<Pruner> make_no_pruner() {
  return std::make_unique<NoPruner>();
}

std::unique_ptr<Pruner> make_percentile_pruner(const PercentilePrunerSettings& settings) {
  return std::make_unique<PercentilePruner>(settings);
}

}  // namespace diamond
