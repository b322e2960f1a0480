#include "catch.h"

#include <diamond/core/clock.h>

using namespace diamond;
using namespace std::chrono;

// 1'000'000'000 s after the epoch is 2001-09-09T01:46:40Z (`date -u -d @1000000000`).
constexpr seconds billion{1'000'000'000};

TEST_CASE("a time is written in UTC to the millisecond") {
  CHECK(iso_time(Timestamp(billion + milliseconds(7))) == "2001-09-09T01:46:40.007Z");
  CHECK(iso_time(Timestamp(billion + microseconds(999'999))) == "2001-09-09T01:46:40.999Z");
}

TEST_CASE("a time before 1970 counts its milliseconds forwards too") {
  CHECK(iso_time(Timestamp(milliseconds(-1))) == "1969-12-31T23:59:59.999Z");
}

TEST_CASE("a time for names of files has no separators and no fraction") {
  CHECK(compact_time(Timestamp(billion + milliseconds(999))) == "20010909T014640Z");
}
