#include "access/secret.h"

#include "catch.h"

#include <set>

using namespace diamond::serve;

TEST_CASE("a new key is 32 random bytes in letters that a header and a shell can carry") {
  std::set<std::string> made;
  std::set<char> letters;
  for (int i = 0; i < 200; ++i) {
    const std::string secret = make_secret();
    CHECK(secret.size() == 46);  // "dk_" and 256 bits at 6 a letter
    CHECK(secret.starts_with("dk_"));
    CHECK(secret.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                   "0123456789-_") == std::string::npos);
    made.insert(secret);
    letters.insert(secret.begin() + 3, secret.end());
  }
  CHECK(made.size() == 200);
  CHECK(letters.size() == 64);  // the chance that one is missing is below 1e-56
}

TEST_CASE("texts are equal where every byte is") {
  CHECK(are_equal_in_constant_time("", ""));
  CHECK(are_equal_in_constant_time("abc", "abc"));
  for (const char* other : {"", "ab", "abd", "Abc", "abcd"})
    CHECK_FALSE(are_equal_in_constant_time("abc", other));
}
