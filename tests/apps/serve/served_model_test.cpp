#include "served_model.h"

#include "catch.h"
#include "support/messages.h"
#include "support/trained_history.h"

#include <diamond/core/error.h>

#include <filesystem>
#include <fstream>

using namespace diamond;
using namespace diamond::serve;
using namespace diamond::testing;

namespace {

std::string load_error(const TrainedHistory& h, const std::string& id) {
  return message_of<StorageError>([&] { (void)load_served_model(h.registry, h.catalog, id); });
}

std::string id_in(const ModelKeeper& keeper) {
  const auto served = keeper.current();
  return served ? served->manifest.id : "";
}

}  // namespace

TEST_CASE("the model to serve is the champion, the best by a metric, or one by its id") {
  CHECK(std::holds_alternative<ChampionChoice>(parse_model_choice("champion")));
  for (const Metric metric : all_metrics)
    CHECK(
        std::get<BestChoice>(parse_model_choice("best:" + std::string(info(metric).name))).metric ==
        metric);
  for (const char* id : {"20261124T080000Z-linear-000000", "2026", "Champion", "best", ""})
    CHECK(std::get<IdChoice>(parse_model_choice(id)).id == id);
}

TEST_CASE("the best by an unknown metric is an error with those that are known") {
  for (const char* text : {"best:", "best:speed", "best:MAE", "best: mae"})
    check_says(message_of<UsageError>([&] { (void)parse_model_choice(text); }),
               {"--model", "names no metric", "r2, mae, rmse, mape"});
}

TEST_CASE("a model is loaded with its manifest and its stones") {
  const TrainedHistory h;
  const auto served = load_served_model(h.registry, h.catalog, h.other);
  CHECK(to_json(served->manifest) == to_json(h.registry.manifest(h.other)));
  CHECK(served->samples.size() == served->manifest.dataset.rows_kept);
  const Diamond& stone = h.stones[0].stone;
  CHECK(served->model->predict(stone) == h.model(h.other)->predict(stone));
  CHECK(served->samples.nearest(stone.cut, stone.color, stone.clarity, stone.carat, 1).size() == 1);
}

TEST_CASE("a model whose files were changed since they were published is not loaded") {
  const TrainedHistory h;
  h.damage(h.champion);
  check_says(load_error(h, h.champion),
             {h.champion + "/model.json", "not as it was when the model was published"});
  std::filesystem::remove(h.registry.directory_of(h.other) / "test_predictions.csv");
  check_says(load_error(h, h.other), {h.other + "/test_predictions.csv"});
}

TEST_CASE("a model whose data set is missing is not loaded") {
  const TrainedHistory h;
  std::filesystem::remove_all(h.directory / "datasets");
  check_says(load_error(h, h.champion),
             {"datasets", ".csv", "the data that " + h.champion + " was trained on are not there"});
}

TEST_CASE("a model whose data set was changed is not loaded") {
  const TrainedHistory h;
  for (const auto& file : std::filesystem::directory_iterator(h.directory / "datasets"))
    std::ofstream(file.path(), std::ios::app) << "1,Ideal,E,VS1,61,55,4000,6.4,6.4,3.9\n";
  check_says(load_error(h, h.champion), {"datasets", "not those that their name promises"});
}

TEST_CASE("a model that the history has not is not loaded") {
  const TrainedHistory h;
  check_says(load_error(h, "nothing"), {"nothing"});
}

TEST_CASE("a keeper serves the champion from the start") {
  TrainedHistory h;
  const ModelKeeper keeper(h.registry, h.catalog, ChampionChoice{}, h.log);
  CHECK(id_in(keeper) == h.champion);
  CHECK(keeper.problem().empty());
}

TEST_CASE("a keeper serves the best by a metric, whoever is champion") {
  TrainedHistory h;
  h.registry.promote(h.other, "by hand");
  const std::vector<Manifest> models = h.registry.history().models;
  for (const Metric metric : all_metrics) {
    const ModelKeeper keeper(h.registry, h.catalog, BestChoice{metric}, h.log);
    CHECK(id_in(keeper) == best_by(metric, {&models[0], &models[1]})->id);
  }
}

