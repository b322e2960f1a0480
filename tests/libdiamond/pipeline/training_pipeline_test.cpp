#include "catch.h"
#include "support/messages.h"
#include "support/reference.h"
#include "support/stones.h"
#include "support/training_place.h"

#include <diamond/core/error.h>
#include <diamond/core/file.h>
#include <diamond/core/hash.h>
#include <diamond/pipeline/training_pipeline.h>
#include <diamond/registry/model_registry.h>

#include <filesystem>
#include <sstream>

using namespace diamond;
using namespace diamond::testing;

namespace {

using Fixture = TrainingPlace;

/// Two models of which the one on the logarithm is the better, since random_stones multiplies carat
/// and grades.
const Json two_models = Json::parse(
    R"([{"kind": "linear", "name": "carat only", "params": {"quantities": []}}, {"kind": "linear", "name": "all"}])");

}  // namespace

TEST_CASE("a training leaves a model, its data and a champion") {
  Fixture f;
  const auto stones = random_stones(500, 71);
  f.data("a.csv", stones);
  const TrainingResult result = f.train();
  REQUIRE(result.trained.size() == 1);
  const Manifest& trained = result.trained[0];
  CHECK(trained.kind == "linear");
  CHECK(trained.dataset.path == (f.directory / "data/a.csv").string());
  CHECK(trained.dataset.sha256 == sha256_hex(csv_of(stones)));
  CHECK(trained.dataset.rows == 500);
  CHECK(trained.split.train_rows == 400);
  CHECK(trained.split.test_rows == 100);
  CHECK(trained.metrics.size() == 4);
  CHECK(read_file(f.registry.datasets().path_of(trained.dataset.sha256)) == csv_of(stones));
  CHECK(names_in(f.registry.directory_of(trained.id)) ==
        std::set<std::string>{"interval.json", "manifest.json", "model.json",
                              "test_predictions.csv"});
  REQUIRE(trained.interval.has_value());
  CHECK(std::abs(trained.interval->coverage - 0.9) < 0.1);
  REQUIRE(result.election.promoted.has_value());
  CHECK(result.election.promoted == trained.id);
  CHECK(f.registry.champion()->id == trained.id);
  CHECK(f.registry.champion()->reason == result.election.reason);
  check_says(f.said.str(), {"data read", "rows=500", "model trained", "new champion"});
}

TEST_CASE("the metrics of the well-known data set are the notebook's") {
  Fixture f;
  f.document["dataset_path"] = diamonds_csv().string();
  const TrainingResult result = f.train();
  REQUIRE(result.trained.size() == 1);
  for (const Metric metric : all_metrics) {
    const auto expected =
        reference()["linear_log_price"]["metrics"][std::string(info(metric).name)].get<double>();
    CHECK(relative_difference(result.trained[0].metrics.at(metric), expected) <= 1e-9);
  }
  CHECK(result.trained[0].dataset.rejected ==
        std::vector<Rejection>{{"zero_dimension", 20}});  // 53940 - 53920
}

TEST_CASE("the stored predictions are those of the stored model for the test rows") {
  Fixture f;
  const auto stones = random_stones(300, 72);
  f.data("a.csv", stones);
  const Manifest trained = f.train().trained.at(0);
  const auto model = f.catalog.at("linear", "").load(f.registry.directory_of(trained.id));
  std::string expected = "actual,predicted\n";
  for (const std::uint32_t row : shuffle_split(300, 0.2, 42).test) {
    append_number(expected, stones[row].price);
    expected += ',';
    append_number(expected, model->predict(stones[row].stone));
    expected += '\n';
  }
  CHECK(read_file(f.registry.directory_of(trained.id) / "test_predictions.csv") == expected);
}

TEST_CASE("training twice on the same data does nothing the second time") {
  Fixture f;
  f.data("a.csv", random_stones(200, 73));
  const std::string champion = f.train().election.promoted.value();
  const TrainingResult again = f.train();
  CHECK(again.trained.empty());
  CHECK_FALSE(again.election.promoted.has_value());
  CHECK(f.registry.history().models.size() == 1);
  CHECK(f.registry.champion()->id == champion);
  CHECK(f.stored_data() == 1);
  check_says(f.said.str(), {"nothing new to train on"});
}

