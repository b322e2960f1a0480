#include "catch.h"
#include "support/manifests.h"
#include "support/messages.h"
#include "support/temporary_directory.h"

#include <diamond/core/error.h>
#include <diamond/core/file.h>
#include <diamond/registry/prune.h>

#include <filesystem>

using namespace diamond;
using namespace diamond::testing;
namespace fs = std::filesystem;
using Names = std::set<std::string>;

namespace {

/// 64 times a digit, as the name of a data set.
std::string sha(char digit) {
  return std::string(64, digit);
}

/// A history of models "a", "b", ..., each trained on data of its own unless the test says
/// otherwise.
struct Fixture {
  TemporaryDirectory directory;
  ModelRegistry registry{directory / "models"};
  std::vector<std::string> ids;

  Fixture() { make_directory(registry.directory()); }

  std::string publish(char data) { return publish(data, registry); }

  std::string publish(char data, const ModelRegistry& where) {
    Manifest manifest = model();
    manifest.dataset.sha256 = sha(data);
    add_data(data);
    ids.push_back(
        where
            .publish(manifest,
                     [](const fs::path& place) { write_file(place / "model.json", "{}"); })
            .id);
    return ids.back();
  }

  /// Ten bytes.
  void add_data(char data) const {
    directory.write("datasets/" + sha(data) + ".csv", "0123456789");
  }

  [[nodiscard]] Names models() const {
    Names names;
    for (const Manifest& model : registry.history().models) names.insert(model.id);
    return names;
  }

  [[nodiscard]] Names data() const { return names_in(directory / "datasets"); }

  [[nodiscard]] PruneResult keep(std::size_t count, PruneMode mode = PruneMode::remove) const {
    return prune(registry, AllButNewest{count}, mode);
  }
};

Names ids_of(const PruneResult& result) {
  Names names;
  for (const PrunedModel& model : result.models) names.insert(model.manifest.id);
  return names;
}

}  // namespace

TEST_CASE("the newest models stay, with their data, and the older ones go with theirs") {
  Fixture f;
  for (const char data : {'a', 'b', 'b', 'c'}) f.publish(data);
  const PruneResult result = f.keep(2);
  CHECK(ids_of(result) == Names{f.ids[0], f.ids[1]});
  CHECK(f.models() == Names{f.ids[2], f.ids[3]});
  CHECK(f.data() == Names{sha('b') + ".csv", sha('c') + ".csv"});
  REQUIRE(result.datasets.size() == 1);
  CHECK(result.datasets[0].sha256 == sha('a'));
  CHECK(result.bytes() == result.models[0].bytes + result.models[1].bytes + 10);
  CHECK(result.problems.empty());
  CHECK(names_in(f.registry.directory()) ==
        Names{f.ids[2], f.ids[3], ".training.lock", ".champion.lock"});
}

TEST_CASE("the page about a model goes with it") {
  Fixture f;
  for (const char data : {'a', 'b'}) {
    f.publish(data);
    write_file(f.directory.write("reports/" + f.ids.back() + ".html", ""), "ten bytes.");
  }
  const PruneResult look = f.keep(1, PruneMode::look);
  CHECK(names_in(f.directory / "reports").size() == 2);
  CHECK(f.keep(1).bytes() == look.bytes());
  CHECK(names_in(f.directory / "reports") == Names{f.ids[1] + ".html"});
}

TEST_CASE("models are old by when they were published") {
  Fixture f;
  f.publish('a');
  const auto now = std::chrono::system_clock::now();
  CHECK(prune(f.registry, PublishedBefore{now - std::chrono::hours(1)}, PruneMode::remove)
            .models.empty());
  CHECK(ids_of(prune(f.registry, PublishedBefore{now + std::chrono::hours(1)},
                     PruneMode::remove)) == Names{f.ids[0]});
}

TEST_CASE("who looks is told the same and nothing is changed") {
  Fixture f;
  for (const char data : {'a', 'b', 'c'}) f.publish(data);
  f.registry.promote(f.ids[0], "");
  const Names before = names_in(f.registry.directory());
  const PruneResult look = f.keep(1, PruneMode::look);
  CHECK(names_in(f.registry.directory()) == before);
  CHECK(f.data().size() == 3);
  const PruneResult done = f.keep(1);
  CHECK(ids_of(look) == ids_of(done));
  CHECK(look.bytes() == done.bytes());
  REQUIRE(look.spared.size() == 1);
  CHECK(done.spared.size() == 1);
  CHECK(look.spared[0].need == Need::champion);
}

