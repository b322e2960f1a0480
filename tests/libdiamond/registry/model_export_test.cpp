#include "catch.h"
#include "support/messages.h"
#include "support/trained_history.h"

#include <diamond/core/error.h>
#include <diamond/core/file.h>
#include <diamond/registry/model_export.h>
#include <diamond/registry/verification.h>

#include <filesystem>

using namespace diamond;
using namespace diamond::testing;
namespace fs = std::filesystem;
using Names = std::set<std::string>;

namespace {

struct Fixture : TrainedHistory {
  fs::path place = directory / "elsewhere";  // nothing but the exports
  fs::path out = place / "out";

  Fixture() { make_directory(place); }

  ExportedFiles export_to(const fs::path& where) const {
    return export_model(registry, other, where);
  }
};

}  // namespace

TEST_CASE("an exported model is a history of its own that is whole") {
  const Fixture f;
  const ExportedFiles exported = f.export_to(f.out);
  const ModelRegistry copy(f.out / "models");
  CHECK(names_in(f.place) == Names{"out"});
  CHECK(names_in(f.out) == Names{"models", "datasets"});
  CHECK(names_in(copy.directory()) == Names{f.other, "champion.json"});
  CHECK(copy.champion().value().id == f.other);
  CHECK(to_json(copy.manifest(f.other)) == to_json(f.registry.manifest(f.other)));
  const Verification found = verify(copy);
  CHECK(found.damage.empty());
  CHECK(found.remarks.empty());
  CHECK(found.models == 1);
  CHECK(found.datasets == 1);
  CHECK(found.bytes == exported.bytes);
  CHECK(exported.files == f.registry.manifest(f.other).files.size() + 2);
}

TEST_CASE("an empty directory takes the export, however it is written") {
  const Fixture f;
  make_directory(f.out);
  (void)f.export_to(f.out / "." / "");
  CHECK(fs::exists(f.out / "models/champion.json"));
}

TEST_CASE("an export to a link comes to where it leads") {
  const Fixture f;
  make_directory(f.place / "far");
  fs::create_directory_symlink("far", f.out);
  (void)f.export_to(f.out);
  CHECK(fs::is_symlink(f.out));
  CHECK(names_in(f.place / "far") == Names{"models", "datasets"});
}

TEST_CASE("what is there already is not touched") {
  const Fixture f;
  make_directory(f.out);
  write_file(f.out / "mine.txt", "mine");
  check_says(message_of<UsageError>([&] { (void)f.export_to(f.out); }),
             {f.out.string(), "there is something here already"});
  check_says(message_of<UsageError>([&] { (void)f.export_to(f.out / "mine.txt"); }),
             {"mine.txt", "something here"});
  CHECK(names_in(f.out) == Names{"mine.txt"});
}

TEST_CASE("a damaged model is not exported, and nothing is left") {
  const Fixture f;
  f.damage(f.other);
  check_says(message_of<StorageError>([&] { (void)f.export_to(f.out); }),
             {f.other, "model.json", "not as it was written"});
  CHECK(names_in(f.place).empty());
}

TEST_CASE("a model whose data are gone or damaged is not exported") {
  const Fixture f;
  const fs::path data = f.registry.datasets().path_of(f.trained[0].dataset.sha256);
  std::ofstream(data, std::ios::app) << "\n";
  check_says(message_of<StorageError>([&] { (void)f.export_to(f.out); }), {data.string()});
  fs::remove(data);
  check_says(message_of<StorageError>([&] { (void)f.export_to(f.out); }), {data.string()});
  CHECK(names_in(f.place).empty());
}

TEST_CASE("what a killed export left goes with the next one to the same place") {
  const Fixture f;
  make_directory(f.place / ".out.export/models");
  write_file(f.place / ".out.export/models/half", "half");
  (void)f.export_to(f.out);
  CHECK(names_in(f.place) == Names{"out"});
  CHECK(names_in(f.out / "models") == Names{f.other, "champion.json"});
}

TEST_CASE("one export to a place at a time") {
  const Fixture f;
  make_directory(f.place / ".out.export");
  const auto other = PathLock::try_alone(f.place / ".out.export");
  check_says(message_of<BusyError>([&] { (void)f.export_to(f.out); }), {f.out.string(), "another"});
  CHECK(names_in(f.place) == Names{".out.export"});
}
