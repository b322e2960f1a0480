#include "catch.h"
#include "support/stones.h"

#include <diamond/data/sample_index.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <numeric>
#include <random>

using namespace diamond;
using namespace diamond::testing;

namespace {

/// What the contract says, by a scan and a stable sort.
std::vector<PricedDiamond> scanned(const std::vector<PricedDiamond>& stones, const Diamond& like,
                                   std::size_t count) {
  std::vector<PricedDiamond> fits;
  for (const PricedDiamond& one : stones)
    if (one.stone.cut == like.cut && one.stone.color == like.color &&
        one.stone.clarity == like.clarity)
      fits.push_back(one);
  std::stable_sort(fits.begin(), fits.end(), [&](const PricedDiamond& a, const PricedDiamond& b) {
    return std::abs(a.stone.carat - like.carat) < std::abs(b.stone.carat - like.carat);
  });
  fits.resize(std::min(fits.size(), count));
  return fits;
}

SampleIndex index_of(const std::vector<PricedDiamond>& stones) {
  return SampleIndex(std::make_shared<const Table>(table_of(stones)));
}

}  // namespace

TEST_CASE("the nearest stones are those of a scan and a stable sort") {
  std::mt19937 random(17);
  std::size_t wrong = 0;
  for (std::uint32_t round = 0; round < 60; ++round) {
    // Few grades and weights in steps of an eighth: many stones of equal weight, many equally far
    // on both sides.
    auto stones = random_stones(1 + random() % 300, round);
    for (std::size_t i = 0; i < stones.size(); ++i) {
      stones[i].stone.cut = static_cast<Cut>(random() % 2);
      stones[i].stone.color = Color::D;
      stones[i].stone.clarity = static_cast<Clarity>(random() % 2);
      stones[i].stone.carat = static_cast<double>(1 + random() % 12) / 8;
      stones[i].price = static_cast<double>(i);  // tells equal stones apart
    }
    const SampleIndex index = index_of(stones);
    REQUIRE(index.size() == stones.size());
    for (int question = 0; question < 60; ++question) {
      const Diamond like{.carat = static_cast<double>(random() % 30) / 16,
                         .cut = static_cast<Cut>(random() % 2),
                         .color = Color::D,
                         .clarity = static_cast<Clarity>(random() % 2)};
      const std::size_t count = question % 5 == 0 ? 1'000 : 1 + random() % 12;
      const auto expected = scanned(stones, like, count);
      const auto found = index.nearest(like.cut, like.color, like.clarity, like.carat, count);
      wrong += std::equal(found.begin(), found.end(), expected.begin(), expected.end(), same_stone)
                   ? 0
                   : 1;
    }
  }
  CHECK(wrong == 0);
}

TEST_CASE("grades that no stone has give nothing") {
  const SampleIndex index = index_of({stone({.cut = Cut::ideal, .color = Color::D})});
  CHECK(index.nearest(Cut::fair, Color::D, Clarity::VS2, 0.5, 3).empty());
  CHECK(index.nearest(Cut::ideal, Color::D, Clarity::VS2, 0.5, 3).size() == 1);
  CHECK(index_of({}).nearest(Cut::fair, Color::J, Clarity::I1, 0.5, 3).empty());
}

TEST_CASE("the first and the last combination of grades have their stones") {
  const SampleIndex index =
      index_of({stone({.cut = Cut::ideal, .color = Color::D, .clarity = Clarity::IF, .price = 9}),
                stone({.cut = Cut::fair, .color = Color::J, .clarity = Clarity::I1, .price = 1})});
  const auto last = index.nearest(Cut::ideal, Color::D, Clarity::IF, 1e6, 5);
  const auto first = index.nearest(Cut::fair, Color::J, Clarity::I1, -1, 5);
  REQUIRE(last.size() == 1);
  REQUIRE(first.size() == 1);
  CHECK(last[0].price == 9);
  CHECK(first[0].price == 1);
}