TEST_CASE("the champion and who would come back by a rollback stay, and nobody before them") {
  Fixture f;
  for (const char data : {'a', 'b', 'c', 'd'}) {
    f.publish(data);
    f.registry.promote(f.ids.back(), "better");
  }
  fs::remove_all(f.registry.directory_of(f.ids[2]));  // a rollback would take the one before
  const PruneResult result = f.keep(0);
  CHECK(f.models() == Names{f.ids[1], f.ids[3]});
  REQUIRE(result.spared.size() == 2);
  CHECK(result.spared[0].need == Need::predecessor);
  CHECK(result.spared[1].need == Need::champion);
  CHECK(f.registry.rollback() == f.ids[1]);
}

TEST_CASE("a model that somebody has loaded stays until it is let go") {
  Fixture f;
  f.publish('a');
  {
    const PathLock lease = f.registry.lease(f.ids[0]);
    const PruneResult result = f.keep(0);
    CHECK(result.models.empty());
    REQUIRE(result.spared.size() == 1);
    CHECK(result.spared[0].need == Need::lease);
    CHECK(f.data().size() == 1);
  }
  CHECK(f.keep(0).models.size() == 1);
  CHECK(f.models().empty());
  check_says(message_of<StorageError>([&] { (void)f.registry.lease(f.ids[0]); }), {f.ids[0]});
}

TEST_CASE("data that no model needs go although no model goes, and only data do") {
  Fixture f;
  f.publish('a');
  f.add_data('b');
  f.directory.write("datasets/notes.csv", "mine");
  const PruneResult result = f.keep(9);
  CHECK(result.models.empty());
  CHECK(result.bytes() == 10);
  CHECK(f.data() == Names{sha('a') + ".csv", "notes.csv"});
}

TEST_CASE("a model that cannot be read stays, is told, and all data stay for it") {
  Fixture f;
  f.publish('a');
  f.publish('b');
  f.directory.write("models/broken/manifest.json", "{");
  const PruneResult result = f.keep(1);
  CHECK(f.models() == Names{f.ids[1]});
  CHECK(fs::exists(f.directory / "models/broken/manifest.json"));
  CHECK(f.data().size() == 2);
  CHECK(result.datasets.empty());
  REQUIRE(result.problems.size() == 2);
  check_says(result.problems[0], {"models/broken/manifest.json", "cut short"});
  check_says(result.problems[1], {"all data sets stay"});
}

TEST_CASE("data that a history beside this one needs stay") {
  Fixture f;
  const ModelRegistry other(f.directory / "other");
  f.publish('a');
  f.publish('b', other);
  CHECK(f.keep(0).bytes() > 0);
  CHECK(f.data() == Names{sha('b') + ".csv"});
}

TEST_CASE("all data stay while a training runs in a history beside this one") {
  Fixture f;
  f.publish('a');
  const ModelRegistry other(f.directory / "other");
  const FileLock lock = other.lock_for_training();
  const PruneResult result = f.keep(0);
  CHECK(result.models.size() == 1);
  CHECK(f.data() == Names{sha('a') + ".csv"});
  REQUIRE(result.problems.size() == 2);
  check_says(result.problems[0], {"other", "another training runs here"});
}

TEST_CASE("nothing is pruned while a training runs here or nobody knows who the champion is") {
  Fixture f;
  f.publish('a');
  {
    const FileLock lock = f.registry.lock_for_training();
    check_says(message_of<BusyError>([&] { (void)f.keep(0); }), {"another training runs here"});
    CHECK(f.keep(0, PruneMode::look).models.size() == 1);
  }
  f.directory.write("models/champion.json", "{");
  check_says(message_of<StorageError>([&] { (void)f.keep(0); }), {"champion.json"});
  CHECK(f.models() == Names{f.ids[0]});
}

TEST_CASE("what a killed prune left of a model is no model and goes with the next one") {
  Fixture f;
  f.publish('a');
  f.directory.write("models/.removed-x/model.json", "half");
  CHECK(f.models().size() == 1);
  (void)f.keep(1);
  CHECK_FALSE(fs::exists(f.directory / "models/.removed-x"));
}

TEST_CASE("there is nothing to prune where no history is") {
  const TemporaryDirectory directory;
  const ModelRegistry none(directory / "models");
  check_says(message_of<UsageError>([&] { (void)prune(none, AllButNewest{1}, PruneMode::remove); }),
             {(directory / "models").string(), "--models-dir"});
  CHECK(names_in(directory.path()).empty());
}
