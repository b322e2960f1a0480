#include "catch.h"
#include "support/manifests.h"
#include "support/messages.h"

#include <diamond/core/error.h>
#include <diamond/registry/champion.h>

using namespace diamond;
using namespace diamond::testing;

namespace {

Champion champion(const std::string& id, int second) {
  return {id, at(second), "jane", "by hand", {}, {}};
}

Manifest judged(const std::string& id, int second, double mae, const std::string& data = "aaaa") {
  return model({.id = id,
                .second = second,
                .data = data,
                .metrics = {{Metric::mae, mae}, {Metric::r2, 1 - mae / 1000}}});
}

/// Models that share too few rows.
std::variant<Comparison, NoComparison> nothing_in_common(const Manifest& /*challenger*/,
                                                         const Manifest& /*holder*/) {
  return NoComparison{"they share 7 rows"};
}

/// On the same rows the challenger is better by this, give or take 2.
Compare better_by(double improvement) {
  return [improvement](const Manifest& /*challenger*/, const Manifest& holder) {
    return Comparison{holder.id,
                      Metric::mae,
                      10650,
                      {260 - improvement, 260, improvement, {improvement - 2, improvement + 2}},
                      0.95};
  };
}

/// An election in which nobody is to be compared.
std::variant<Comparison, NoComparison> never(const Manifest& challenger, const Manifest& holder) {
  FAIL(challenger.id << " was compared with " << holder.id);
  return NoComparison{};
}

}  // namespace

TEST_CASE("a champion reads back as it was written") {
  const Champion written{"c",
                         at(3),
                         "diamond-train",
                         "it was \"better\"",
                         Comparison{"b", Metric::mae, 250, {20, 30.5, 10.5, {9, 12}}, 0.9},
                         {{"b", at(2), "jane", "by hand"}, {"a", at(1), "diamond-train", "first"}}};
  const Json json = to_json(written);
  CHECK(json == Json::parse(R"({
    "id": "c", "promoted_at": "2026-11-24T08:00:03.000Z", "promoted_by": "diamond-train",
    "reason": "it was \"better\"",
    "comparison": {"against": "b", "metric": "mae", "rows": 250, "challenger": 20.0, "holder": 30.5,
                   "improvement": 10.5, "interval": [9.0, 12.0], "confidence": 0.9},
    "previous": "b",
    "earlier": [{"id": "b", "promoted_at": "2026-11-24T08:00:02.000Z", "promoted_by": "jane",
                 "reason": "by hand"},
                {"id": "a", "promoted_at": "2026-11-24T08:00:01.000Z", "promoted_by": "diamond-train",
                 "reason": "first"}]})"));
  const Champion read = parse_champion(json.dump(), "champion.json");
  CHECK(to_json(read) == json);
  REQUIRE(read.before.size() == 2);
  CHECK(read.before[1].reason == "first");
}

TEST_CASE("the first champion has none before it and was compared with none") {
  const Json json = to_json(champion("a", 1));
  CHECK(json["previous"].is_null());
  CHECK(json["comparison"].is_null());
  CHECK(json["earlier"] == Json::array());
  CHECK(parse_champion(json.dump(), "").before.empty());
  CHECK_FALSE(parse_champion(json.dump(), "").comparison.has_value());
}

TEST_CASE("a champion file of the version before is read, and written with all its ids") {
  const Champion read =
      parse_champion(R"({"id": "c", "promoted_at": "2026-11-24T08:00:03.000Z", "reason": "better",
                         "previous": "b", "earlier": ["a", "z"]})",
                     "champion.json");
  CHECK(read.promoted_by.empty());
  CHECK(read.reason == "better");
  REQUIRE(read.before.size() == 3);
  CHECK(read.before[0].id == "b");
  CHECK(read.before[1].id == "a");
  CHECK(read.before[2].id == "z");
  CHECK(read.before[2].promoted_at.empty());
  const Json again = to_json(read);
  CHECK(again["previous"] == "b");
  CHECK(again["earlier"].size() == 3);
  CHECK(to_json(parse_champion(again.dump(), "")) == again);
  const Champion second =
      parse_champion(R"({"id": "c", "promoted_at": "", "reason": "", "previous": "b",
                         "earlier": []})",
                     "");
  REQUIRE(second.before.size() == 1);
  CHECK(second.before[0].id == "b");
}

TEST_CASE("a champion's standing says since when, by whom and why") {
  CHECK(standing_of(champion("a", 3)) == "since 2026-11-24T08:00:03.000Z, by jane: by hand");
  Champion unsaid = champion("a", 3);
  unsaid.promoted_by = "";
  CHECK(standing_of(unsaid) == "since 2026-11-24T08:00:03.000Z: by hand");
}

