#include "history_query.h"

#include "catch.h"
#include "support/manifests.h"
#include "support/messages.h"

#include <diamond/core/error.h>

#include <initializer_list>

using namespace diamond;
using namespace diamond::testing;
using namespace diamond::train;

namespace {

HistoryEntry entry(const ModelFields& fields, bool is_champion = false) {
  return {model(fields), is_champion};
}

/// Three models, the newest last; "b" is the champion and "c" has no rmse.
std::vector<HistoryEntry> history() {
  std::vector<HistoryEntry> entries = {
      entry({.id = "a",
             .kind = "linear",
             .second = 1,
             .metrics = {{Metric::mae, 500}, {Metric::rmse, 900}}}),
      entry({.id = "b",
             .kind = "xgboost",
             .second = 2,
             .metrics = {{Metric::mae, 240}, {Metric::rmse, 950}}},
            true),
      entry({.id = "c", .kind = "blend", .second = 3, .metrics = {{Metric::mae, 250}}})};
  entries[0].model.dataset.rows_kept = 1000;
  entries[1].model.dataset.rows_kept = 20;
  entries[0].model.duration_seconds = 1;
  entries[1].model.duration_seconds = 100;
  entries[2].model.duration_seconds = 5;
  entries[0].model.created_at = "2026-11-23T23:59:59.999Z";
  return entries;
}

std::string ids(const HistoryQuery& query) {
  std::string ids;
  for (const HistoryEntry& one : select(history(), query)) ids += one.model.id;
  return ids;
}

/// The ids that fit, the oldest first.
std::string where(std::initializer_list<std::string_view> conditions) {
  HistoryQuery query;
  query.sort = "created";
  for (const std::string_view condition : conditions)
    query.where.push_back(Condition::parse(condition));
  const std::string newest_first = ids(query);
  return {newest_first.rbegin(), newest_first.rend()};
}

std::string sorted_by(const std::string& key) {
  HistoryQuery query;
  query.sort = key;
  return ids(query);
}

std::string refusal_of(std::string_view condition) {
  return message_of<UsageError>([&] { (void)Condition::parse(condition); });
}

}  // namespace

TEST_CASE("models come by a metric with the best first and those without it last") {
  CHECK(sorted_by("mae") == "bca");
  CHECK(sorted_by("rmse") == "abc");
  CHECK(sorted_by("r2") == "cba");  // none has it: the newest first
}

TEST_CASE("models come with the newest or the largest first") {
  CHECK(sorted_by("created") == "cba");
  CHECK(sorted_by("rows") == "acb");
  CHECK(sorted_by("duration") == "bca");
}

TEST_CASE("no more models come than are asked for") {
  HistoryQuery query;
  query.limit = 2;
  CHECK(ids(query) == "bc");
  query.limit = 9;
  CHECK(ids(query) == "bca");
}

TEST_CASE("each operator compares numbers as its sign says") {
  CHECK(where({"mae=250"}) == "c");
  CHECK(where({"mae!=250"}) == "ab");
  CHECK(where({"mae<250"}) == "b");
  CHECK(where({"mae<=250"}) == "bc");
  CHECK(where({"mae>250"}) == "a");
  CHECK(where({"mae>=250"}) == "ac");
  CHECK(where({"rows>=98"}) == "ac");
  CHECK(where({"duration<1.5"}) == "a");
}

TEST_CASE("of a model without the metric nothing holds") {
  CHECK(where({"rmse!=1"}) == "ab");
  CHECK(where({"rmse>0"}) == "ab");
}

TEST_CASE("texts are compared as they are, blanks around them aside") {
  CHECK(where({"kind=xgboost"}) == "b");
  CHECK(where({"kind != xgboost"}) == "ac");
  CHECK(where({"id>=b"}) == "bc");
  CHECK(where({"name=blend"}) == "c");
  CHECK(where({"data=data/a.csv"}) == "abc");
  CHECK(where({"data="}) == "");
}

TEST_CASE("a day is compared with the day of a model, a moment with its moment") {
  CHECK(where({"created=2026-11-24"}) == "bc");
  CHECK(where({"created<2026-11-24"}) == "a");
  CHECK(where({"created<=2026-11-23"}) == "a");
  CHECK(where({"created>2026-11-23"}) == "bc");
  CHECK(where({"created>2026-11-24"}) == "");
  CHECK(where({"created<=2026-11-24"}) == "abc");
  CHECK(where({"created>2026-11-24T08:00:02Z"}) == "c");
  CHECK(where({"created>=2026-11-24T09:00:02+01:00"}) == "bc");
}

TEST_CASE("who is champion is a condition too") {
  CHECK(where({"champion=yes"}) == "b");
  CHECK(where({"champion!=yes"}) == "ac");
  CHECK(where({"champion=no"}) == "ac");
}

TEST_CASE("all conditions have to hold") {
  CHECK(where({"mae<300", "champion=no"}) == "c");
  CHECK(where({"mae<300", "mae>300"}) == "");
}

TEST_CASE("a condition that cannot be is refused with what is allowed") {
  check_says(refusal_of("kin=xgboost"),
             {"--where", "'kin'", "id, kind, name, created, champion, data", "mae, rmse, mape"});
  check_says(refusal_of("kind"), {"'kind' is no condition", "=, !=, <, <=, >, >="});
  check_says(refusal_of(""), {"no condition"});
  check_says(refusal_of("kind==xgboost"), {"'=='", "=, !=, <, <=, >, >="});
  check_says(refusal_of("mae=<3"), {"'=<'"});
  check_says(refusal_of("mae<cheap"), {"'cheap'", "mae", "number"});
  check_says(refusal_of("mae<3 USD"), {"'3 USD'"});
  check_says(refusal_of("mae<nan"), {"'nan'"});
  check_says(refusal_of("created>yesterday"), {"'yesterday'", "2026-11-24"});
  check_says(refusal_of("created>2026-02-30"), {"'2026-02-30'"});
  check_says(refusal_of("champion=maybe"), {"yes or no"});
  check_says(refusal_of("champion<yes"), {"= or !="});
}
