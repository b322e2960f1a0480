#include "access/api_keys.h"

#include "catch.h"
#include "support/keys.h"
#include "support/messages.h"

#include <diamond/core/error.h>

using namespace diamond;
using namespace diamond::serve;
using namespace diamond::testing;

namespace {

const std::string hash(64, 'a');

/// A file with one key, which has these members more.
std::string file_with(const std::string& members) {
  return R"({"keys": [{"name": "shop", "sha256": ")" + hash + R"(", "role": "predict")" + members +
         "}]}";
}

std::string error(const std::string& text) {
  return message_of<UsageError>([&] { (void)parse_api_keys(text, "k.json"); });
}

}  // namespace

TEST_CASE("a key is read with its name, hash and role") {
  const std::vector<ApiKey> keys = parse_api_keys(file_with(""), "k.json");
  CHECK(keys == std::vector<ApiKey>{{"shop", hash, Role::predict, {}}});
  CHECK(parse_api_keys(R"({"$schema": "api_keys.schema.json", "keys": []})", "k.json").empty());
}

TEST_CASE("without a burst as many may come at once as in a second, and at least one") {
  const auto rate = [](const std::string& members) {
    return parse_api_keys(file_with(members), "k.json")[0].rate.value();
  };
  CHECK(rate(R"(, "rate": 50)") == Rate{50, 50});
  CHECK(rate(R"(, "rate": 0.25)") == Rate{0.25, 1});
  CHECK(rate(R"(, "rate": 0.25, "burst": 7)") == Rate{0.25, 7});
}

TEST_CASE("a hash is the same in capitals") {
  std::string text = file_with("");
  text.replace(text.find(hash), 1, "A");
  CHECK(parse_api_keys(text, "k.json")[0].sha256 == hash);
}

TEST_CASE("what is written is read as it was") {
  std::vector<ApiKey> keys = Keys::all();
  keys.push_back(key("a.b-c_D", Role::admin, Rate{0.1, 1.5}));
  CHECK(parse_api_keys(to_text(keys), "k.json") == keys);
  CHECK(parse_api_keys(to_text({}), "k.json").empty());
}

TEST_CASE("a file that is not as it must be is told with the place") {
  check_says(error("{"), {"k.json:1:2", "not JSON"});
  check_says(error("[]"), {"k.json#"});
  check_says(error("{}"), {"k.json#", "'keys' is missing"});
  check_says(error(R"({"keys": [{"name": "shop"}]})"), {"k.json#/keys/0", "'sha256' is missing"});
  check_says(error(file_with(R"(, "rat": 5)")), {"k.json#/keys/0/rat", "did you mean 'rate'"});
  check_says(error(file_with(R"(, "rate": 0)")), {"k.json#/keys/0/rate", "above 0"});
  check_says(error(file_with(R"(, "rate": 1000001)")), {"k.json#/keys/0/rate"});
  check_says(error(file_with(R"(, "rate": "5")")), {"k.json#/keys/0/rate"});
  check_says(error(file_with(R"(, "rate": 5, "burst": 0.5)")), {"k.json#/keys/0/burst"});
  check_says(error(file_with(R"(, "burst": 5)")), {"k.json#/keys/0/burst", "add a rate"});
  std::string other_role = file_with("");
  other_role.replace(other_role.find("predict"), 7, "king");
  check_says(error(other_role), {"k.json#/keys/0/role", "read-logs"});
}

TEST_CASE("a name or a hash that is none is told, and what stands for the hash is not shown") {
  std::string text = file_with("");
  text.replace(text.find("shop"), 4, "the shop");
  check_says(error(text), {"k.json#/keys/0/name", "'the shop'"});
  const std::string own_key = "dk_the_key_itself";
  text = file_with("");
  text.replace(text.find(hash), hash.size(), own_key);
  check_says(error(text), {"k.json#/keys/0/sha256", "64 hexadecimal digits"});
  CHECK(error(text).find(own_key) == std::string::npos);
}

TEST_CASE("two keys of one name, or one key twice, are told") {
  const ApiKey shop = key("shop", Role::predict);
  ApiKey twin = key("other", Role::admin);
  twin.sha256 = shop.sha256;
  check_says(error(to_text({shop, key("shop2", Role::admin), shop})),
             {"k.json#/keys/2/name", "'shop'"});
  check_says(error(to_text({shop, twin})), {"k.json#/keys/1/sha256", "'shop'"});
}

TEST_CASE("a key's name is 1 to 64 letters, digits and marks") {
  for (const std::string& name :
       {std::string("a"), std::string("Shop-7_b.c"), std::string(64, 'x')})
    CHECK(is_key_name(name));
  for (const std::string& name :
       {std::string(), std::string("a b"), std::string("a/b"), std::string("\xc3\xa4"),
        std::string("a\n"), std::string(65, 'x')})
    CHECK_FALSE(is_key_name(name));
}
