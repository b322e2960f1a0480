#include "catch.h"
#include "support/manifests.h"
#include "support/messages.h"
#include "support/temporary_directory.h"

#include <diamond/core/error.h>
#include <diamond/core/file.h>
#include <diamond/core/hash.h>
#include <diamond/core/user.h>
#include <diamond/registry/model_registry.h>

#include <filesystem>
#include <stdexcept>

using namespace diamond;
using namespace diamond::testing;
namespace fs = std::filesystem;

namespace {

/// A history in a directory of its own.
struct Fixture {
  TemporaryDirectory directory;
  ModelRegistry registry{directory / "models"};

  Fixture() { make_directory(registry.directory()); }

  Manifest publish(const std::string& name = "one") const {
    Manifest manifest = model();
    manifest.name = name;
    return registry.publish(manifest,
                            [&](const fs::path& place) { write_file(place / "model.json", name); });
  }
};

}  // namespace

TEST_CASE("a published model stands whole under its id") {
  const Fixture f;
  const Manifest published = f.publish();
  check_says(published.id, {"Z-linear-"});
  CHECK(published.id.size() == std::string("20261123T081500Z-linear-3fa9c1").size());
  CHECK(published.files == std::map<std::string, std::string>{{"model.json", sha256_hex("one")}});
  CHECK(names_in(f.registry.directory()) == std::set<std::string>{published.id});
  CHECK(names_in(f.registry.directory_of(published.id)) ==
        std::set<std::string>{"manifest.json", "model.json"});
  CHECK(to_json(f.registry.manifest(published.id)) == to_json(published));
  CHECK(read_file(f.registry.directory_of(published.id) / "model.json") == "one");
}

TEST_CASE("a model whose files cannot be written leaves nothing") {
  const Fixture f;
  const auto publish = [&] {
    f.registry.publish(model(), [](const fs::path& place) {
      write_file(place / "model.json", "half");
      throw StorageError(place.string(), "the disk is full", "");
    });
  };
  check_says(message_of<StorageError>(publish), {"the disk is full"});
  CHECK(names_in(f.registry.directory()).empty());
}

TEST_CASE("models that are published in the same moment have ids of their own") {
  const Fixture f;
  std::set<std::string> ids;
  for (int i = 0; i < 20; ++i) ids.insert(f.publish("same").id);
  CHECK(ids.size() == 20);
  CHECK(f.registry.history().models.size() == 20);
}

TEST_CASE("the history of a directory that is not there is empty") {
  const TemporaryDirectory directory;
  const ModelRegistry registry(directory / "none");
  CHECK(registry.history().models.empty());
  CHECK(registry.history().problems.empty());
  CHECK_FALSE(registry.champion().has_value());
}

TEST_CASE("the history is in the order of publication") {
  const Fixture f;
  std::vector<std::string> ids;
  for (int i = 0; i < 5; ++i) ids.push_back(f.publish(std::to_string(i)).id);
  const History history = f.registry.history();
  REQUIRE(history.models.size() == 5);
  for (std::size_t i = 1; i < 5; ++i)
    CHECK(history.models[i - 1].created_at <= history.models[i].created_at);
  CHECK(history.problems.empty());
}

TEST_CASE("the history passes over what is no model and tells of it") {
  const Fixture f;
  const Manifest good = f.publish();
  f.directory.write("models/empty-directory/other.txt", "");
  f.directory.write("models/broken/manifest.json", "{");
  Json edited = to_json(good);
  edited["name"] = "edited";
  f.directory.write("models/edited/manifest.json", edited.dump());
  f.directory.write("models/copy-of-good/manifest.json", to_json(good).dump());
  f.directory.write("models/.staging-x/manifest.json", "{");
  f.directory.write("models/notes.txt", "a file");
  const History history = f.registry.history();
  REQUIRE(history.models.size() == 1);
  CHECK(history.models[0].id == good.id);
  REQUIRE(history.problems.size() == 4);
  check_says(history.problems[0], {"models/broken/manifest.json", "cut short"});
  check_says(history.problems[1],
             {"models/copy-of-good/manifest.json", "manifest is that of '" + good.id + "'"});
  check_says(history.problems[2], {"models/edited/manifest.json", "changed after"});
  check_says(history.problems[3], {"models/empty-directory/manifest.json", "No such file"});
}