TEST_CASE("what does not say who the champion is is an error that says how to mend it") {
  for (const char* text :
       {"", "{", "[]", "{}", R"({"id": 7, "promoted_at": "", "reason": ""})", "null",
        R"({"id": "a", "promoted_at": "", "reason": "", "previous": 7})",
        R"({"id": "a", "promoted_at": "", "reason": "", "earlier": [7]})",
        R"({"id": "a", "promoted_at": "", "reason": "", "comparison": {"metric": "mae"}})"}) {
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
  const Election election = elect(std::nullopt, history, history[2], {}, never);
  CHECK(election.promoted == "b");
  CHECK_FALSE(election.comparison.has_value());
  check_says(election.reason,
             {"the best of 3 by mae", "mae 40.00 USD", "20 test rows of data/a.csv"});
}

TEST_CASE("a champion that is no longer in the history counts as none") {
  const std::vector<Manifest> history = {judged("a", 1, 50)};
  CHECK(elect(champion("gone", 9), history, history[0], {}, never).promoted == "a");
}

TEST_CASE("the best of the challengers is compared with the champion") {
  const std::vector<Manifest> history = {judged("a", 1, 50), judged("b", 3, 42), judged("c", 4, 41),
                                         judged("d", 5, 43)};
  std::string said;
  const Compare compare = [&](const Manifest& challenger, const Manifest& holder) {
    said += challenger.id + " against " + holder.id;
    return better_by(5)(challenger, holder);
  };
  CHECK(elect(champion("a", 2), history, history[3], {}, compare).promoted == "c");
  CHECK(said == "c against a");
}

TEST_CASE("a challenger that is better on the same rows wins and the sentence says by how much") {
  // Its own metric is the worse one: the champion was judged on easier rows.
  const std::vector<Manifest> history = {judged("a", 1, 50, "old"), judged("b", 3, 900, "new")};
  const Election election = elect(champion("a", 2), history, history[1], {}, better_by(21.234));
  CHECK(election.promoted == "b");
  CHECK(election.reason ==
        "mae 238.77 instead of 260.00 USD on 10,650 rows that neither was trained on: better by "
        "21.23 (95 % interval 19.23 to 23.23) than a");
  REQUIRE(election.comparison.has_value());
  CHECK(election.comparison->against == "a");
}

TEST_CASE("a challenger that is worse on the same rows does not win though its metric is better") {
  const std::vector<Manifest> history = {judged("a", 1, 50, "old"), judged("b", 3, 1, "new")};
  const Election election = elect(champion("a", 2), history, history[1], {}, better_by(-1.4));
  CHECK_FALSE(election.promoted.has_value());
  CHECK(election.comparison.has_value());
  CHECK(election.reason ==
        "b has mae 261.40 against 260.00 USD on 10,650 rows that neither was trained on: worse by "
        "1.40 (95 % interval -0.60 to 3.40)");
}

TEST_CASE("an improvement that may be chance is not enough") {
  const std::vector<Manifest> history = {judged("a", 1, 50), judged("b", 3, 40)};
  for (const double improvement : {0.5, 2.0}) {  // give or take 2
    const Election election =
        elect(champion("a", 2), history, history[1], {}, better_by(improvement));
    CHECK_FALSE(election.promoted.has_value());
    check_says(election.reason, {"better by", "that may be chance"});
  }
  CHECK(elect(champion("a", 2), history, history[1], {}, better_by(2.01)).promoted == "b");
}

TEST_CASE("an improvement on the same rows has to be more than the least that is asked for") {
  const std::vector<Manifest> history = {judged("a", 1, 50), judged("b", 3, 40)};
  const Election election =
      elect(champion("a", 2), history, history[1], {Metric::mae, 5, 0.95}, better_by(5));
  CHECK_FALSE(election.promoted.has_value());
  check_says(election.reason, {"better by 5.00", "more than 5.00 is asked for"});
  CHECK(elect(champion("a", 2), history, history[1], {Metric::mae, 4.5, 0.95}, better_by(5))
            .promoted == "b");
}

TEST_CASE("a model that is as good as the champion leaves it") {
  const std::vector<Manifest> history = {judged("a", 1, 50), judged("b", 3, 50)};
  const Election election = elect(champion("a", 2), history, history[1], {}, better_by(0));
  CHECK_FALSE(election.promoted.has_value());
  check_says(election.reason, {"as good (95 % interval -2.00 to 2.00)"});
}

TEST_CASE("without a comparison the metrics on the same test rows decide") {
  const std::vector<Manifest> history = {judged("a", 1, 1234.5), judged("b", 3, 40)};
  const Election election = elect(champion("a", 2), history, history[1], {}, nothing_in_common);
  CHECK(election.promoted == "b");
  CHECK_FALSE(election.comparison.has_value());
  check_says(election.reason,
             {"mae 40.00 instead of 1234.50 USD", "same 20 test rows", "they share 7 rows"});
}

TEST_CASE("without a comparison a challenger that is as good or worse does not become champion") {
  for (const double mae : {40.0, 41.0}) {
    const std::vector<Manifest> history = {judged("a", 1, 40), judged("b", 3, mae)};
    const Election election = elect(champion("a", 2), history, history[1], {}, nothing_in_common);
    CHECK_FALSE(election.promoted.has_value());
    check_says(election.reason, {"b has mae 4", "against 40.00 USD", "same 20 test rows"});
  }
}

TEST_CASE("without a comparison a challenger has to be better by more than the least improvement") {
  const std::vector<Manifest> history = {judged("a", 1, 50), judged("b", 3, 45)};
  const auto promoted = [&](double least) {
    return elect(champion("a", 2), history, history[1], {Metric::mae, least, 0.95},
                 nothing_in_common)
        .promoted;
  };
  CHECK_FALSE(promoted(5).has_value());
  CHECK(promoted(4.5) == "b");
}

TEST_CASE("a metric of which more is better is compared so") {
  const std::vector<Manifest> history = {
      model({.id = "a", .second = 1, .metrics = {{Metric::r2, 0.90}}}),
      model({.id = "b", .second = 3, .metrics = {{Metric::r2, 0.95}}})};
  CHECK(elect(champion("a", 2), history, history[1], {Metric::r2, 0.01, 0.95}, nothing_in_common)
            .promoted == "b");
  CHECK_FALSE(elect(champion("b", 2),
                    {history[1], model({.id = "c", .second = 3, .metrics = {{Metric::r2, 0.90}}})},
                    history[1], {Metric::r2, 0, 0.95}, nothing_in_common)
                  .promoted.has_value());
}

TEST_CASE("without a comparison the metrics on other rows decide and the sentence says so") {
  const std::vector<Manifest> history = {judged("a", 1, 100, "old"), judged("b", 3, 90, "new"),
                                         judged("c", 3, 110, "newer")};
  const Election better = elect(champion("a", 2), history, history[1], {}, nothing_in_common);
  CHECK(better.promoted == "b");
  const Election worse = elect(champion("a", 2), history, history[2], {}, nothing_in_common);
  CHECK_FALSE(worse.promoted.has_value());
  for (const Election& election : {better, worse})
    check_says(election.reason, {"on other rows", "no comparison", "they share 7 rows"});
}

TEST_CASE("a champion without the metric gives way where no comparison can be made") {
  const std::vector<Manifest> history = {
      model({.id = "a", .second = 1, .metrics = {{Metric::r2, 0.9}}}), judged("b", 3, 900)};
  CHECK(elect(champion("a", 2), history, history[1], {}, nothing_in_common).promoted == "b");
  CHECK_FALSE(elect(champion("a", 2), history, history[1], {}, better_by(-1)).promoted.has_value());
}

TEST_CASE("a challenger without the metric does not become champion") {
  const std::vector<Manifest> history = {
      judged("a", 1, 50), model({.id = "b", .second = 3, .metrics = {{Metric::r2, 1.0}}})};
  const Election election = elect(champion("a", 2), history, history[1], {}, never);
  CHECK_FALSE(election.promoted.has_value());
  check_says(election.reason, {"no challenger was judged by mae"});
}

TEST_CASE("a model from before the promotion does not challenge again") {
  // A person promoted a although b was better; whatever is trained later, b stays put aside.
  const std::vector<Manifest> history = {judged("a", 1, 50), judged("b", 2, 10),
                                         judged("c", 4, 60)};
  CHECK_FALSE(
      elect(champion("a", 3), history, history[2], {}, nothing_in_common).promoted.has_value());
  const std::vector<Manifest> with_better = {history[0], history[1], judged("c", 4, 40)};
  CHECK(elect(champion("a", 3), with_better, with_better[2], {}, better_by(10)).promoted == "c");
  const Election none = elect(champion("a", 5), history, history[2], {}, never);
  CHECK_FALSE(none.promoted.has_value());
  CHECK(none.reason == "no model challenges");
}

TEST_CASE("old models of other rows do not challenge a newer champion") {
  const std::vector<Manifest> history = {judged("old", 1, 1, "old"), judged("a", 2, 50, "new")};
  CHECK_FALSE(elect(champion("a", 3), history, history[0], {}, never).promoted.has_value());
}
