#include "access/rate_limit.h"

#include "catch.h"

#include <algorithm>
#include <atomic>
#include <thread>
#include <vector>

using namespace diamond::serve;
using namespace std::chrono_literals;

namespace {

constexpr RateLimit::Clock::time_point start{1000s};

}  // namespace

TEST_CASE("as many as the burst may come at once, and then one in each interval") {
  RateLimit limit({10, 3});
  for (int i = 0; i < 3; ++i) CHECK(limit.take(start) == 0ns);
  CHECK(limit.take(start) == 100ms);
  CHECK(limit.take(start + 40ms) == 60ms);
  CHECK(limit.take(start + 100ms) == 0ns);
  CHECK(limit.take(start + 100ms) == 100ms);
}

TEST_CASE("who waits as long as it is told to is let in") {
  RateLimit limit({0.3, 1});
  auto now = start;
  for (int i = 0; i < 50; ++i) {
    CHECK(limit.take(now) == 0ns);
    const auto wait = limit.take(now);
    CHECK(wait > 3333ms);
    CHECK(wait <= 3334ms);
    CHECK(limit.take(now + wait - 1ns) == 1ns);
    now += wait;
  }
}

TEST_CASE("what has to wait is not counted") {
  RateLimit limit({1, 1});
  CHECK(limit.take(start) == 0ns);
  for (int i = 0; i < 1000; ++i) CHECK(limit.take(start + 500ms) == 500ms);
  CHECK(limit.take(start + 1s) == 0ns);
}

TEST_CASE("after a rest there is a burst, and no more than one") {
  RateLimit limit({1, 5});
  for (const auto rest : {0h, 1h, 1000h}) {
    for (int i = 0; i < 5; ++i) CHECK(limit.take(start + rest) == 0ns);
    CHECK(limit.take(start + rest) == 1s);
  }
}

TEST_CASE("over any time no more come through than burst and rate allow") {
  RateLimit limit({100, 20});
  int taken = 0;
  for (int millisecond = 0; millisecond < 10'000; ++millisecond)
    if (limit.take(start + std::chrono::milliseconds(millisecond)) == 0ns) ++taken;
  CHECK(taken == 20 + 999);  // the burst, and one for each whole 10 ms that has gone by
}

TEST_CASE("a limit beyond all measure is one still") {
  RateLimit slow({1e-300, 1e6});
  CHECK(slow.take(start) == 0ns);
  RateLimit slowest({1e-300, 1});
  CHECK(slowest.take(start) == 0ns);
  CHECK(slowest.take(start) > 24h * 365 * 50);
  RateLimit fast({1e6, 1e6});
  for (int i = 0; i < 1000; ++i) CHECK(fast.take(start) == 0ns);
}

TEST_CASE("threads that ask at once get no more than one would") {
  RateLimit limit({0.001, 1000});
  std::atomic<int> taken = 0;
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 4; ++t)
      threads.emplace_back([&] {
        for (int i = 0; i < 1000; ++i)
          if (limit.take(start) == 0ns) ++taken;
      });
  }
  CHECK(taken == 1000);
}
