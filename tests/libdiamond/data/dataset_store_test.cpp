#include "catch.h"
#include "support/messages.h"
#include "support/stones.h"
#include "support/temporary_directory.h"

#include <diamond/core/error.h>
#include <diamond/core/file.h>
#include <diamond/core/hash.h>
#include <diamond/data/csv_reader.h>
#include <diamond/data/dataset_store.h>

#include <fstream>
#include <optional>
#include <string>
#include <thread>

using namespace diamond;
using namespace diamond::testing;
using Names = std::set<std::string>;

TEST_CASE("kept data stand under the digest of their bytes") {
  const TemporaryDirectory directory;
  const DatasetStore store(directory / "deep/datasets");
  const std::string content = "any bytes\n";
  StagedDataset staged = store.stage(directory.write("a.csv", content));
  CHECK(staged.sha256() == sha256_hex(content));
  CHECK(staged.bytes() == content.size());
  CHECK(read_file(staged.path()) == content);
  staged.start_sync();
  staged.keep();
  CHECK(staged.path() == store.path_of(staged.sha256()));
  CHECK(read_file(directory / "deep/datasets" / (sha256_hex(content) + ".csv")) == content);
  CHECK(names_in(directory / "deep/datasets").size() == 1);
}

TEST_CASE("a large file is copied and hashed whole") {
  const TemporaryDirectory directory;
  std::string content;  // more than two pieces of 4 MiB
  for (int i = 0; content.size() < 9'000'000; ++i) content += std::to_string(i) + "\n";
  const StagedDataset staged =
      DatasetStore(directory / "datasets").stage(directory.write("a.csv", content));
  CHECK(staged.sha256() == sha256_hex(content));
  CHECK(read_file(staged.path()) == content);
}

TEST_CASE("data that are not kept leave nothing") {
  const TemporaryDirectory directory;
  const DatasetStore store(directory / "datasets");
  {
    StagedDataset staged = store.stage(directory.write("a.csv", "content"));
    staged.start_sync();
    const StagedDataset moved = std::move(staged);
    CHECK(names_in(directory / "datasets").size() == 1);
  }
  CHECK(names_in(directory / "datasets").empty());
}

TEST_CASE("the same data are stored once under any name") {
  const TemporaryDirectory directory;
  const DatasetStore store(directory / "datasets");
  StagedDataset first = store.stage(directory.write("a.csv", "content"));
  StagedDataset beside = store.stage(directory.write("b.csv", "content"));
  first.keep();
  StagedDataset after = store.stage(directory.write("c.csv", "content"));
  beside.keep();
  after.keep();
  CHECK(names_in(directory / "datasets") == Names{sha256_hex("content") + ".csv"});
}

TEST_CASE("what is read is the copy, whatever stands under its name, and keeping it mends that") {
  const TemporaryDirectory directory;
  const DatasetStore store(directory / "datasets");
  const std::string name = "datasets/" + sha256_hex("content") + ".csv";
  directory.write(name, "damaged");
  StagedDataset staged = store.stage(directory.write("a.csv", "content"));
  CHECK(read_file(staged.path()) == "content");
  staged.keep();
  CHECK(read_file(directory / name) == "content");
}

TEST_CASE("data that the store lost are put back") {
  const TemporaryDirectory directory;
  const DatasetStore store(directory / "datasets");
  const auto file = directory.write("a.csv", "content");
  const auto kept = store.path_of(sha256_hex("content"));
  store.stage(file).keep_if_missing();
  CHECK(read_file(kept) == "content");
  directory.write("datasets/" + kept.filename().string(), "cut");
  store.stage(file).keep_if_missing();
  CHECK(read_file(kept) == "content");
}

TEST_CASE("a file that did not stay as it was is an error that names it") {
  const TemporaryDirectory directory;
  const auto file = directory.write("a.csv", "one");
  const FileState before = state_of(file);
  CHECK_NOTHROW(check_unchanged(before, state_of(file), file));
  directory.write("a.csv", "other");
  check_says(message_of<DataError>([&] { check_unchanged(before, state_of(file), file); }),
             {file.string(), "changed while it was read"});
}

