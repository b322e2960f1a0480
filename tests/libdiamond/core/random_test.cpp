#include "catch.h"

#include <diamond/core/random.h>

#include <array>
#include <cmath>
#include <set>

using namespace diamond;

// The figures are those of a few lines of Python that follow the paper.
TEST_CASE("a stream of random numbers is the same everywhere") {
  Random first(42, 0);
  CHECK(first.bits() == 0xc5a57e8172f0a9d2U);
  CHECK(first.bits() == 0x61b3e514f002fd8bU);
  CHECK(first.bits() == 0xb4b2555dc7fcd0aaU);
  Random second(42, 1);
  CHECK(second.bits() == 0x8a126a344796755fU);
}

TEST_CASE("neighbouring seeds and streams have nothing in common") {
  std::set<std::uint64_t> drawn;
  for (std::uint64_t seed = 0; seed < 20; ++seed)
    for (std::uint64_t stream = 0; stream < 20; ++stream) {
      Random random(seed, stream);
      for (int i = 0; i < 20; ++i) drawn.insert(random.bits());
    }
  CHECK(drawn.size() == 20 * 20 * 20);
}

TEST_CASE("uniform numbers fill the unit interval evenly") {
  Random random(1, 0);
  std::array<int, 10> counts{};
  for (int i = 0; i < 100'000; ++i) {
    const double drawn = random.uniform();
    REQUIRE(drawn >= 0);
    REQUIRE(drawn < 1);
    ++counts[static_cast<std::size_t>(drawn * 10)];
  }
  for (const int count : counts) CHECK(std::abs(count - 10'000) < 500);  // 5 standard deviations
}

TEST_CASE("whole numbers below a limit are equally likely, also below a large one") {
  Random random(2, 0);
  std::array<int, 7> counts{};
  for (int i = 0; i < 70'000; ++i) ++counts.at(random.below(7));
  for (const int count : counts) CHECK(std::abs(count - 10'000) < 500);

  CHECK(random.below(1) == 0);
  // With a plain remainder the lower half of these would be twice as likely as the upper one.
  constexpr std::uint64_t limit = std::uint64_t{3} << 62U;
  int lower = 0;
  for (int i = 0; i < 10'000; ++i) lower += random.below(limit) < limit / 2 ? 1 : 0;
  CHECK(std::abs(lower - 5'000) < 250);
}

TEST_CASE("normal numbers have mean 0, variance 1 and the normal's tails") {
  Random random(3, 0);
  constexpr int count = 100'000;
  double sum = 0;
  double squares = 0;
  int outside = 0;
  for (int i = 0; i < count; ++i) {
    const double drawn = random.normal();
    REQUIRE(std::isfinite(drawn));
    sum += drawn;
    squares += drawn * drawn;
    outside += std::abs(drawn) > 1.959964 ? 1 : 0;
  }
  CHECK(std::abs(sum / count) < 0.016);
  CHECK(std::abs(squares / count - 1) < 0.025);
  CHECK(std::abs(outside - 5'000) < 350);  // 5 % of a normal distribution
}
