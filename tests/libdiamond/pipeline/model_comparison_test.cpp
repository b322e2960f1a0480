#include "catch.h"
#include "support/messages.h"
#include "support/stones.h"
#include "support/temporary_directory.h"

#include <diamond/data/split.h>
#include <diamond/pipeline/model_comparison.h>
#include <diamond/pipeline/training_pipeline.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

using namespace diamond;
using namespace diamond::testing;

namespace {

using Stones = std::vector<PricedDiamond>;

struct Fixture {
  TemporaryDirectory directory;
  ModelRegistry registry{directory / "models"};
  EstimatorCatalog catalog = builtin_estimators();

  /// A model on these stones; on the grades alone, or on carat and x too.
  [[nodiscard]] Manifest train(const Stones& stones, const Json& quantities,
                               const SplitSettings& split = {}) const {
    const Json document = {
        {"dataset_path", directory.write("data.csv", csv_of(stones)).string()},
        {"models_path", registry.directory().string()},
        {"split", name_of(split.method)},
        {"test_size", split.test_size},
        {"random_seed", split.seed},
        {"models", {{{"kind", "linear"}, {"params", {{"quantities", quantities}}}}}}};
    std::ostringstream said;
    Log log(said, LogFormat::text);
    return run_training(parse_training_config(document, catalog, "test"), catalog, Repeat::skip,
                        log)
        .trained.at(0);
  }

  [[nodiscard]] std::variant<Comparison, NoComparison> compare(
      const Manifest& challenger, const Manifest& holder, const PromotionRule& rule = {}) const {
    return compare_models(challenger, holder, rule, registry, catalog);
  }

  [[nodiscard]] Comparison comparison(const Manifest& challenger, const Manifest& holder) const {
    const auto compared = compare(challenger, holder);
    if (const auto* none = std::get_if<NoComparison>(&compared)) FAIL(none->reason);
    return std::get<Comparison>(compared);
  }

  [[nodiscard]] std::string why_not(const Manifest& challenger, const Manifest& holder) const {
    const auto compared = compare(challenger, holder);
    REQUIRE(std::holds_alternative<NoComparison>(compared));
    return std::get<NoComparison>(compared).reason;
  }
};

const Json none = Json::array();
const Json usual = {"carat", "x"};

Stones training_stones(const Stones& stones, const SplitSettings& settings) {
  Stones trained;
  for (const std::uint32_t row : make_split(table_of(stones), settings).train)
    trained.push_back(stones[row]);
  return trained;
}

/// The stones that stand in neither list of training stones, found by looking at each pair.
Stones unseen(const Stones& stones, const Stones& one, const Stones& other) {
  Stones result;
  for (const PricedDiamond& stone : stones) {
    const auto is_it = [&](const PricedDiamond& seen) { return same_stone(seen, stone); };
    if (std::none_of(one.begin(), one.end(), is_it) &&
        std::none_of(other.begin(), other.end(), is_it))
      result.push_back(stone);
  }
  return result;
}

double mae_of(const Fixture& f, const Manifest& manifest, const Stones& stones) {
  const auto model = f.catalog.at("linear", "").load(f.registry.directory_of(manifest.id));
  double sum = 0;
  for (const PricedDiamond& one : stones) sum += std::abs(one.price - model->predict(one.stone));
  return sum / static_cast<double>(stones.size());
}

}  // namespace

TEST_CASE("on the same data and split models meet on the test rows that equal no training row") {
  const Fixture f;
  Stones stones = random_stones(1200, 11);
  stones.insert(stones.end(), stones.begin(), stones.begin() + 200);  // many stand twice
  const Manifest holder = f.train(stones, none);
  const Manifest challenger = f.train(stones, usual);
  const Comparison found = f.comparison(challenger, holder);

  const Stones trained = training_stones(stones, {});
  const Stones expected = unseen(stones, trained, {});
  CHECK(expected.size() < holder.split.test_rows);
  CHECK(found.rows == expected.size());
  CHECK(found.against == holder.id);
  CHECK(found.metric == Metric::mae);
  CHECK(found.confidence == 0.95);
  CHECK(relative_difference(found.result.challenger, mae_of(f, challenger, expected)) < 1e-9);
  CHECK(relative_difference(found.result.holder, mae_of(f, holder, expected)) < 1e-9);
  CHECK(found.result.interval.low > 0);
}

