#include "catch.h"
#include "support/messages.h"

#include <diamond/core/parallel.h>

#include <atomic>
#include <stdexcept>
#include <thread>
#include <vector>

using namespace diamond;
using namespace diamond::testing;

TEST_CASE("each piece is worked on once and only the last is shorter") {
  std::vector<int> visits(1003, 0);
  std::mutex mutex;
  std::vector<std::pair<std::size_t, std::size_t>> pieces;
  parallel_for(visits.size(), 10, [&](std::size_t first, std::size_t last) {
    for (std::size_t i = first; i < last; ++i) ++visits[i];
    const std::lock_guard lock(mutex);
    pieces.emplace_back(first, last);
  });
  CHECK(std::count(visits.begin(), visits.end(), 1) == 1003);
  std::sort(pieces.begin(), pieces.end());
  REQUIRE(pieces.size() == 101);
  CHECK(pieces[7] == std::pair<std::size_t, std::size_t>(70, 80));
  CHECK(pieces[100] == std::pair<std::size_t, std::size_t>(1000, 1003));
}

TEST_CASE("nothing to do calls nothing") {
  bool called = false;
  parallel_for(0, 10, [&](std::size_t, std::size_t) { called = true; });
  CHECK_FALSE(called);
}

TEST_CASE("an exception of a piece reaches the caller") {
  const std::string message = message_of<std::runtime_error>([] {
    parallel_for(1000, 1, [](std::size_t first, std::size_t) {
      if (first == 500) throw std::runtime_error("piece 500");
    });
  });
  CHECK(message == "piece 500");
}

TEST_CASE("asked for one thread it works on the caller's alone") {
  std::atomic<int> elsewhere{0};
  const auto caller = std::this_thread::get_id();
  const auto work = [&](std::size_t, std::size_t) {
    if (std::this_thread::get_id() != caller) ++elsewhere;
  };
  parallel_for(1000, 1, work, 1);
  CHECK(elsewhere == 0);
}
