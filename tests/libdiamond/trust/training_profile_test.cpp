#include "catch.h"
#include "support/notebook.h"

#include <diamond/trust/training_profile.h>

#include <numeric>

using namespace diamond;
using namespace diamond::testing;

namespace {

std::uint64_t total(const Histogram& histogram) {
  return std::accumulate(histogram.counts.begin(), histogram.counts.end(), std::uint64_t{0});
}

}  // namespace

TEST_CASE("a profile knows what is usual among the well-known stones") {
  const TrainingProfile profile(notebook().table);
  CHECK(profile.rows() == 53'920);
  // Medians by pandas: groupby("cut") of carat / (x·y·z), depth and table; of y / x.
  CHECK(profile.proportions().density(Cut::ideal) == Approx(0.006076).epsilon(1e-3));
  CHECK(profile.proportions().density(Cut::fair) == Approx(0.006318).epsilon(1e-3));
  CHECK(profile.proportions().width_ratio() == Approx(1.00427).epsilon(1e-4));
  CHECK(profile.usual_depth(Cut::fair) == 65);
  CHECK(profile.usual_depth(Cut::ideal) == 61.8);
  CHECK(profile.usual_table(Cut::premium) == 59);
  REQUIRE(profile.price_percentiles().size() == 101);
  CHECK(profile.price_percentiles()[50] == Approx(2401).margin(2));
}

TEST_CASE("a range is what stones reach that hang together, not what mistakes reach") {
  const TrainingProfile profile(notebook().table);
  // The data has y = 58.9, z = 31.8 and table = 95.
  CHECK(profile.range(Quantity::y).high < 10.8);
  CHECK(profile.range(Quantity::z).high < 6.8);
  CHECK(profile.range(Quantity::table).high < 80);
  CHECK(profile.range(Quantity::carat).low == 0.2);
  CHECK(profile.range(Quantity::carat).high == Approx(4).margin(0.2));
}

TEST_CASE("a profile counts all stones for what comes later to be compared with") {
  const TrainingProfile profile(notebook().table);
  for (std::size_t i = 0; i < field_count; ++i) {
    const Histogram& histogram = profile.histogram(static_cast<Field>(i));
    CHECK(total(histogram) == 53'920);
    CHECK(histogram.counts.size() == histogram.edges.size() + 1);
  }
  // data/README.md: Fair 1,610 … Ideal 21,551, of which cleaning leaves out 20 without sizes.
  CHECK(profile.histogram(Field::cut).counts.front() == Approx(1'610).margin(20));
  CHECK(profile.histogram(Field::cut).counts.back() == Approx(21'551).margin(20));
  CHECK(profile.price_histogram().counts.size() == 10);
  CHECK(profile.price_histogram().counts[3] == Approx(5'392).epsilon(0.02));
}

TEST_CASE("few stones leave room for others") {
  const TrainingProfile one(table_of({stone()}));
  CHECK(one.range(Quantity::carat).contains(0.2));
  CHECK(one.range(Quantity::carat).contains(4));
  CHECK(one.usual_depth(Cut::fair) == 61.5);  // of the only stone, an Ideal

  std::vector<PricedDiamond> hundred;
  for (int i = 0; i < 100; ++i) hundred.push_back(stone({.depth = 61 + 0.01 * i}));
  const TrainingProfile some(table_of(hundred));
  CHECK(some.range(Quantity::depth).contains(64));
  CHECK_FALSE(some.range(Quantity::depth).contains(79));
}

TEST_CASE("no stones leave the figures of round brilliants, and any range") {
  const TrainingProfile profile{Table()};
  CHECK(profile.rows() == 0);
  CHECK(profile.usual_depth(Cut::good) == 61.8);
  CHECK(profile.usual_table(Cut::good) == 57);
  CHECK(profile.proportions().density(Cut::good) == 0.0061);
  CHECK(profile.range(Quantity::carat).contains(99));
  CHECK(profile.histogram(Field::x).counts.size() == 1);
  CHECK(profile.price_percentiles().empty());
}

TEST_CASE("rows that nobody measured teach nothing") {
  auto stones = random_stones(50, 3);
  stones[7].stone.z = 0;
  stones[8].stone.carat = std::nan("");
  CHECK(TrainingProfile(table_of(stones)).rows() == 48);
}

TEST_CASE("a large table is judged by some of its rows, the same ones each time") {
  Table table;
  for (int i = 0; i < 6; ++i) table.append(notebook().table);
  const TrainingProfile profile(table);
  const TrainingProfile again(table);
  CHECK(profile.rows() == 100'000);
  CHECK(profile.usual_table(Cut::premium) == 59);
  CHECK(profile.proportions().density(Cut::ideal) == Approx(0.006076).epsilon(1e-3));
  CHECK(profile.range(Quantity::carat).high == Approx(4).margin(0.3));
  CHECK(profile.histogram(Field::carat) == again.histogram(Field::carat));
}

TEST_CASE("stones whose numbers have nothing to do with each other are not held to anything") {
  const auto stones = random_stones(2'000, 5);
  const TrainingProfile profile(table_of(stones));
  for (const PricedDiamond& one : stones) CHECK(profile.proportions().hold(one.stone));
}
