#include "catch.h"

#include <diamond/tuning/pruner.h>

using namespace diamond;

namespace {

/// Best so far at checkpoint 1: 1, 2, 3, 4, 8; the median is 3.
const std::vector<Curve> five = {{5, 1, 1}, {2, 6, 1}, {9, 3}, {4, 4, 4, 4}, {8, 9}};

bool prunes(const PercentilePrunerSettings& settings, const Curve& curve,
            const std::vector<Curve>& before) {
  return make_percentile_pruner(settings)->should_prune(curve, before);
}

}  // namespace

TEST_CASE("a trial whose best loss so far is worse than the median of the others is pruned") {
  CHECK_FALSE(prunes({}, {9, 3}, five));
  CHECK(prunes({}, {9, 3.001}, five));
  CHECK_FALSE(prunes({}, {2.9, 100}, five));  // its best counts, not its last
}

TEST_CASE("the share that may go on can be another than half") {
  // numpy.quantile([1, 2, 3, 4, 8], 0.9) is 6.4.
  CHECK_FALSE(prunes({.keep = 0.9}, {9, 6.3}, five));
  CHECK(prunes({.keep = 0.9}, {9, 6.5}, five));
  CHECK(prunes({.keep = 0}, {9, 1.1}, five));
  CHECK_FALSE(prunes({.keep = 1}, {9, 8}, five));
}

TEST_CASE("nothing is pruned on the first checkpoints") {
  CHECK_FALSE(prunes({}, {1000}, five));
  CHECK(prunes({.warmup_checkpoints = 0}, {1000}, five));
  CHECK_FALSE(prunes({.warmup_checkpoints = 2}, {1000, 1000}, five));
}

TEST_CASE("nothing is pruned before enough trials have reached the checkpoint") {
  CHECK_FALSE(prunes({.startup_trials = 6}, {1000, 1000}, five));
  CHECK_FALSE(prunes({}, {1000, 1000, 1000}, five));  // only three came so far
  CHECK(prunes({.startup_trials = 3}, {1000, 1000, 1000}, five));
  CHECK_FALSE(prunes({.startup_trials = 0}, {1000, 1000}, {}));
}

TEST_CASE("a trial whose forecast is no better than the best loss so far is pruned") {
  const std::vector<Curve> before(5, Curve{100, 50, 20, 10});
  const auto prunes_after = [&](const Curve& curve) {
    return make_forecast_pruner()->should_prune(curve, before);
  };
  CHECK_FALSE(prunes_after({1000}));  // one loss tells nothing
  CHECK_FALSE(prunes_after({1000, 400}));
  // Steps of 600 · (√½, ½): 1000 - 600 - 424.3 - 300 is below 10; of 60 they end at 67.6.
  CHECK(prunes_after({200, 140}));
  // Steps of 100 and 25, so of 12.5 next: 40 - 12.5 is no better than 10, 22.4 - 12.5 is.
  CHECK(prunes_after({165, 65, 40}));
  CHECK_FALSE(prunes_after({147.4, 47.4, 22.4}));
}

TEST_CASE("a trial that no longer gets better goes on only while it is the best") {
  const std::vector<Curve> before(5, Curve{100, 50, 20, 10});
  CHECK(make_forecast_pruner()->should_prune(Curve{10.5, 10.5, 10.6}, before));
  CHECK(make_forecast_pruner()->should_prune(Curve{30, 10, 10}, before));
  CHECK_FALSE(make_forecast_pruner()->should_prune(Curve{9, 9.5, 10}, before));
}

TEST_CASE("a forecast is made only while there are trials that came as far, and further to go") {
  const std::vector<Curve> four(4, Curve{100, 50, 20, 10});
  CHECK_FALSE(make_forecast_pruner()->should_prune(Curve{100, 100}, four));
  CHECK(make_forecast_pruner({.startup_trials = 4})->should_prune(Curve{100, 100}, four));
  CHECK_FALSE(make_forecast_pruner({.startup_trials = 0})->should_prune(Curve{100, 100}, {}));
  const std::vector<Curve> five_short(5, Curve{100, 50});
  CHECK_FALSE(make_forecast_pruner()->should_prune(Curve{200, 200}, five_short));
}

TEST_CASE("the other pruner prunes nothing") {
  CHECK_FALSE(make_no_pruner()->should_prune(Curve{1000, 1000, 1000}, five));
}
