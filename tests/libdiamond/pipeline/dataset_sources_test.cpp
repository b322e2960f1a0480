#include "catch.h"
#include "support/messages.h"
#include "support/stones.h"
#include "support/temporary_directory.h"

#include <diamond/core/error.h>
#include <diamond/core/file.h>
#include <diamond/core/hash.h>
#include <diamond/pipeline/dataset_sources.h>

#include <sstream>

using namespace diamond;
using namespace diamond::testing;
using Paths = std::vector<std::filesystem::path>;

namespace {

struct Fixture {
  TemporaryDirectory directory;
  DatasetStore store{directory / "datasets"};
  std::ostringstream said;
  Log log{said, LogFormat::text};
};

}  // namespace

TEST_CASE("names that begin with a dot are no CSV of a directory, and what is gone is not there") {
  const TemporaryDirectory directory;
  for (const char* name : {"in/.b.csv", "in/a.csv", "in/c.csv.part"}) directory.write(name, "");
  const auto in = directory / "in";
  CHECK(find_csv_files({in}) == Paths{in / "a.csv"});
  CHECK(present_csv_files({in, directory / "gone", in / "c.csv.part", directory / "none.csv"}) ==
        Paths{in / "a.csv", in / "c.csv.part"});
}

TEST_CASE("a directory means each CSV in it by name and nothing deeper") {
  const TemporaryDirectory directory;
  for (const char* name : {"in/b.csv", "in/a.csv", "in/notes.txt", "in/deeper/c.csv", "single.txt"})
    directory.write(name, "");
  std::filesystem::create_directory(directory / "in/folder.csv");
  CHECK(find_csv_files({directory / "single.txt", directory / "in"}) ==
        Paths{directory / "single.txt", directory / "in/a.csv", directory / "in/b.csv"});
}

TEST_CASE("a path without data is an error that names it") {
  const TemporaryDirectory directory;
  check_says(message_of<UsageError>([&] { (void)find_csv_files({directory / "none"}); }),
             {(directory / "none").string(), "no such file", "--data"});
  check_says(message_of<UsageError>([&] { (void)find_csv_files({directory.path()}); }),
             {directory.path().string(), "no *.csv"});
}

TEST_CASE("each file is a data set of its own") {
  Fixture f;
  TrainingConfig config;
  config.dataset_paths = {f.directory.write("a.csv", "one"), f.directory.write("b.csv", "two")};
  const auto sources = data_sources(config);
  REQUIRE(sources.size() == 2);
  CHECK(sources[0].label == (f.directory / "a.csv").string());
  CHECK(stage(sources[0], f.store, f.log).staged.sha256() == sha256_hex("one"));
  CHECK(stage(sources[1], f.store, f.log).staged.sha256() == sha256_hex("two"));
  CHECK(stage(sources[0], f.store, f.log).sources.empty());
}

TEST_CASE("merged files are one data set without the duplicates") {
  Fixture f;
  const auto stones = random_stones(300, 61);
  TrainingConfig config;
  config.datasets = DatasetMode::merged;
  config.dataset_paths = {
      f.directory.write("a.csv", csv_of({stones.begin(), stones.begin() + 200})),
      f.directory.write("b.csv", csv_of({stones.begin() + 100, stones.end()}))};
  REQUIRE(data_sources(config).size() == 1);
  const StagedSource source = stage(data_sources(config)[0], f.store, f.log);
  CHECK(read_file(source.staged.path()) == csv_of(stones));
  CHECK(source.sources == std::vector<std::string>{(f.directory / "a.csv").string(),
                                                   (f.directory / "b.csv").string()});
  check_says(source.label, {"a.csv, ", "b.csv"});
  check_says(f.said.str(), {"data sets merged", "rows=300", "duplicates_dropped=100"});
  const LoadedDataset loaded = load(source, 0, f.log);
  CHECK(loaded.facts.sources == source.sources);
  CHECK(loaded.facts.rows == 300);
}

TEST_CASE("a loaded data set is cleaned and its facts are told") {
  Fixture f;
  const std::string csv =
      csv_of({stone({.price = 1}), stone({.x = 0}), stone({.price = 2}), stone({.price = 0})});
  const auto file = f.directory.write("a.csv", csv);
  const StagedSource source{"a.csv", {}, f.store.stage(file)};
  const LoadedDataset loaded = load(source, 0.5, f.log);
  CHECK(loaded.table.rows() == 2);
  CHECK(loaded.facts.path == "a.csv");
  CHECK(loaded.facts.sha256 == sha256_hex(csv));
  CHECK(loaded.facts.rows == 4);
  CHECK(loaded.facts.rows_kept == 2);
  CHECK(loaded.facts.rejected ==
        std::vector<Rejection>{{"zero_dimension", 1}, {"price_not_positive", 1}});
  check_says(message_of<DataError>([&] { (void)load(source, 0.49, f.log); }),
             {"a.csv: ", "2 of 4 rows"});
}

TEST_CASE("a fault in staged data is told with the name that people know") {
  Fixture f;
  const auto file = f.directory.write("a.csv", csv_of({stone()}) + "x\n");
  const StagedSource source{"my/a.csv", {}, f.store.stage(file)};
  const std::string message = message_of<DataError>([&] { (void)load(source, 0.5, f.log); });
  CHECK(message.rfind("my/a.csv:3: ", 0) == 0);
}
