#include "catch.h"
#include "support/notebook.h"

#include <diamond/trust/neighbour_index.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <random>
#include <string>
#include <vector>

using namespace diamond;
using namespace diamond::testing;

namespace {

NeighbourIndex index_of(const std::vector<PricedDiamond>& stones) {
  return NeighbourIndex(std::make_shared<const Table>(table_of(stones)));
}

/// What the contract says, by a scan and a stable sort.
std::vector<Neighbour> scanned(const std::vector<PricedDiamond>& stones, const Diamond& like,
                               std::size_t count) {
  std::vector<Neighbour> all;
  for (const PricedDiamond& one : stones) all.push_back({one, steps_between(like, one.stone)});
  std::stable_sort(all.begin(), all.end(),
                   [](const Neighbour& a, const Neighbour& b) { return a.steps < b.steps; });
  all.resize(std::min(all.size(), count));
  return all;
}

bool same_neighbour(const Neighbour& a, const Neighbour& b) {
  return same_stone(a.stone, b.stone) && a.steps == b.steps;
}

}  // namespace

TEST_CASE("a grade, a tenth of the weight, 2 points of depth and 3 of table are a step each") {
  const Diamond here = stone({.carat = 1, .cut = Cut::good, .depth = 60, .table = 55}).stone;
  const auto steps_to = [&](const StoneFields& fields) {
    return steps_between(here, stone(fields).stone);
  };
  CHECK(steps_to({.carat = 1, .cut = Cut::good, .depth = 60, .table = 55}) == 0);
  CHECK(steps_to({.carat = 1, .cut = Cut::ideal, .depth = 60, .table = 55}) == Approx(3));
  CHECK(steps_to({.carat = 1.1, .cut = Cut::good, .depth = 60, .table = 55}) == Approx(1));
  CHECK(steps_to({.carat = 2, .cut = Cut::good, .depth = 60, .table = 55}) == Approx(7.2725));
  CHECK(steps_to({.carat = 1, .cut = Cut::good, .depth = 64, .table = 55}) == Approx(2));
  CHECK(steps_to({.carat = 1, .cut = Cut::good, .depth = 60, .table = 61}) == Approx(2));
  CHECK(steps_to({.carat = 1, .cut = Cut::premium, .depth = 64, .table = 61}) ==
        Approx(std::sqrt(12)));
}

TEST_CASE("the nearest stones are those of a scan, equally near ones in the data's order") {
  std::mt19937 random(23);
  std::size_t wrong = 0;
  for (std::uint32_t round = 0; round < 40; ++round) {
    auto stones = random_stones(1 + random() % 400, round);
    for (std::size_t i = 0; i < stones.size(); ++i) {
      if (round % 2 == 0) {  // many that are equally near
        stones[i].stone.carat = 0.5;
        stones[i].stone.depth = 60;
        stones[i].stone.table = 55;
      }
      stones[i].price = static_cast<double>(i);  // tells equal stones apart
    }
    const NeighbourIndex index = index_of(stones);
    for (const PricedDiamond& question : random_stones(30, round + 100)) {
      const std::size_t count = 1 + random() % 20;
      const auto expected = scanned(stones, question.stone, count);
      const auto found = index.nearest(question.stone, count);
      wrong +=
          std::equal(found.begin(), found.end(), expected.begin(), expected.end(), same_neighbour)
              ? 0
              : 1;

      const auto far = index.far_nearest(question.stone);
      if (far.has_value() != (expected.front().steps >= index.radius())) ++wrong;
      if (far && !same_neighbour(*far, expected.front())) ++wrong;
    }
  }
  CHECK(wrong == 0);
}

TEST_CASE("of the data's own stones hardly one would be alone without itself") {
  const NeighbourIndex index(std::make_shared<const Table>(notebook().table));
  CHECK(index.radius() == 2);
  std::size_t alone = 0;
  for (std::size_t row = 0; row < notebook().table.rows(); ++row) {
    const Diamond stone = notebook().table.row(row).stone;
    alone += index.nearest(stone, 2).back().steps >= index.radius() ? 1 : 0;
    if (index.far_nearest(stone)) FAIL("a stone is far from itself");
  }
  CHECK(alone > 0);
  CHECK(static_cast<double>(alone) < 0.001 * static_cast<double>(notebook().table.rows()));
}

TEST_CASE("where few stones are near each other, a stone is not alone for being like them") {
  const NeighbourIndex index = index_of(random_stones(100, 4));
  CHECK(index.radius() > 2);
  const Diamond ordinary = random_stones(1, 77).front().stone;
  CHECK_FALSE(index.far_nearest(ordinary));
  CHECK(index.far_nearest(stone({.carat = 90}).stone));
}

TEST_CASE("a stone that is alone is told which is the nearest, and what sets them apart") {
  const NeighbourIndex index(std::make_shared<const Table>(notebook().table));
  const Diamond odd{1.5, Cut::ideal, Color::J, Clarity::IF, 61.8, 75, 7.4, 7.4, 4.57};
  const auto nearest = index.far_nearest(odd);
  REQUIRE(nearest);
  const Warning warning = warning_of_loneliness(odd, *nearest);
  CHECK(warning.field == Field::table);
  CHECK(warning.message.find("no stone of the training data is near: the nearest, ") == 0);

  const Neighbour other{stone({.carat = 1.51, .color = Color::F, .clarity = Clarity::VVS1}),
                        3.4321};
  CHECK(warning_of_loneliness(stone({.carat = 3.5, .cut = Cut::fair}).stone, other) ==
        Warning{Field::carat,
                "no stone of the training data is near: the nearest, 3.4 steps away, is 1.51 "
                "carat, Ideal, F, VVS1, depth 61.5 %, table 55 %",
                WarningCode::no_neighbour,
                {},
                {},
                {},
                other});
}

TEST_CASE("few stones or none are no trouble") {
  const NeighbourIndex none = index_of({});
  CHECK_FALSE(none.far_nearest(stone().stone));
  CHECK(none.nearest(stone().stone, 5).empty());
  const NeighbourIndex one = index_of({stone()});
  CHECK(one.nearest(stone().stone, 5).size() == 1);
  CHECK(one.nearest(stone().stone, 0).empty());
  CHECK_FALSE(one.far_nearest(stone({.carat = 0.51}).stone));
  CHECK(one.far_nearest(stone({.carat = 5}).stone));
  CHECK(index_of(std::vector<PricedDiamond>(5'000, stone())).nearest(stone().stone, 7).size() == 7);
}

TEST_CASE("whatever numbers a table or a stone holds, steps are finite") {
  constexpr double nan = std::numeric_limits<double>::quiet_NaN();
  constexpr double infinity = std::numeric_limits<double>::infinity();
  std::vector<PricedDiamond> stones = random_stones(200, 9);
  const std::vector<double> numbers = {nan, infinity, -infinity, -1, 0, 5e-324, 1e308, 100};
  for (std::size_t i = 0; i < 3 * numbers.size(); ++i) {
    stones[i].stone.carat = numbers[i % numbers.size()];
    stones[i + 30].stone.depth = numbers[i % numbers.size()];
    stones[i + 60].stone.table = numbers[i % numbers.size()];
  }
  const NeighbourIndex index = index_of(stones);
  CHECK(std::isfinite(index.radius()));
  for (const double number : numbers) {
    const Diamond odd = stone({.carat = number, .depth = number, .table = number}).stone;
    const auto found = index.nearest(odd, 500);
    CHECK(found.size() == stones.size());
    for (const Neighbour& neighbour : found)
      if (!std::isfinite(neighbour.steps)) FAIL(neighbour.steps);
  }
}
