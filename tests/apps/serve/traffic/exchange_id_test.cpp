#include "traffic/exchange_id.h"

#include "catch.h"

using namespace diamond;
using namespace diamond::serve;
using namespace std::chrono;

namespace {

constexpr Timestamp now{seconds(1'795'507'200)};  // 2026-11-24T08:00Z

}  // namespace

TEST_CASE("an exchange's id tells the second that it was recorded in, and the server's slot") {
  const std::int64_t id = next_exchange_id(0, 7, now);
  CHECK(id / 2'000'000 == 1'795'507'200);
  CHECK(id % slots == 7);
}

TEST_CASE("ids rise though the clock stands or goes back") {
  std::int64_t last = next_exchange_id(0, 3, now);
  for (const Timestamp time : {now, now - hours(24), now}) {
    const std::int64_t next = next_exchange_id(last, 3, time);
    CHECK(next == last + slots);
    last = next;
  }
  CHECK(next_exchange_id(last, 3, now + seconds(1)) == next_exchange_id(0, 3, now + seconds(1)));
}

TEST_CASE("ids of servers that record at the same time differ, whatever each gave before") {
  CHECK(next_exchange_id(0, 0, now) != next_exchange_id(0, 31, now));
  const std::int64_t of_another_slot = next_exchange_id(0, 31, now);
  CHECK(next_exchange_id(of_another_slot, 0, now) > of_another_slot);
  CHECK(next_exchange_id(of_another_slot, 0, now) % slots == 0);
}

TEST_CASE("what is recorded from a time on has an id from there on") {
  CHECK(next_exchange_id(0, 0, now) >= first_exchange_id(now));
  CHECK(next_exchange_id(0, 31, now - microseconds(16)) < first_exchange_id(now));
}

TEST_CASE("a web page can hold an exchange's id for a lifetime") {
  constexpr std::int64_t largest_safe_integer = (std::int64_t{1} << 53) - 1;  // of JavaScript
  CHECK(first_exchange_id(Timestamp(sys_days(year(2100) / 1 / 1))) < largest_safe_integer);
}
