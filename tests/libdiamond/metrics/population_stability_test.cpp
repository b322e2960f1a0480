#include "catch.h"

#include <diamond/metrics/population_stability.h>
#include <diamond/metrics/quantile.h>

#include <cmath>
#include <limits>
#include <vector>

using namespace diamond;

namespace {

using Counts = std::vector<std::uint64_t>;

}  // namespace

TEST_CASE("the population stability index is that of the shares with half a count in each bin") {
  // By hand, in Python: Σ (a − e) · ln(a / e) of the shares (count + ½) / (n + ½ · bins).
  CHECK(population_stability_index(Counts{50, 50}, Counts{75, 25}) == Approx(0.2686767831907422));
  CHECK(population_stability_index(Counts{10, 0, 10}, Counts{0, 10, 10}) ==
        Approx(2.8321138955566725));
}

TEST_CASE("the index is symmetric, 0 for equal shares, and finite for empty bins") {
  CHECK(population_stability_index(Counts{3, 4, 9}, Counts{8, 1, 2}) ==
        Approx(population_stability_index(Counts{8, 1, 2}, Counts{3, 4, 9})));
  CHECK(population_stability_index(Counts{3, 4}, Counts{3, 4}) == 0);
  CHECK(population_stability_index(Counts{30'000, 40'000}, Counts{300, 400}) < 1e-5);
  CHECK(population_stability_index(Counts{0, 0}, Counts{0, 0}) == 0);
  CHECK(std::isfinite(population_stability_index(Counts{1'000'000, 0}, Counts{0, 1'000'000})));
}

TEST_CASE("equal bins hold equally many, and frequent values are not divided") {
  std::vector<double> hundred;
  for (int i = 0; i < 100; ++i) hundred.push_back(i);
  Histogram histogram = equal_bins(hundred, 10);
  for (const double value : hundred) histogram.add(value);
  CHECK(histogram.counts == Counts(10, 10));

  const std::vector<double> frequent = {1, 5, 5, 5, 5, 5, 5, 5, 5, 9};
  const std::vector<double> edges = equal_bins(frequent, 10).edges;
  REQUIRE(edges.size() == 3);
  CHECK(edges[0] == Approx(4.6));
  CHECK(edges[1] == 5);
  CHECK(edges[2] == Approx(5.4));
  CHECK(equal_bins(std::vector<double>(50, 7.0), 10).counts == Counts{0});
  CHECK(equal_bins({}, 10).counts == Counts{0});
}

TEST_CASE("each value has its bin, whatever it is") {
  Histogram histogram = equal_bins(std::vector<double>{0, 1, 2, 3, 4}, 2);
  CHECK(histogram.edges == std::vector<double>{2});
  CHECK(histogram.bin_of(1.999) == 0);
  CHECK(histogram.bin_of(2) == 1);
  CHECK(histogram.bin_of(-1e300) == 0);
  CHECK(histogram.bin_of(std::numeric_limits<double>::infinity()) == 1);
  CHECK(histogram.bin_of(std::numeric_limits<double>::quiet_NaN()) == 1);
}

TEST_CASE("a grade's bin is its number") {
  const Histogram histogram = grade_bins(5);
  CHECK(histogram.counts == Counts(5, 0));
  for (std::size_t grade = 0; grade < 5; ++grade)
    CHECK(histogram.bin_of(static_cast<double>(grade)) == grade);
}

TEST_CASE("quantiles are those of numpy") {
  const std::vector<double> sorted = {1, 2, 4, 8};
  // numpy.quantile([1, 2, 4, 8], [0, 0.25, 0.5, 0.9, 1])
  CHECK(quantile(sorted, 0) == 1);
  CHECK(quantile(sorted, 0.25) == Approx(1.75));
  CHECK(quantile(sorted, 0.5) == Approx(3));
  CHECK(quantile(sorted, 0.9) == Approx(6.8));
  CHECK(quantile(sorted, 1) == 8);
  std::vector<double> mixed = {8, 1, 4, 2, 16};
  CHECK(nearest_rank(mixed, 0.5) == 4);
  CHECK(nearest_rank(mixed, 1) == 16);
}