TEST_CASE("on grown data with a split by hash models meet on all that was held out") {
  const Fixture f;
  const SplitSettings hash{SplitMethod::hash, 0.2, 42};
  const Stones stones = random_stones(2000, 12);
  const Manifest holder = f.train({stones.begin(), stones.begin() + 1000}, usual, hash);
  const Manifest challenger = f.train(stones, usual, hash);
  CHECK(f.comparison(challenger, holder).rows == hash_split(table_of(stones), 0.2, 42).test.size());
}

TEST_CASE("under another seed models meet on what is left without both training sets") {
  const Fixture f;
  const SplitSettings first{SplitMethod::shuffle, 0.5, 1};
  const SplitSettings second{SplitMethod::shuffle, 0.5, 2};
  const Stones stones = random_stones(1200, 13);
  const Manifest holder = f.train(stones, none, first);
  const Manifest challenger = f.train(stones, usual, second);
  const Stones expected =
      unseen(stones, training_stones(stones, first), training_stones(stones, second));
  const Comparison found = f.comparison(challenger, holder);
  CHECK(found.rows == expected.size());  // about a quarter
  CHECK(found.rows < 400);
  CHECK(relative_difference(found.result.holder, mae_of(f, holder, expected)) < 1e-9);
}

TEST_CASE("on grown data under a shuffle the holder's training rows are no test") {
  const Fixture f;
  const Stones stones = random_stones(1500, 14);
  const Stones old(stones.begin(), stones.begin() + 700);
  const SplitSettings half{SplitMethod::shuffle, 0.5, 42};
  const Manifest holder = f.train(old, usual, half);
  const Manifest challenger = f.train(stones, usual, half);
  const Stones expected = unseen(stones, training_stones(old, half), training_stones(stones, half));
  CHECK(expected.size() < challenger.split.test_rows);
  CHECK(f.comparison(challenger, holder).rows == expected.size());
}

TEST_CASE("the rule's metric and confidence are those of the comparison") {
  const Fixture f;
  const Stones stones = random_stones(1500, 15);
  const Manifest holder = f.train(stones, none);
  const Manifest challenger = f.train(stones, usual);
  const auto with = [&](double confidence) {
    return std::get<Comparison>(f.compare(challenger, holder, {Metric::r2, 0, confidence}));
  };
  CHECK(with(0.5).metric == Metric::r2);
  CHECK(with(0.5).confidence == 0.5);
  CHECK(with(0.5).result.interval.low > with(0.99).result.interval.low);
  CHECK(with(0.5).result.improvement > 0);
}

TEST_CASE("fewer than 200 unseen rows are not enough") {
  const Fixture f;
  const Stones stones = random_stones(1000, 16);
  const Stones fewer(stones.begin(), stones.begin() + 995);  // ⌈0.2 · 995⌉ = 199 test rows
  CHECK(f.comparison(f.train(stones, usual), f.train(stones, none)).rows == 200);
  CHECK(f.why_not(f.train(fewer, usual), f.train(fewer, none)) ==
        "of the challenger's data only 199 rows were in neither's training, and 200 are needed");
}

TEST_CASE("a holder that is not as it was published is not compared, and the reason names it") {
  const Fixture f;
  const Stones stones = random_stones(1100, 17);
  const Manifest holder = f.train(stones, none);
  const Manifest challenger = f.train(random_stones(1100, 18), usual);
  CHECK(f.comparison(challenger, holder).rows == 220);
  const auto data = f.registry.datasets().path_of(holder.dataset.sha256);

  SECTION("its data were changed") {
    std::ofstream(data, std::ios::app) << "\n";
    check_says(f.why_not(challenger, holder),
               {data.string(), "not those that their name promises"});
  }
  SECTION("its data are gone") {
    std::filesystem::remove(data);
    check_says(f.why_not(challenger, holder), {data.string(), "are not there"});
  }
  SECTION("its file was changed") {
    std::ofstream(f.registry.directory_of(holder.id) / "model.json", std::ios::app) << "\n";
    check_says(f.why_not(challenger, holder), {holder.id, "model.json", "not as it was"});
  }
  SECTION("it is gone") {
    std::filesystem::remove_all(f.registry.directory_of(holder.id));
    check_says(f.why_not(challenger, holder), {holder.id});
  }
  SECTION("its kind is unknown") {
    Manifest unknown = holder;
    unknown.kind = "forest";
    check_says(f.why_not(challenger, unknown), {"'forest'"});
  }
}
