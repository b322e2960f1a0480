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

TEST_CASE("a moment is read with its zone") {
  for (const char* text : {"2001-09-09T01:46:40Z", "2001-09-09T01:46:40.000Z",
                           "2001-09-09T03:46:40+02:00", "2001-09-08T20:16:40-05:30"}) {
    INFO(text);
    CHECK(parse_iso_time(text) == Timestamp(billion));
  }
  CHECK(parse_iso_time("2001-09-09T01:46Z") == Timestamp(billion - seconds(40)));
  CHECK(parse_iso_time("2001-09-09T01:46:40.7Z") == Timestamp(billion + milliseconds(700)));
  CHECK(parse_iso_time("2001-09-09T01:46:40.1234567Z") ==
        Timestamp(billion + microseconds(123456)));
}

TEST_CASE("a day is read as its first moment") {
  CHECK(parse_iso_time("1970-01-02") == Timestamp(hours(24)));
  CHECK(parse_iso_time("2024-02-29") == Timestamp(sys_days(year(2024) / 2 / 29)));
}

TEST_CASE("a time that nothing can hold is taken for one far away") {
  CHECK(parse_iso_time("9999-12-31") == Timestamp(sys_days(year(2200) / 12 / 31)));
  CHECK(parse_iso_time("2262-04-12T00:00Z") == parse_iso_time("9999-12-31"));
  CHECK(parse_iso_time("0001-01-01") == Timestamp(sys_days(year(1700) / 1 / 1)));
}

TEST_CASE("what is written is read again") {
  const Timestamp time(billion + milliseconds(7));
  CHECK(parse_iso_time(iso_time(time)) == time);
}

TEST_CASE("what is no day and no moment is not read") {
  for (const char* text :
       {"", "yesterday", "2026-11", "2026-13-01", "2026-00-01", "2026-02-29", "2026-11-31",
        "2026-11-25T08:00", "2026-11-25T08:00:00", "2026-11-25T24:00Z", "2026-11-25T08:60Z",
        "2026-11-25T08:00:60Z", "2026-11-25T08:00+24:00", "2026-11-25 08:00Z", "2026-11-25T08:00z",
        " 2026-11-25", "2026-11-25Z", "2026-11-25T08:00:00.Z", "1795507200"}) {
    INFO(text);
    CHECK_FALSE(parse_iso_time(text).has_value());
  }
}