TEST_CASE("a keeper serves one model by its id or the beginning of it, and stays with it") {
  TrainedHistory h;
  for (const std::string& id : {h.other, h.other.substr(0, h.other.size() - 1)}) {
    ModelKeeper keeper(h.registry, h.catalog, IdChoice{id}, h.log);
    CHECK(id_in(keeper) == h.other);
    h.registry.promote(h.champion, "by hand");
    h.damage(h.champion);
    keeper.refresh();
    CHECK(id_in(keeper) == h.other);
    CHECK(keeper.problem().empty());
  }
}

TEST_CASE("a keeper without a model says why and serves the first one that comes") {
  EmptyHistory h;
  std::ostringstream said;
  Log log(said, LogFormat::text);
  ModelKeeper champion(h.registry, h.catalog, ChampionChoice{}, log);
  ModelKeeper best(h.registry, h.catalog, BestChoice{Metric::mae}, log);
  CHECK(champion.current() == nullptr);
  check_says(champion.problem(), {"there is no champion yet"});
  check_says(best.problem(), {"there is no model with this metric yet"});
  check_says(ModelKeeper(h.registry, h.catalog, IdChoice{"2"}, log).problem(),
             {"no model is called '2'"});
  h.train();
  champion.refresh();
  best.refresh();
  CHECK(id_in(champion) == h.registry.champion()->id);
  CHECK(champion.problem().empty());
  CHECK(id_in(best) == h.registry.champion()->id);
  check_says(ModelKeeper(h.registry, h.catalog, IdChoice{"2"}, log).problem(),
             {"several models begin with '2'"});
}

TEST_CASE("what is remarkable about a model is logged when it comes into service") {
  EmptyHistory h;
  const Json params = {{"booster", "dart"}, {"n_estimators", 5}};
  h.train(Json::array({{{"kind", "xgboost"}, {"params", params}}}));
  std::ostringstream said;
  Log log(said, LogFormat::text);
  const ModelKeeper keeper(h.registry, h.catalog, ChampionChoice{}, log);
  check_says(said.str(), {"model in service", "XGBoost itself walks the trees"});
}

TEST_CASE("a keeper follows a promotion and requests go on with the model they began with") {
  TrainedHistory h;
  ModelKeeper keeper(h.registry, h.catalog, ChampionChoice{}, h.log);
  const auto before = keeper.current();
  const double price = before->model->predict(h.stones[0].stone);
  h.registry.promote(h.other, "by hand");
  keeper.refresh();
  CHECK(id_in(keeper) == h.other);
  CHECK(before->manifest.id == h.champion);
  CHECK(before->model->predict(h.stones[0].stone) == price);
}

TEST_CASE("a model that cannot be loaded leaves the old one in service") {
  TrainedHistory h;
  ModelKeeper keeper(h.registry, h.catalog, ChampionChoice{}, h.log);
  h.damage(h.other);
  h.registry.promote(h.other, "by hand");
  keeper.refresh();
  CHECK(id_in(keeper) == h.champion);
  check_says(keeper.problem(), {h.other, "not as it was when the model was published"});
  h.registry.promote(h.champion, "back again");
  keeper.refresh();
  CHECK(id_in(keeper) == h.champion);
  CHECK(keeper.problem().empty());
}

TEST_CASE("a model that could not be loaded before is told again when it is promoted again") {
  TrainedHistory h;
  ModelKeeper keeper(h.registry, h.catalog, ChampionChoice{}, h.log);
  h.damage(h.other);
  for (int times = 0; times < 2; ++times) {
    h.registry.promote(h.other, "by hand");
    keeper.refresh();
    check_says(keeper.problem(), {h.other});
    h.registry.promote(h.champion, "back again");
    keeper.refresh();
    CHECK(keeper.problem().empty());
  }
}

TEST_CASE("a data set that is missing leaves the old model in service") {
  TrainedHistory h;
  ModelKeeper keeper(h.registry, h.catalog, ChampionChoice{}, h.log);
  std::filesystem::remove_all(h.directory / "datasets");
  h.registry.promote(h.other, "by hand");
  keeper.refresh();
  CHECK(id_in(keeper) == h.champion);
  check_says(keeper.problem(), {"was trained on are not there"});
}

TEST_CASE("a broken champion.json leaves the old model in service") {
  TrainedHistory h;
  ModelKeeper keeper(h.registry, h.catalog, ChampionChoice{}, h.log);
  h.directory.write("models/champion.json", "{");
  keeper.refresh();
  CHECK(id_in(keeper) == h.champion);
  check_says(keeper.problem(), {"champion.json"});
}
