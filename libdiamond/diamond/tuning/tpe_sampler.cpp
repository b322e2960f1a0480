#include <diamond/tuning/parzen_estimator.h>
#include <diamond/tuning/sampler.h>

#include <algorithm>
#include <numeric>
#include <vector>

namespace diamond {
namespace {

struct Groups {
  std::vector<Point> good;
  std::vector<Point> others;
};

/// The best tenth, at most 25, and the others, both in the order of the trials. Of equal losses the
/// earlier one is better.
Groups split(std::span<const Observation> seen) {
  const std::size_t good_count = std::min<std::size_t>((seen.size() + 9) / 10, 25);
  std::vector<std::size_t> order(seen.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return seen[a].loss < seen[b].loss; });
  std::vector<bool> good(seen.size(), false);
  for (std::size_t i = 0; i < good_count; ++i) good[order[i]] = true;

  Groups groups;
  for (std::size_t i = 0; i < seen.size(); ++i)
    (good[i] ? groups.good : groups.others).push_back(seen[i].point);
  return groups;
}

class TpeSampler : public Sampler {
 public:
  explicit TpeSampler(const TpeSettings& settings) : settings_(settings) {}

  [[nodiscard]] Point suggest(const SearchSpace& space, std::span<const Observation> seen,
                              Random& random) const override {
    if (seen.size() < settings_.startup_trials) return startup_->suggest(space, seen, random);
    const Groups groups = split(seen);
    const ParzenEstimator good(space, groups.good);
    const ParzenEstimator others(space, groups.others);
    Point best = good.draw(random);
    double highest = good.log_density(best) - others.log_density(best);
    for (std::size_t i = 1; i < settings_.candidates; ++i) {
      Point candidate = good.draw(random);
      const double ratio = good.log_density(candidate) - others.log_density(candidate);
      if (ratio <= highest) continue;
      highest = ratio;
      best = std::move(candidate);
    }
    return best;
  }

 private:
  TpeSettings settings_;
  std::unique_ptr<Sampler> startup_ = make_random_sampler();
};

}  // namespace

std::unique_ptr<Sampler> make_tpe_sampler(const TpeSettings& settings) {
  return std::make_unique<TpeSampler>(settings);
}

}  // namespace diamond
