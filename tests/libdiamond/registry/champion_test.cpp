#include "catch.h"
#include "support/manifests.h"
#include "support/messages.h"

#include <diamond/core/error.h>
#include <diamond/registry/champion.h>

using namespace diamond;
using namespace diamond::testing;

namespace {

Champion champion(const std::string& id, int second) {
  return {id, at(second), "by hand", {}};
}

Manifest judged(const std::string& id, int second, double mae, const std::string& data = "aaaa") {
  return model({.id = id,
                .second = second,
                .data = data,
                .metrics = {{Metric::mae, mae}, {Metric::r2, 1 - mae / 1000}}});
}

}  // namespace

TEST_CASE("a champion reads back as it was written") {
  const Champion written{"c", at(3), "it was \"better\"", {"b", "a", "z"}};
  const Json json = to_json(written);
  CHECK(json == Json::parse(R"({"id": "c", "promoted_at": "2026-11-24T08:00:03.000Z",
                               "reason": "it was \"better\"", "previous": "b", "earlier": ["a", "z"]})"));
  const Champion read = parse_champion(json.dump(), "champion.json");
  CHECK(to_json(read) == json);
  CHECK(read.before == written.before);
}

TEST_CASE("the first champion has none before it") {
  const Json json = to_json(champion("a", 1));
  CHECK(json["previous"].is_null());
  CHECK(json["earlier"] == Json::array());
  CHECK(parse_champion(json.dump(), "").before.empty());
}

TEST_CASE("what does not say who the champion is is an error that says how to mend it") {
  for (const char* text :
       {"", "{", "[]", "{}", R"({"id": 7, "promoted_at": "", "reason": ""})", "null"}) {
    INFO(text);
    check_says(message_of<StorageError>([&] { (void)parse_champion(text, "m/champion.json"); }),
               {"m/champion.json: ", "diamond-train promote"});
  }
}

TEST_CASE("the best is the one with the best metric, and the earlier one of two that are equal") {
  const Manifest a = judged("a", 1, 50);
  const Manifest b = judged("b", 2, 40);
  const Manifest c = judged("c", 3, 40);
  const Manifest without = model({.id = "d", .metrics = {{Metric::rmse, 1}}});
  CHECK(best_by(Metric::mae, {&a, &b, &c, &without})->id == "b");
  CHECK(best_by(Metric::r2, {&a, &c, &b})->id == "c");
  CHECK(best_by(Metric::mape, {&a, &without}) == nullptr);
  CHECK(best_by(Metric::mae, {}) == nullptr);
}

TEST_CASE("without a champion the best of the same test rows wins at once") {
  const std::vector<Manifest> history = {judged("a", 1, 50), judged("b", 2, 40), judged("c", 3, 45),
                                         judged("other data", 4, 1, "bbbb")};
  const auto promotion = elect(std::nullopt, history, history[2], {});
  REQUIRE(promotion.has_value());
  CHECK(promotion->id == "b");
  check_says(promotion->reason, {"the best of 3 by mae", "mae 40", "20 test rows of data/a.csv"});
}

TEST_CASE("a champion that is no longer in the history counts as none") {
  const std::vector<Manifest> history = {judged("a", 1, 50)};
  const auto promotion = elect(champion("gone", 9), history, history[0], {});
  REQUIRE(promotion.has_value());
  CHECK(promotion->id == "a");
}

TEST_CASE("a better challenger becomes champion and the reason says by what") {
  const std::vector<Manifest> history = {judged("a", 1, 1234.5), judged("b", 3, 40)};
  const auto promotion = elect(champion("a", 2), history, history[1], {});
  REQUIRE(promotion.has_value());
  CHECK(promotion->id == "b");
  check_says(promotion->reason, {"mae 40 instead of 1234", "same 20 test rows"});
}

TEST_CASE("a challenger that is as good or worse does not become champion") {
  for (const double mae : {40.0, 41.0}) {
    const std::vector<Manifest> history = {judged("a", 1, 40), judged("b", 3, mae)};
    CHECK_FALSE(elect(champion("a", 2), history, history[1], {}).has_value());
  }
}

TEST_CASE("a challenger has to be better by more than the least improvement") {
  const std::vector<Manifest> history = {judged("a", 1, 50), judged("b", 3, 45)};
  CHECK_FALSE(elect(champion("a", 2), history, history[1], {Metric::mae, 5}).has_value());
  CHECK(elect(champion("a", 2), history, history[1], {Metric::mae, 4.5}).has_value());
}

TEST_CASE("a metric of which more is better is compared so") {
  const std::vector<Manifest> history = {
      model({.id = "a", .second = 1, .metrics = {{Metric::r2, 0.90}}}),
      model({.id = "b", .second = 3, .metrics = {{Metric::r2, 0.95}}})};
  CHECK(elect(champion("a", 2), history, history[1], {Metric::r2, 0.01}).has_value());
  CHECK_FALSE(elect(champion("b", 2),
                    {history[1], model({.id = "c", .second = 3, .metrics = {{Metric::r2, 0.90}}})},
                    history[1], {Metric::r2, 0})
                  .has_value());
}

TEST_CASE("a champion that was judged on other rows gives way though its metric is better") {
  const std::vector<Manifest> history = {judged("a", 1, 1, "old"), judged("b", 3, 900, "new")};
  const auto promotion = elect(champion("a", 2), history, history[1], {Metric::mae, 5});
  REQUIRE(promotion.has_value());
  CHECK(promotion->id == "b");
  check_says(promotion->reason, {"newer data", "judged on other rows"});
}

TEST_CASE("a champion without the metric gives way") {
  const std::vector<Manifest> history = {
      model({.id = "a", .second = 1, .metrics = {{Metric::r2, 0.9}}}), judged("b", 3, 900)};
  CHECK(elect(champion("a", 2), history, history[1], {}).has_value());
}

TEST_CASE("a challenger without the metric does not become champion") {
  const std::vector<Manifest> history = {
      judged("a", 1, 50), model({.id = "b", .second = 3, .metrics = {{Metric::r2, 1.0}}})};
  CHECK_FALSE(elect(champion("a", 2), history, history[1], {}).has_value());
}

TEST_CASE("a model from before the promotion does not challenge again") {
  // A person promoted a although b was better; whatever is trained later, b stays put aside.
  const std::vector<Manifest> history = {judged("a", 1, 50), judged("b", 2, 10),
                                         judged("c", 4, 60)};
  CHECK_FALSE(elect(champion("a", 3), history, history[2], {}).has_value());
  const std::vector<Manifest> with_better = {history[0], history[1], judged("c", 4, 40)};
  const auto promotion = elect(champion("a", 3), with_better, with_better[2], {});
  REQUIRE(promotion.has_value());
  CHECK(promotion->id == "c");
}

TEST_CASE("old models of other rows do not challenge a newer champion") {
  const std::vector<Manifest> history = {judged("old", 1, 1, "old"), judged("a", 2, 50, "new")};
  CHECK_FALSE(elect(champion("a", 3), history, history[0], {}).has_value());
}