TEST_CASE("a history that is no directory is an error") {
  const TemporaryDirectory directory;
  const auto file = directory.write("models", "");
  check_says(message_of<StorageError>([&] { (void)ModelRegistry(file).history(); }),
             {file.string(), "--models-dir"});
}

TEST_CASE("an id is found by itself and by a beginning that only it has") {
  const Fixture f;
  const std::string a = f.publish("a").id;
  CHECK(f.registry.resolve(a) == a);
  CHECK(f.registry.resolve(a.substr(0, 4)) == a);
  const std::string b = f.publish("b").id;
  CHECK(f.registry.resolve(b) == b);
  check_says(
      message_of<UsageError>([&] { (void)f.registry.resolve("20"); }),
      {f.registry.directory().string(), "several models begin with '20'", "diamond-train history"});
  check_says(message_of<UsageError>([&] { (void)f.registry.resolve("1999"); }),
             {"no model is called '1999'"});
  (void)message_of<UsageError>([&] { (void)f.registry.resolve(""); });
}

TEST_CASE("champion is a word for the champion's id") {
  const Fixture f;
  check_says(message_of<UsageError>([&] { (void)f.registry.resolve("champion"); }),
             {"no champion yet"});
  const std::string id = f.publish().id;
  f.registry.promote(id, "");
  CHECK(f.registry.resolve("champion") == id);
}

TEST_CASE("promotions remember who was champion before") {
  const Fixture f;
  CHECK_FALSE(f.registry.champion().has_value());
  f.registry.promote("a", "first");
  CHECK(f.registry.champion()->id == "a");
  CHECK(f.registry.champion()->reason == "first");
  f.registry.promote("b", "second");
  f.registry.promote("b", "once more");  // the champion itself is no predecessor
  f.registry.promote("c", "third");
  CHECK(f.registry.champion()->id == "c");
  const std::vector<EarlierChampion> before = f.registry.champion()->before;
  REQUIRE(before.size() == 2);
  CHECK(before[0].id == "b");
  CHECK(before[0].reason == "once more");
  CHECK(before[0].promoted_by == login_name());
  CHECK(before[1].id == "a");
  CHECK(before[1].reason == "first");
  CHECK(before[1].promoted_at <= before[0].promoted_at);
  CHECK(names_in(f.registry.directory()) ==
        std::set<std::string>{"champion.json", ".champion.lock"});
}

TEST_CASE("a champion by election was promoted by the trainer and one by hand by a person") {
  const Fixture f;
  const std::string id = f.publish().id;
  const Election election{id, "better",
                          Comparison{"x", Metric::mae, 300, {1, 2, 1, {0.5, 1.5}}, 0.95}};
  CHECK(f.registry.promote(election, std::nullopt));
  CHECK(f.registry.champion()->promoted_by == "diamond-train");
  CHECK(f.registry.champion()->reason == "better");
  CHECK(f.registry.champion()->comparison.value().rows == 300);
  f.registry.promote("by hand", "promoted by hand");
  CHECK(f.registry.champion()->promoted_by == login_name());
  CHECK_FALSE(f.registry.champion()->comparison.has_value());
  f.registry.rollback();
  CHECK(f.registry.champion()->id == id);
  CHECK(f.registry.champion()->promoted_by == login_name());
}

TEST_CASE("who was chosen while an election was held stays") {
  const Fixture f;
  f.registry.promote("a", "first");
  const std::optional<Champion> standing = f.registry.champion();
  f.registry.promote("b", "by hand");
  CHECK_FALSE(f.registry.promote(Election{"c", "better", {}}, standing));
  CHECK(f.registry.champion()->id == "b");
  CHECK(f.registry.promote(Election{"c", "better", {}}, f.registry.champion()));
  CHECK(f.registry.champion()->id == "c");
}