TEST_CASE("the same bytes under another name are nothing new") {
  Fixture f;
  f.data("a.csv", random_stones(200, 74));
  f.train();
  f.data("b.csv", random_stones(200, 74));
  CHECK(f.train().trained.empty());
}

TEST_CASE("force trains again and a model that is only as good does not become champion") {
  Fixture f;
  f.data("a.csv", random_stones(200, 75));
  const Manifest first = f.train().trained.at(0);
  const TrainingResult again = f.train(Repeat::train_again);
  REQUIRE(again.trained.size() == 1);
  CHECK(again.trained[0].id != first.id);
  CHECK(again.trained[0].metrics == first.metrics);
  CHECK(again.trained[0].files == first.files);  // the same model to the byte
  CHECK_FALSE(again.election.promoted.has_value());
  CHECK(f.registry.champion()->id == first.id);
  CHECK(f.stored_data() == 1);
}

TEST_CASE("only what is new in a configuration is trained") {
  Fixture f;
  f.data("a.csv", random_stones(200, 76));
  f.train();
  f.document["models"] = Json::parse(
      R"([{"kind": "linear"}, {"kind": "linear", "name": "raw", "log_target": false}])");
  const TrainingResult result = f.train();
  REQUIRE(result.trained.size() == 1);
  CHECK(result.trained[0].name == "raw");
  f.document["random_seed"] = 7;
  CHECK(f.train().trained.size() == 2);
}

TEST_CASE("of several models the best becomes champion") {
  Fixture f;
  f.data("a.csv", random_stones(500, 77));
  f.document["models"] = two_models;
  const TrainingResult result = f.train();
  REQUIRE(result.trained.size() == 2);
  CHECK(result.trained[1].metrics.at(Metric::mae) < result.trained[0].metrics.at(Metric::mae));
  CHECK(result.election.promoted.value() == result.trained[1].id);
}

TEST_CASE("each CSV gives a model and the champion comes from the one with the most rows") {
  Fixture f;
  f.data("a.csv", random_stones(400, 78));
  f.data("b.csv", random_stones(200, 79));
  const TrainingResult result = f.train();
  REQUIRE(result.trained.size() == 2);
  CHECK(result.trained[0].dataset.rows == 400);
  CHECK(result.trained[1].dataset.rows == 200);
  CHECK(result.election.promoted.value() == result.trained[0].id);
  CHECK(f.stored_data() == 2);
}

TEST_CASE("kept rows count for the champion and not those that were left out") {
  Fixture f;
  auto larger = random_stones(220, 80);
  for (std::size_t i = 0; i < 40; ++i) larger[i].price = 0;
  f.data("a.csv", random_stones(200, 81));
  f.data("b.csv", larger);  // 180 are kept
  const TrainingResult result = f.train();
  CHECK(result.election.promoted.value() == result.trained.at(0).id);
}

TEST_CASE("of two data sets with as many rows the later by name has the champion") {
  Fixture f;
  f.data("a.csv", random_stones(200, 82));
  f.data("b.csv", random_stones(200, 83));
  const TrainingResult result = f.train();
  CHECK(result.election.promoted.value() == result.trained.at(1).id);
}

TEST_CASE("where two models share too few unseen rows their metrics decide and that is told") {
  Fixture f;
  f.data("a.csv", random_stones(300, 84));
  const std::string first = f.train().trained.at(0).id;
  auto harder = random_stones(350, 85);
  for (std::size_t i = 0; i < harder.size(); i += 2) harder[i].price *= 3;
  f.data("a.csv", harder);
  const TrainingResult result = f.train();
  REQUIRE(result.trained.size() == 1);
  CHECK_FALSE(result.election.promoted.has_value());
  CHECK(f.registry.champion()->id == first);
  for (const std::string& told : {result.election.reason, f.said.str()})
    check_says(told, {"against", "other rows (70 test rows", "only 70 rows", "200 are needed"});
}

