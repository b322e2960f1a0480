#include "catch.h"

#include <diamond/core/memory.h>

using namespace diamond;

TEST_CASE("an amount of memory is a whole number and a unit") {
  CHECK(parse_bytes("3KiB") == 3U << 10U);
  CHECK(parse_bytes("512 MiB") == 512U << 20U);
  CHECK(parse_bytes("2GiB") == std::uint64_t{2} << 30U);
  CHECK(parse_bytes("1 TiB") == std::uint64_t{1} << 40U);
}

TEST_CASE("what is no amount of memory") {
  for (const char* text : {"", "2", "GiB", "2GB", "2 gib", "-1GiB", "1.5GiB", "2GiB ", "2  GiB",
                           "99999999999999999999KiB", "99999999999TiB"}) {
    INFO(text);
    CHECK_FALSE(parse_bytes(text).has_value());
  }
}

TEST_CASE("the machine has some memory, and not more than there is") {
  CHECK(machine_memory() > std::uint64_t{64} << 20U);
  CHECK(machine_memory() < std::uint64_t{1} << 50U);
}
