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

TEST_CASE("the other pruner prunes nothing") {
  CHECK_FALSE(make_no_pruner()->should_prune(Curve{1000, 1000, 1000}, five));
}
