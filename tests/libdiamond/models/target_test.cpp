#include "catch.h"

#include <diamond/models/target.h>

#include <cmath>

using namespace diamond;

TEST_CASE("a price comes back from every target") {
  for (const std::string_view name : target_names) {
    INFO(std::string(name));
    const Target target = parse_target(name).value();
    CHECK(name_of(target) == name);
    CHECK(to_price(to_target(5123.0, 1.7, target), 1.7, target) == Approx(5123.0).epsilon(1e-14));
  }
  CHECK_FALSE(parse_target("cube").has_value());
}

TEST_CASE("targets are what their names say") {
  CHECK(to_target(900, 2, Target::price) == 900);
  CHECK(to_target(900, 2, Target::sqrt_price) == 30);
  CHECK(to_target(900, 2, Target::log_price) == std::log(900.0));
  CHECK(to_target(900, 2, Target::log_price_per_carat) == std::log(450.0));
}

TEST_CASE("a square root below nothing is no price") {
  CHECK(to_price(-3, 1, Target::sqrt_price) == 0);
}
