#include "http/http_date.h"

#include "catch.h"

using namespace diamond::serve;
using namespace std::chrono_literals;

TEST_CASE("a date is written as HTTP has it") {
  // RFC 9110's own example, and the days around a leap day.
  constexpr std::chrono::sys_days day(std::chrono::year(1994) / 11 / 6);
  CHECK(http_date(day + 8h + 49min + 37s) == "Sun, 06 Nov 1994 08:49:37 GMT");
  constexpr std::chrono::sys_days leap(std::chrono::year(2028) / 2 / 29);
  CHECK(http_date(leap + 0s) == "Tue, 29 Feb 2028 00:00:00 GMT");
  CHECK(http_date(leap + 24h) == "Wed, 01 Mar 2028 00:00:00 GMT");
}

TEST_CASE("a clock tells what second it is") {
  HttpClock clock;
  const auto now = [] {
    return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  };
  const auto before = now();
  const std::string told = clock.now();
  CHECK((told == http_date(before) || told == http_date(now())));
  while (now() == before) {
  }
  CHECK(clock.now() != http_date(before));
}