TEST_CASE("a better model on grown data replaces the champion and the file tells the story") {
  Fixture f;
  f.document["split"] = "hash";
  f.document["models"] = Json::array({two_models[0]});
  const auto stones = random_stones(2000, 96);
  f.data("a.csv", {stones.begin(), stones.begin() + 1000});
  const std::string first = f.train().trained.at(0).id;
  f.data("a.csv", stones);
  f.document["models"] = Json::array({two_models[1]});
  const TrainingResult result = f.train();
  const std::string second = result.trained.at(0).id;
  CHECK(result.election.promoted == second);
  const Champion champion = f.registry.champion().value();
  CHECK(champion.id == second);
  CHECK(champion.promoted_by == "diamond-train");
  CHECK(champion.reason == result.election.reason);
  const Comparison comparison = champion.comparison.value();
  CHECK(comparison.against == first);
  // A row keeps its side: all test rows of the grown data are new to both.
  CHECK(comparison.rows == result.trained[0].split.test_rows);
  CHECK(relative_difference(comparison.result.challenger,
                            result.trained[0].metrics.at(Metric::mae)) < 1e-12);
  CHECK(comparison.result.interval.low > 0);
  REQUIRE(champion.before.size() == 1);
  CHECK(champion.before[0].id == first);
  CHECK(champion.before[0].promoted_by == "diamond-train");
  check_says(champion.before[0].reason, {"the best of 1 by mae"});
  check_says(champion.reason, {"rows that neither was trained on: better by", first});
}

TEST_CASE("a worse model does not replace the champion though easier test rows flatter it") {
  Fixture f;
  // One stone in twenty has twenty times its price: the champion's errors on such rows are large.
  auto hard = random_stones(2000, 97);
  for (std::size_t i = 0; i < hard.size(); i += 20) hard[i].price *= 20;
  f.data("a.csv", hard);
  f.document["models"] = Json::array({two_models[1]});
  const Manifest first = f.train().trained.at(0);
  f.data("a.csv", random_stones(2000, 98));
  f.document["models"] = Json::array({two_models[0]});
  const TrainingResult result = f.train();
  const Manifest& second = result.trained.at(0);
  CHECK(second.metrics.at(Metric::mae) < first.metrics.at(Metric::mae));
  CHECK_FALSE(result.election.promoted.has_value());
  CHECK(f.registry.champion()->id == first.id);
  for (const std::string& told : {result.election.reason, f.said.str()})
    check_says(told,
               {second.id + " has mae ", " on 400 rows that neither was trained on: worse by "});
  check_says(f.said.str(), {"champion stays id=" + first.id});
}

TEST_CASE("a champion whose data are gone is challenged by its metrics") {
  Fixture f;
  f.document["models"] = Json::array({two_models[0]});
  f.data("a.csv", random_stones(1500, 99));
  const Manifest first = f.train().trained.at(0);
  std::filesystem::remove(f.registry.datasets().path_of(first.dataset.sha256));
  f.data("a.csv", random_stones(1501, 100));
  f.document["models"] = Json::array({two_models[1]});
  const TrainingResult result = f.train();
  CHECK(result.election.promoted == result.trained.at(0).id);
  CHECK_FALSE(result.election.comparison.has_value());
  check_says(result.election.reason, {"other rows", "was trained on are not there"});
}

TEST_CASE("a winner whose trainer was killed before the promotion wins in the next run") {
  Fixture f;
  const auto stones = random_stones(1500, 101);
  f.data("a.csv", stones);
  f.document["models"] = two_models;
  const TrainingResult both = f.train();
  const std::string winner = both.trained.at(1).id;
  // As it was before the winner was published.
  f.directory.write(
      "models/champion.json",
      to_json(
          Champion{
              both.trained.at(0).id, both.trained[0].created_at, "diamond-train", "first", {}, {}})
          .dump());
  const TrainingResult again = f.train();
  CHECK(again.trained.empty());
  CHECK(again.election.promoted == winner);
  CHECK(again.election.comparison.has_value());
}

