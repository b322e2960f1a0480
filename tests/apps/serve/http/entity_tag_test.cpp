#include "http/entity_tag.h"

#include "catch.h"

#include <string>

using namespace diamond::serve;

TEST_CASE("contents have the same tag where they are the same") {
  CHECK(etag_of("a") == etag_of("a"));
  CHECK(etag_of("a") != etag_of("b"));
  CHECK(etag_of("") == "\"e3b0c44298fc1c149afbf4c8996fb924\"");  // SHA-256 of nothing
}

TEST_CASE("a tag is weak or it is made so") {
  CHECK(weak("\"a\"") == "W/\"a\"");
  CHECK(weak("W/\"a\"") == "W/\"a\"");
}

TEST_CASE("a tag is named alone, among others, weakly, or by a star") {
  for (const char* list : {"\"a\"", "W/\"a\"", "\"b\", \"a\"", "\"b\",W/\"a\"", "\t\"b\" ,, \"a\" ",
                           "*", "\"x,y\", \"a\""}) {
    INFO(list);
    CHECK(is_named(list, "\"a\""));
    CHECK(is_named(list, "W/\"a\""));
  }
}

TEST_CASE("another tag is not this one") {
  for (const char* list : {"", "\"b\"", "a", "\"A\"", "\"aa\"", "\"b,\"a", "w/\"a\"", "\"b", "**",
                           "x, \"a\"", "\"b\"\"", "W/", "\"*\""}) {
    INFO(list);
    CHECK_FALSE(is_named(list, "\"a\""));
  }
}
