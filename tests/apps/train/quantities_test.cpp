#include "quantities.h"

#include "catch.h"

using namespace diamond::train;

TEST_CASE("bytes have three digits and the unit that fits") {
  CHECK(shown_bytes(0) == "0 B");
  CHECK(shown_bytes(999) == "999 B");
  CHECK(shown_bytes(1'000) == "1.00 kB");
  CHECK(shown_bytes(45'670) == "45.7 kB");
  CHECK(shown_bytes(999'499) == "999 kB");
  CHECK(shown_bytes(999'500) == "1.00 MB");
  CHECK(shown_bytes(1'204'000'000) == "1.20 GB");
  CHECK(shown_bytes(1'000'000'000'000'000) == "1000 TB");
}

TEST_CASE("one is singular and none is not") {
  CHECK(counted(0, "model") == "0 models");
  CHECK(counted(1, "model") == "1 model");
  CHECK(counted(2, "data set") == "2 data sets");
}
