#include "traffic/exchange_id.h"

#include "catch.h"

using namespace diamond;
using namespace diamond::serve;
using namespace std::chrono;

namespace {

constexpr Timestamp at_eight{seconds(1'795'507'200)};  // 2026-11-24T08:00Z

}  // namespace

TEST_CASE("an exchange's id tells the second that it was recorded in, and the server's slot") {
  const std::int64_t id = next_exchange_id(0, 7, at_eight);
  CHECK(id / 2'000'000 == 1'795'507'200);
  CHECK(id % slots == 7);
}

TEST_CASE("ids rise though the clock stands or goes back") {
  std::int64_t given = next_exchange_id(0, 3, at_eight);
  for (const Timestamp time : {at_eight, at_eight - hours(24), at_eight}) {
    const std::int64_t next = next_exchange_id(given, 3, time);
    CHECK(next == given + slots);
    given = next;
  }
  CHECK(next_exchange_id(given, 3, at_eight + seconds(1)) ==
        next_exchange_id(0, 3, at_eight + seconds(1)));
}

TEST_CASE("ids of servers that record at the same time differ, whatever each gave before") {
  CHECK(next_exchange_id(0, 0, at_eight) != next_exchange_id(0, 31, at_eight));
  const std::int64_t of_another_slot = next_exchange_id(0, 31, at_eight);
  CHECK(next_exchange_id(of_another_slot, 0, at_eight) > of_another_slot);
  CHECK(next_exchange_id(of_another_slot, 0, at_eight) % slots == 0);
}

TEST_CASE("what is recorded from a time on has an id from there on") {
  CHECK(next_exchange_id(0, 0, at_eight) >= first_exchange_id(at_eight));
  CHECK(next_exchange_id(0, 31, at_eight - microseconds(16)) < first_exchange_id(at_eight));
}

TEST_CASE("a web page can hold an exchange's id for a lifetime") {
  constexpr std::int64_t largest_safe_integer = (std::int64_t{1} << 53) - 1;  // of JavaScript
  CHECK(first_exchange_id(Timestamp(sys_days(year(2100) / 1 / 1))) < largest_safe_integer);
}

TEST_CASE("an id of before ids told the time becomes one that does, in the same order") {
  CHECK(is_without_time(1));
  CHECK(is_without_time(1'795'507'200'000'000));  // an outbox counted microseconds
  CHECK_FALSE(is_without_time(first_exchange_id(at_eight)));
  CHECK(with_time(4711, at_eight) >= first_exchange_id(at_eight));
  CHECK(with_time(4711, at_eight) < with_time(4712, at_eight));
  CHECK(with_time(1999, at_eight) < first_exchange_id(at_eight + milliseconds(2)));
}

TEST_CASE("an outbox has a slot before the database gives it one") {
  for (const char* name : {"", "name", "ffffffff9abcdef0123456789abcdef0"}) {
    CHECK(slot_until_given(name) >= 0);
    CHECK(slot_until_given(name) < slots);
    CHECK(slot_until_given(name) == slot_until_given(name));
  }
}
