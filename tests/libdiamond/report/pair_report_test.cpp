#include "catch.h"
#include "support/messages.h"
#include "support/trained_history.h"

#include <diamond/core/error.h>
#include <diamond/report/pair_report.h>

using namespace diamond;
using namespace diamond::testing;

namespace {

/// Two models on 1,200 stones: one of carat and x, and one of nothing but the grades.
struct Fixture : EmptyHistory {
  Fixture() { stones = random_stones(1200, 21); }

  std::vector<Manifest> pair = {};

  PairReport report(Metric metric = Metric::mae) {
    if (pair.empty())
      pair = train(Json{
          {{"kind", "linear"}, {"name", "all"}},
          {{"kind", "linear"}, {"name", "grades"}, {"params", {{"quantities", Json::array()}}}}});
    return compare_in_full(named("all"), named("grades"), {.metric = metric}, registry, catalog);
  }

  [[nodiscard]] const Manifest& named(const std::string& name) const {
    for (const Manifest& one : pair)
      if (one.name == name) return one;
    throw std::runtime_error("no model " + name);
  }
};

}  // namespace

TEST_CASE("by every metric the report agrees with the election's comparison") {
  Fixture f;
  const PairReport report = f.report();
  CHECK(report.rows == 240);
  for (const Metric metric : all_metrics) {
    const auto elected = std::get<Comparison>(compare_models(
        f.named("all"), f.named("grades"), {.metric = metric}, f.registry, f.catalog));
    const PairedComparison& reported = report.metrics.at(metric);
    CHECK(reported.challenger == elected.result.challenger);
    CHECK(reported.holder == elected.result.holder);
    CHECK(reported.interval.low == elected.result.interval.low);
    CHECK(reported.interval.high == elected.result.interval.high);
  }
}

TEST_CASE("the slices of each field hold all rows and say where the challenger gains") {
  Fixture f;
  const PairReport report = f.report();
  std::map<std::string, std::size_t> rows;
  std::size_t gains = 0;
  for (const PairReport::Part& part : report.slices) {
    rows[part.field] += part.rows;
    gains += verdict_of(part.result) == Verdict::better ? 1 : 0;
  }
  CHECK(rows == std::map<std::string, std::size_t>{
                    {"carat", 240}, {"cut", 240}, {"color", 240}, {"clarity", 240}});
  CHECK(gains > report.slices.size() / 2);
}

TEST_CASE("the verdict is a sentence that names both models, the figures and the rows") {
  Fixture f;
  const std::string sentence = sentence_of(f.report(Metric::rmse));
  check_says(sentence, {f.named("all").id + " is better than " + f.named("grades").id, "rmse ",
                        "95 % interval", "240 rows that neither has seen"});
  CHECK(to_json(f.report())["verdict"] == "better");
}

TEST_CASE("an interval that holds 0 leaves it open") {
  CHECK(verdict_of({1, 2, 1, {0.5, 1.5}}) == Verdict::better);
  CHECK(verdict_of({2, 1, -1, {-1.5, -0.5}}) == Verdict::worse);
  CHECK(verdict_of({1, 1.5, 0.5, {-0.5, 1.5}}) == Verdict::open);
  CHECK(verdict_of({1, 1, 0, {0, 0}}) == Verdict::open);
  PairReport report{"new", "old", 300, Metric::mae, 0.95, {}, {}};
  report.metrics[Metric::mae] = {1, 1.5, 0.5, {-0.5, 1.5}};
  CHECK(sentence_of(report) ==
        "it may be chance that new is better than old: mae 1.00 against 1.50, by 0.50 (95 % "
        "interval: -0.50 to 1.50) on 300 rows that neither has seen");
  report.metrics[Metric::mae] = {1.5, 1, -0.5, {-1.5, 0.5}};
  check_says(sentence_of(report), {"it may be chance that new is worse than old",
                                   "by 0.50 (95 % interval: -0.50 to 1.50)"});
  report.metrics[Metric::mae] = {2, 1, -1, {-1.5, -0.5}};
  check_says(
      sentence_of(report),
      {"new is worse than old: mae 2.00 against 1.00, by 1.00 (95 % interval: 0.50 to 1.50)"});
}

TEST_CASE("too few rows that neither has seen are an error that says how many there are") {
  Fixture f;
  f.stones = random_stones(500, 22);
  check_says(message_of<DataError>([&] { (void)f.report(); }),
             {"cannot be compared", "100 rows", "200 are needed"});
}
