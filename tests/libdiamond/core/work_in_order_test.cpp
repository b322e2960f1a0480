#include "catch.h"
#include "support/messages.h"

#include <diamond/core/lazy.h>
#include <diamond/core/work_in_order.h>

#include <atomic>
#include <numeric>
#include <stdexcept>
#include <vector>

using namespace diamond;
using namespace diamond::testing;

namespace {

/// 0, 1, 2, … below `count`.
auto numbers_below(int count) {
  return [count, next = 0](int& item) mutable {
    item = next++;
    return item < count;
  };
}

}  // namespace

TEST_CASE("results come in the order of their items though the threads are not alike fast") {
  std::vector<int> given;
  auto take = numbers_below(2000);
  work_in_order<int>(
      std::ref(take),
      [](int item) {
        if (item % 7 == 0) std::this_thread::sleep_for(std::chrono::microseconds(100));
        return item * 2;
      },
      [&](int result) { given.push_back(result); }, 8);
  REQUIRE(given.size() == 2000);
  for (std::size_t i = 0; i < given.size(); ++i) REQUIRE(given[i] == static_cast<int>(2 * i));
}

TEST_CASE("no thread goes further ahead than there is room") {
  std::atomic<int> given = 0;
  std::atomic<int> furthest = 0;
  auto take = numbers_below(200);
  work_in_order<int>(
      std::ref(take),
      [&](int item) {
        furthest = std::max(furthest.load(), item - given);
        return item;
      },
      [&](int /*result*/) {
        std::this_thread::sleep_for(std::chrono::microseconds(200));
        ++given;
      },
      5);
  CHECK(given == 200);
  CHECK(furthest <= 5);
}

TEST_CASE("nothing is given behind a result at which the receiver threw") {
  std::vector<int> given;
  auto take = numbers_below(1000);
  const std::string message = message_of<std::runtime_error>([&] {
    work_in_order<int>(
        std::ref(take), [](int item) { return item; },
        [&](int result) {
          if (result == 500) throw std::runtime_error("enough");
          given.push_back(result);
        },
        8);
  });
  CHECK(message == "enough");
  CHECK(given.size() == 500);
}

TEST_CASE("an exception of an item or of the source ends the work and reaches the caller") {
  std::vector<int> given;
  auto take = numbers_below(1000);
  CHECK(message_of<std::runtime_error>([&] {
          work_in_order<int>(
              std::ref(take),
              [](int item) {
                if (item == 300) throw std::runtime_error("item 300");
                return item;
              },
              [&](int result) { given.push_back(result); }, 8);
        }) == "item 300");
  CHECK(given.size() <= 300);
  std::atomic<int> taken = 0;
  CHECK(message_of<std::runtime_error>([&] {
          work_in_order<int>(
              [&](int& item) {
                item = taken++;
                if (item == 100) throw std::runtime_error("no more");
                return true;
              },
              [](int item) { return item; }, [](int /*result*/) {}, 8);
        }) == "no more");
  CHECK(taken == 101);
}

TEST_CASE("what is lazy is made once and only where it is asked for") {
  int made = 0;
  const Lazy<int> lazy([&] { return ++made; });
  CHECK(made == 0);
  CHECK(lazy.get() == 1);
  CHECK(lazy.get() == 1);
  const Lazy<int> failing(
      [&]() -> int { throw std::runtime_error("failed " + std::to_string(++made)); });
  CHECK(message_of<std::runtime_error>([&] { (void)failing.get(); }) == "failed 2");
  CHECK(message_of<std::runtime_error>([&] { (void)failing.get(); }) == "failed 3");
}