TEST_CASE("stored data outlive a copy of them that is not kept") {
  const TemporaryDirectory directory;
  const DatasetStore store(directory / "datasets");
  store.stage(directory.write("a.csv", "content")).keep();
  { const StagedDataset again = store.stage(directory / "a.csv"); }
  CHECK(read_file(store.path_of(sha256_hex("content"))) == "content");
}

TEST_CASE("a change to the file after it was staged does not reach the copy") {
  const TemporaryDirectory directory;
  const StagedDataset staged =
      DatasetStore(directory / "datasets").stage(directory.write("a.csv", "before"));
  directory.write("a.csv", "after");
  CHECK(read_file(staged.path()) == "before");
}

TEST_CASE("a table is staged as the CSV that reads back as the same table") {
  const TemporaryDirectory directory;
  const auto stones = random_stones(500, 4);
  const StagedDataset staged = DatasetStore(directory / "datasets").stage(table_of(stones));
  CHECK(staged.sha256() == sha256_hex(csv_of(stones)));
  const Table read = read_csv(staged.path()).table;
  REQUIRE(read.rows() == 500);
  for (std::size_t i = 0; i < 500; ++i) CHECK(same_stone(read.row(i), stones[i]));
}

TEST_CASE("what a killed program left behind is removed and kept data are not") {
  const TemporaryDirectory directory;
  const DatasetStore store(directory / "datasets");
  store.remove_leftovers();  // there is no directory yet
  store.stage(directory.write("a.csv", "content")).keep();
  directory.write("datasets/.staged-abcdef.csv", "half");
  store.remove_leftovers();
  CHECK(names_in(directory / "datasets") == Names{sha256_hex("content") + ".csv"});
}

TEST_CASE("what another training has staged is left to it") {
  const TemporaryDirectory directory;
  const DatasetStore store(directory / "datasets");
  StagedDataset staged = store.stage(directory.write("a.csv", "content"));
  CHECK(store.leftovers().empty());
  store.remove_leftovers();
  CHECK(read_file(staged.path()) == "content");
  staged.keep();
  CHECK(names_in(directory / "datasets") == Names{sha256_hex("content") + ".csv"});
}

TEST_CASE("a file that is changed while it is staged is refused") {
  const TemporaryDirectory directory;
  const DatasetStore store(directory / "datasets");
  make_directory(store.directory());
  const auto file = directory.write("a.csv", std::string(std::size_t{64} << 20U, 'x'));
  // Once, when some of it has been read: a reader would never come to the end of what always grows.
  std::jthread writer([&](const std::stop_token& stop) {
    while (!stop.stop_requested() && names_in(directory / "datasets").empty())
      std::this_thread::yield();
    std::ofstream(file, std::ios::app) << "more";
  });
  check_says(message_of<DataError>([&] { (void)store.stage(file); }),
             {"a.csv: ", "changed while it was read"});
  CHECK(names_in(directory / "datasets").empty());
}

TEST_CASE("a store knows what is its own, what is on its way and what is neither") {
  const TemporaryDirectory directory;
  const DatasetStore store(directory / "datasets");
  CHECK(store.list().empty());
  store.stage(directory.write("a.csv", "content")).keep();
  directory.write("datasets/.staged-abcdef.csv", "half");
  directory.write("datasets/notes.csv", "mine");
  directory.write("datasets/" + sha256_hex("b") + ".txt", "mine");
  REQUIRE(store.list().size() == 1);
  CHECK(store.list()[0].sha256 == sha256_hex("content"));
  CHECK(store.list()[0].bytes == 7);
  REQUIRE(store.leftovers().size() == 1);
  CHECK(store.leftovers()[0].filename() == ".staged-abcdef.csv");
  CHECK(store.others().size() == 2);
  store.remove(sha256_hex("content"));
  CHECK(store.list().empty());
}

TEST_CASE("data that cannot be read or stored are an error that names the path") {
  const TemporaryDirectory directory;
  const DatasetStore store(directory / "datasets");
  check_says(message_of<StorageError>([&] { (void)store.stage(directory / "none.csv"); }),
             {"none.csv"});
  const auto file = directory.write("file", "");
  check_says(message_of<StorageError>([&] { (void)DatasetStore(file).stage(file); }),
             {file.string()});
}
