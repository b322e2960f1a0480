#include "access/key_ring.h"

#include "catch.h"
#include "support/keys.h"

using namespace diamond;
using namespace diamond::serve;
using namespace diamond::testing;

namespace {

constexpr RateLimit::Clock::time_point now{std::chrono::seconds(1000)};

KeyRing ring_of(std::vector<ApiKey> keys, const KeyRing& before = {}) {
  return KeyRing(std::move(keys), before);
}

bool lets_in(const KeyRing& ring, const std::string& name) {
  return ring.find(secret_of(name))->limit->take(now).count() == 0;
}

}  // namespace

TEST_CASE("a key is found by its text, and nothing else is") {
  const KeyRing ring = ring_of(Keys::all());
  CHECK(ring.size() == 4);
  for (const ApiKey& one : Keys::all()) CHECK(ring.find(secret_of(one.name))->key == one);
  for (const std::string& none : {std::string(), secret_of("nobody"), secret_of("shop") + " ",
                                  std::string("shop"), Keys::all()[0].sha256})
    CHECK(ring.find(none) == nullptr);
  CHECK(KeyRing().find("") == nullptr);
}

TEST_CASE("a key without a rate has no limit") {
  const KeyRing ring = ring_of(Keys::all());
  CHECK(ring.find(secret_of("shop"))->limit == nullptr);
  CHECK(ring.find(secret_of("slow"))->limit != nullptr);
}

TEST_CASE("a key that stays as it was goes on being counted where it was") {
  const KeyRing before = ring_of({key("slow", Role::predict, Rate{0.001, 1})});
  CHECK(lets_in(before, "slow"));
  const KeyRing same =
      ring_of({key("new", Role::admin), key("slow", Role::admin, Rate{0.001, 1})}, before);
  CHECK_FALSE(lets_in(same, "slow"));
  const KeyRing after_that = ring_of({key("slow", Role::admin, Rate{0.001, 1})}, same);
  CHECK_FALSE(lets_in(after_that, "slow"));
}

TEST_CASE("another rate, burst, name or key is counted anew") {
  const ApiKey old = key("slow", Role::predict, Rate{0.001, 1});
  const KeyRing before = ring_of({old});
  CHECK(lets_in(before, "slow"));
  CHECK(lets_in(ring_of({key("slow", Role::predict, Rate{0.002, 1})}, before), "slow"));
  CHECK(lets_in(ring_of({key("slow", Role::predict, Rate{0.001, 2})}, before), "slow"));
  ApiKey renamed = old;
  renamed.name = "other";
  CHECK(lets_in(ring_of({renamed}, before), "slow"));
  ApiKey rotated = old;
  rotated.sha256 = key("rotated", Role::predict).sha256;
  CHECK(lets_in(ring_of({rotated}, before), "rotated"));
}