TEST_CASE("nobody is rolled back to himself") {
  const Fixture f;
  const std::string a = f.publish("a").id;
  const std::string b = f.publish("b").id;
  for (const std::string& id : {a, b, a}) f.registry.promote(id, "better");
  std::filesystem::remove_all(f.registry.directory_of(b));
  check_says(message_of<UsageError>([&] { (void)f.registry.rollback(); }),
             {"no champion before " + a});
}

TEST_CASE("a rollback where there is nothing leaves nothing") {
  const TemporaryDirectory directory;
  const ModelRegistry registry(directory / "mistyped");
  CHECK_THROWS_AS(registry.rollback(), UsageError);
  CHECK_FALSE(std::filesystem::exists(directory / "mistyped"));
}

TEST_CASE("rollbacks go back one champion at a time until there is none") {
  const Fixture f;
  std::vector<std::string> ids;
  for (const char* name : {"a", "b", "c"}) {
    ids.push_back(f.publish(name).id);
    f.registry.promote(ids.back(), "better");
  }
  CHECK(f.registry.rollback() == ids[1]);
  CHECK(f.registry.champion()->id == ids[1]);
  check_says(f.registry.champion()->reason, {"rolled back by hand from " + ids[2]});
  CHECK(f.registry.rollback() == ids[0]);
  check_says(message_of<UsageError>([&] { (void)f.registry.rollback(); }),
             {"no champion before " + ids[0], "diamond-train promote"});
  CHECK(f.registry.champion()->id == ids[0]);
}

TEST_CASE("a rollback passes over champions that no longer stand") {
  const Fixture f;
  std::vector<std::string> ids;
  for (const char* name : {"a", "b", "c"}) {
    ids.push_back(f.publish(name).id);
    f.registry.promote(ids.back(), "better");
  }
  fs::remove_all(f.registry.directory_of(ids[1]));
  CHECK(f.registry.rollback() == ids[0]);
}

TEST_CASE("a rollback without a champion is an error") {
  const Fixture f;
  check_says(message_of<UsageError>([&] { (void)f.registry.rollback(); }), {"no champion yet"});
}

TEST_CASE("a broken champion file is told, and mended by a promotion") {
  const Fixture f;
  f.directory.write("models/champion.json", "{\"id\": ");
  check_says(message_of<StorageError>([&] { (void)f.registry.champion(); }), {"champion.json"});
  f.registry.promote("a", "mended");
  CHECK(f.registry.champion()->id == "a");
  CHECK(f.registry.champion()->before.empty());
}

TEST_CASE("one training at a time, and the busy one is named") {
  const Fixture f;
  {
    const FileLock lock = f.registry.lock_for_training();
    check_says(message_of<BusyError>([&] { (void)f.registry.lock_for_training(); }),
               {f.registry.directory().string(), "another training runs here: process "});
  }
  const FileLock again = f.registry.lock_for_training();
}

TEST_CASE("what a killed trainer left half-way is removed and models are not") {
  const Fixture f;
  const std::string id = f.publish().id;
  f.directory.write("models/.staging-x/model.json", "half");
  f.directory.write("models/.champion.json.1.new", "half");
  f.directory.write("datasets/.staged-x.csv", "half");
  f.registry.remove_leftovers();
  CHECK(names_in(f.registry.directory()) == std::set<std::string>{id, ".champion.lock"});
  CHECK(names_in(f.directory / "datasets").empty());
}

TEST_CASE("the data sets stand beside the history however its path is written") {
  const TemporaryDirectory directory;
  const std::string expected = (directory / "artifacts/datasets/x.csv").string();
  for (const char* path : {"artifacts/models", "artifacts/models/", "artifacts/./models/.",
                           "artifacts/other/../models//"}) {
    INFO(path);
    CHECK(ModelRegistry(directory / path).datasets().path_of("x").string() == expected);
  }
}