TEST_CASE("merged files give one model that names its sources") {
  Fixture f;
  const auto stones = random_stones(300, 86);
  f.data("a.csv", {stones.begin(), stones.begin() + 200});
  f.data("b.csv", {stones.begin() + 100, stones.end()});
  f.document["datasets"] = "merged";
  const TrainingResult result = f.train();
  REQUIRE(result.trained.size() == 1);
  CHECK(result.trained[0].dataset.rows == 300);
  CHECK(result.trained[0].dataset.sources.size() == 2);
  CHECK(f.stored_data() == 1);
  CHECK(f.train().trained.empty());
}

TEST_CASE("columns that are passed over are told") {
  Fixture f;
  std::string text = "id,shop,carat,cut,color,clarity,depth,table,price,x,y,z\n";
  for (const PricedDiamond& one : random_stones(50, 87)) {
    text += "1,\"A, B\",";
    append_csv_row(text, one);
  }
  f.directory.write("data/a.csv", text);
  CHECK(f.train().trained.size() == 1);
  check_says(f.said.str(), {"warning columns passed over", "[\"id\",\"shop\"]"});
}

TEST_CASE("data with too many rejected rows leave nothing") {
  Fixture f;
  auto stones = random_stones(100, 88);
  for (std::size_t i = 0; i < 21; ++i) stones[i].stone.x = 0;
  f.data("a.csv", stones);
  check_says(message_of<DataError>([&] { f.train(); }), {"data/a.csv: ", "21 of 100 rows"});
  CHECK(f.registry.history().models.empty());
  CHECK_FALSE(f.registry.champion().has_value());
  CHECK(f.stored_data() == 0);
  f.document["max_rejected"] = 0.21;
  CHECK(f.train().trained.size() == 1);
}

TEST_CASE("what was published before a broken file stays") {
  Fixture f;
  f.data("a.csv", random_stones(100, 89));
  f.directory.write("data/b.csv", "no price list\n");
  check_says(message_of<DataError>([&] { f.train(); }), {"b.csv:1: ", "lacks"});
  REQUIRE(f.registry.history().models.size() == 1);
  CHECK(f.registry.champion()->id == f.registry.history().models[0].id);
  CHECK(f.stored_data() == 1);
}

TEST_CASE("a champion that cannot be loaded holds nothing and is trained again") {
  Fixture f;
  f.data("a.csv", random_stones(500, 92));
  const std::string damaged = f.train().trained.at(0).id;
  write_file(f.registry.directory_of(damaged) / "model.json", "{}");
  const TrainingResult again = f.train();
  REQUIRE(again.trained.size() == 1);
  CHECK(f.registry.champion()->id == again.trained[0].id);
  CHECK(f.train().trained.empty());
}

TEST_CASE("a training with nothing new puts back data that were lost") {
  Fixture f;
  f.data("a.csv", random_stones(500, 93));
  const std::string sha256 = f.train().trained.at(0).dataset.sha256;
  std::filesystem::remove(f.registry.datasets().path_of(sha256));
  CHECK(f.train().trained.empty());
  CHECK(std::filesystem::exists(f.registry.datasets().path_of(sha256)));
}

TEST_CASE("a training that is stopped says so") {
  Fixture f;
  f.data("a.csv", random_stones(500, 94));
  std::stop_source stop;
  stop.request_stop();
  TrainingWatch watch;
  watch.stop = stop.get_token();
  const TrainingResult result = f.train(Repeat::skip, watch);
  CHECK(result.stopped);
  CHECK(result.trained.empty());
  check_says(f.said.str(), {"not read: the training was stopped"});
}

TEST_CASE("who wants to be told of failures gets the models of all other data") {
  Fixture f;
  f.data("a.csv", random_stones(300, 1));
  f.directory.write("data/b.csv", "carat,cut\n");
  f.data("c.csv", random_stones(400, 2));
  f.data("d.csv", random_stones(1, 3));
  std::vector<std::string> failed;
  TrainingWatch watch;
  watch.on_failure = [&](const std::string& data, const Error& error) {
    failed.push_back(std::filesystem::path(data).filename().string() + " " + error.what());
  };
  const TrainingResult result = f.train(Repeat::skip, watch);
  CHECK(result.trained.size() == 2);
  CHECK(result.election.promoted == result.trained[1].id);
  REQUIRE(failed.size() == 2);
  check_says(failed[0], {"b.csv ", "b.csv:1", "lacks"});
  check_says(failed[1], {"d.csv ", "no training rows"});
}

