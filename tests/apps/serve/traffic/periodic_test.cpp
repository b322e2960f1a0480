#include "traffic/periodic.h"

#include "catch.h"

#include <atomic>
#include <latch>
#include <thread>
#include <utility>

using namespace diamond::serve;
using namespace std::chrono_literals;

TEST_CASE("work is done again and again, at once and after each pause") {
  constexpr int times = 5;
  std::atomic<int> done = 0;
  std::latch enough(times);
  {
    const Periodic periodic(0ms, [&](const std::stop_token& /*stop*/) {
      if (++done <= times) enough.count_down();
      return 1ms;
    });
    enough.wait();
  }
  const int at_the_end = done;
  CHECK(at_the_end >= times);
  std::this_thread::yield();
  CHECK(done == at_the_end);
}

TEST_CASE("who waits for the next time is not waited for") {
  std::atomic<int> done = 0;
  std::latch begun(1);
  {
    const Periodic first(0ms, [&](const std::stop_token& /*stop*/) {
      ++done;
      begun.count_down();
      return 24h;
    });
    const Periodic never(24h, [&](const std::stop_token& /*stop*/) {
      done = 1000;
      return 0ms;
    });
    begun.wait();
  }
  CHECK(done == 1);
}

TEST_CASE("work that is at it is asked to stop") {
  std::latch begun(1);
  bool was_asked = false;
  {
    const Periodic periodic(0ms, [&](const std::stop_token& stop) {
      begun.count_down();
      while (!stop.stop_requested()) std::this_thread::yield();
      was_asked = true;
      return 0ms;
    });
    begun.wait();
  }
  CHECK(was_asked);
}

TEST_CASE("one that was moved goes on, and one that does nothing can be destroyed") {
  std::latch again(2);
  std::atomic<int> done = 0;
  Periodic kept;
  {
    Periodic made(0ms, [&](const std::stop_token& /*stop*/) {
      if (++done <= 2) again.count_down();
      return 1ms;
    });
    kept = std::move(made);
  }
  again.wait();
  CHECK(done >= 2);
}
