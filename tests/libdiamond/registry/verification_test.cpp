#include "catch.h"
#include "support/messages.h"
#include "support/trained_history.h"

#include <diamond/core/error.h>
#include <diamond/core/file.h>
#include <diamond/registry/verification.h>

#include <filesystem>

using namespace diamond;
using namespace diamond::testing;
namespace fs = std::filesystem;

namespace {

/// Two models of the same data, the champion among them.
struct Fixture : TrainedHistory {
  [[nodiscard]] fs::path file(const std::string& name) const {
    return registry.directory_of(other) / name;
  }
  [[nodiscard]] fs::path data() const {
    return registry.datasets().path_of(trained[0].dataset.sha256);
  }
  [[nodiscard]] Verification look() const { return verify(registry); }

  /// Checks that there is one damage, and what it says.
  void check_damage(std::initializer_list<std::string_view> parts) const {
    const Verification found = look();
    REQUIRE(found.damage.size() == 1);
    check_says(found.damage[0], parts);
    CHECK(found.remarks.empty());
  }
};

std::uintmax_t bytes_of(const fs::path& directory) {
  std::uintmax_t bytes = 0;
  for (const auto& entry : fs::recursive_directory_iterator(directory))
    if (entry.is_regular_file()) bytes += entry.file_size();
  return bytes;
}

}  // namespace

TEST_CASE("a history as it was written has no damage, and all of its bytes were read") {
  const Fixture f;
  const Verification found = f.look();
  CHECK(found.models == 2);
  CHECK(found.datasets == 1);
  CHECK(found.damage.empty());
  CHECK(found.remarks.empty());
  CHECK(found.bytes == bytes_of(f.registry.directory_of(f.champion)) +
                           bytes_of(f.registry.directory_of(f.other)) + fs::file_size(f.data()));
}

TEST_CASE("a file of a model that was changed is damage") {
  const Fixture f;
  f.damage(f.other);
  f.check_damage({f.other, "model.json", "not as it was", "train the model again"});
}

TEST_CASE("a file of a model that is missing is damage") {
  const Fixture f;
  fs::remove(f.file("test_predictions.csv"));
  f.check_damage({f.other, "test_predictions.csv", "is missing"});
}

TEST_CASE("a file that no manifest knows is damage, also in a directory of its own") {
  const Fixture f;
  fs::create_directory(f.file("more"));
  write_file(f.file("more/notes.txt"), "mine");
  f.check_damage({f.other, "more/notes.txt", "does not know this file", "remove it"});
}

TEST_CASE("a manifest that cannot be read is damage and counts as a model") {
  const Fixture f;
  write_file(f.file("manifest.json"), "{");
  f.check_damage({f.other, "manifest.json", "cut short"});
  CHECK(f.look().models == 2);
}

TEST_CASE("data that were changed are damage") {
  const Fixture f;
  std::ofstream(f.data(), std::ios::app) << "\n";
  f.check_damage({f.data().string(), "not those that their name promises"});
}

TEST_CASE("data that are missing are damage for each model that needs them") {
  const Fixture f;
  fs::remove(f.data());
  const Verification found = f.look();
  REQUIRE(found.damage.size() == 2);
  check_says(found.damage[0], {f.data().string(), "are not there", f.trained[0].id});
  check_says(found.damage[1], {f.trained[1].id});
}

TEST_CASE("a champion that is gone is damage, and so is a champion file that cannot be read") {
  const Fixture f;
  fs::remove_all(f.registry.directory_of(f.champion));
  f.check_damage({"champion.json", f.champion, "diamond-train promote"});
  write_file(f.registry.directory() / "champion.json", "{");
  f.check_damage({"champion.json", "who the champion is"});
}

TEST_CASE("a champion before that is gone is no damage, but told") {
  const Fixture f;
  f.registry.promote(f.other, "");
  fs::remove_all(f.registry.directory_of(f.champion));
  const Verification found = f.look();
  CHECK(found.damage.empty());
  REQUIRE(found.remarks.size() == 1);
  check_says(found.remarks[0], {"champion.json", f.champion, "is gone"});
}

TEST_CASE("what killed processes left and what is no data set is told, and no damage") {
  const Fixture f;
  f.directory.write("models/.staging-x/model.json", "half");
  f.directory.write("models/.removed-y/model.json", "half");
  f.directory.write("datasets/.staged-z.csv", "half");
  f.directory.write("datasets/notes.txt", "mine");
  const Verification found = f.look();
  CHECK(found.damage.empty());
  REQUIRE(found.remarks.size() == 4);
  check_says(found.remarks[0], {".staged-z.csv", "killed", "prune"});
  check_says(found.remarks[1], {".removed-y"});
  check_says(found.remarks[2], {".staging-x"});
  check_says(found.remarks[3], {"notes.txt", "no data set"});
}

TEST_CASE("what a training is at work on is not told") {
  const Fixture f;
  f.directory.write("models/.staging-x/model.json", "half");
  const FileLock lock = f.registry.lock_for_training();
  CHECK(f.look().remarks.empty());
}

TEST_CASE("there is nothing to verify where no history is") {
  const TemporaryDirectory directory;
  check_says(message_of<UsageError>([&] { (void)verify(ModelRegistry(directory / "models")); }),
             {(directory / "models").string(), "--models-dir"});
}