TEST_CASE("a training does not begin while another runs") {
  Fixture f;
  f.data("a.csv", random_stones(100, 90));
  {
    const FileLock lock = f.registry.lock_for_training();
    check_says(message_of<BusyError>([&] { f.train(); }), {"another training runs here: process "});
    CHECK(f.registry.history().models.empty());
  }
  CHECK(f.train().trained.size() == 1);
}

TEST_CASE("a promotion by hand survives a run with nothing new") {
  Fixture f;
  f.data("a.csv", random_stones(500, 91));
  f.document["models"] = two_models;
  const TrainingResult first = f.train();
  const std::string loser = first.trained.at(0).id;
  REQUIRE(f.registry.champion()->id != loser);
  f.registry.promote(loser, "by hand");
  const TrainingResult again = f.train();
  CHECK(again.trained.empty());
  CHECK_FALSE(again.election.promoted.has_value());
  CHECK(f.registry.champion()->id == loser);
}

TEST_CASE("a run with nothing new gives a history without a champion one") {
  Fixture f;
  f.data("a.csv", random_stones(200, 92));
  const std::string id = f.train().trained.at(0).id;
  std::filesystem::remove(f.directory / "models/champion.json");
  CHECK(f.train().election.promoted.value() == id);
}

TEST_CASE("a broken champion file is told and mended by the next training") {
  Fixture f;
  f.data("a.csv", random_stones(200, 93));
  f.train();
  f.directory.write("models/champion.json", "{");
  const TrainingResult result = f.train();
  CHECK(result.election.promoted.has_value());
  check_says(f.said.str(), {"warning ", "champion.json"});
  CHECK(f.registry.champion().has_value());
}

TEST_CASE("leftovers of a killed training go and broken models are told") {
  Fixture f;
  f.data("a.csv", random_stones(200, 94));
  f.directory.write("models/.staging-x/model.json", "half");
  f.directory.write("models/broken/manifest.json", "{");
  f.train();
  CHECK_FALSE(std::filesystem::exists(f.directory / "models/.staging-x"));
  check_says(f.said.str(), {"warning ", "broken/manifest.json"});
}

TEST_CASE("a model whose metrics are not finite is not published") {
  Fixture f;
  auto stones = random_stones(100, 95);
  const auto test_row = shuffle_split(100, 0.2, 42).test.front();
  stones[test_row].stone.carat = 1e300;  // exp of its fitted logarithm has no double
  f.data("a.csv", stones);
  check_says(message_of<TrainingError>([&] { f.train(); }), {"linear: ", "not finite"});
  CHECK(f.registry.history().models.empty());
}

TEST_CASE("too few rows for both sides of the split are an error") {
  Fixture f;
  f.data("a.csv", {stone()});
  check_says(message_of<DataError>([&] { f.train(); }), {"no training rows"});
}

TEST_CASE("what is learned from the disk is judged on the same rows, and leaves nothing behind") {
  Fixture f;
  f.data("a.csv", random_stones(3'000, 71));
  f.document["split"] = GENERATE("shuffle", "hash");
  const Manifest in_memory = f.train().trained.at(0);
  f.document["memory"] = "1 KiB";
  const Manifest from_disk = f.train(Repeat::train_again).trained.at(0);
  CHECK(f.said.str().find("data split on the disk") != std::string::npos);
  CHECK(to_json(from_disk)["dataset"] == to_json(in_memory)["dataset"]);
  CHECK(to_json(from_disk)["split"] == to_json(in_memory)["split"]);
  for (const auto& [metric, value] : in_memory.metrics)
    CHECK(from_disk.metrics.at(metric) == Approx(value).epsilon(1e-9));
  CHECK(f.registry.leftovers().empty());
  for (const std::string& name : names_in(f.registry.directory()))
    CHECK_FALSE(name.starts_with(".scratch"));
}
