#include "folder_watch.h"

#include "catch.h"
#include "support/messages.h"
#include "support/temporary_directory.h"

#include <sstream>

using namespace diamond;
using namespace diamond::testing;
using namespace diamond::train;
using namespace std::chrono_literals;
using Names = std::vector<std::string>;
using Trainings = std::vector<Names>;

namespace {

/// A folder that is watched with a clock of its own; what it would train on is noted instead.
struct Fixture {
  TemporaryDirectory directory;
  std::ostringstream said;
  Log log{said, LogFormat::text};
  TrainingConfig config;
  Trainings trainings;                     // the names of the files
  std::string merged_name;                 // of the last training
  std::function<void()> go_wrong = [] {};  // throws what the training throws
  std::string bad;                         // the file whose data are wrong
  FolderWatch::Clock::time_point now = FolderWatch::Clock::now();

  Fixture() {
    config.dataset_paths = {directory.path() / "data"};
    write("z.txt");
  }

  void write(const std::string& name, const std::string& text = "1") const {
    directory.write("data/" + name, text);
  }

  FolderWatch watch() {
    return {config, 5s,
            [this](const TrainingConfig& training, const FolderWatch::OnFailure& on_failure) {
              go_wrong();
              merged_name = training.merged_name;
              Names names;
              for (const auto& path : training.dataset_paths) {
                names.push_back(path.filename().string());
                if (names.back() == bad)
                  on_failure(path.string(), DataError(path.string(), "wrong", "mend it"));
              }
              trainings.push_back(names);
            },
            log};
  }

  /// Looks, and once more when everything has settled. Returns what was trained on.
  Trainings settle(FolderWatch& watch) {
    trainings.clear();
    for (const auto time : {1s, 5s}) watch.look(now += time);
    return trainings;
  }

  [[nodiscard]] std::size_t times_said(const std::string& text) const {
    std::size_t times = 0;
    const std::string all = said.str();
    for (std::size_t at = all.find(text); at != all.npos; at = all.find(text, at + 1)) ++times;
    return times;
  }
};

}  // namespace

TEST_CASE("a folder is trained on when something came or changed, and not otherwise") {
  Fixture f;
  FolderWatch watch = f.watch();
  CHECK(f.settle(watch).empty());
  f.write("a.csv");
  CHECK(f.settle(watch) == Trainings{Names{"a.csv"}});
  CHECK(f.settle(watch).empty());
  f.write("b.csv");
  CHECK(f.settle(watch) == Trainings{Names{"a.csv", "b.csv"}});
  f.write("a.csv", "other");
  CHECK(f.settle(watch) == Trainings{Names{"a.csv", "b.csv"}});
  std::filesystem::remove(f.directory / "data/a.csv");
  CHECK(f.settle(watch).empty());
  CHECK(f.times_said("\n") == 3);
  CHECK(f.times_said("training begins") == 3);
}

TEST_CASE("a file that is being written does not keep the others waiting") {
  Fixture f;
  FolderWatch watch = f.watch();
  std::ofstream writer(f.directory / "data/a.csv");
  f.write("b.csv");
  CHECK(f.settle(watch) == Trainings{Names{"b.csv"}});
  writer.close();
  CHECK(f.settle(watch) == Trainings{Names{"a.csv", "b.csv"}});
}

TEST_CASE("merged data wait until all files are whole, and change when one goes") {
  Fixture f;
  f.config.datasets = DatasetMode::merged;
  FolderWatch watch = f.watch();
  std::ofstream writer(f.directory / "data/a.csv");
  f.write("b.csv");
  CHECK(f.settle(watch).empty());
  writer.close();
  CHECK(f.settle(watch) == Trainings{Names{"a.csv", "b.csv"}});
  CHECK(f.merged_name == (f.directory / "data").string());
  std::filesystem::remove(f.directory / "data/a.csv");
  CHECK(f.settle(watch) == Trainings{Names{"b.csv"}});
  CHECK(f.settle(watch).empty());
}

TEST_CASE("a file of wrong data is told once, left out, and tried again when it changes") {
  Fixture f;
  FolderWatch watch = f.watch();
  f.bad = "a.csv";
  f.write("a.csv");
  f.write("b.csv");
  CHECK(f.settle(watch) == Trainings{Names{"a.csv", "b.csv"}});
  f.write("c.csv");
  CHECK(f.settle(watch) == Trainings{Names{"b.csv", "c.csv"}});
  CHECK(f.times_said("a.csv: wrong; mend it") == 1);
  f.bad = "";
  f.write("a.csv", "mended");
  CHECK(f.settle(watch) == Trainings{Names{"a.csv", "b.csv", "c.csv"}});
}

TEST_CASE("merged data that are wrong are told once and tried again when a file changes") {
  Fixture f;
  f.config.datasets = DatasetMode::merged;
  FolderWatch watch = f.watch();
  f.write("a.csv");
  f.go_wrong = [] { throw DataError("a.csv", "wrong", "mend it"); };
  (void)f.settle(watch);
  (void)f.settle(watch);
  CHECK(f.times_said("a.csv: wrong; mend it") == 1);
  f.go_wrong = [] {};
  f.write("a.csv", "mended");
  CHECK(f.settle(watch) == Trainings{Names{"a.csv"}});
}

TEST_CASE("a training that fails is told once and watching goes on") {
  Fixture f;
  FolderWatch watch = f.watch();
  f.write("a.csv");
  f.go_wrong = [] { throw TrainingError("linear", "cannot learn", ""); };
  (void)f.settle(watch);
  (void)f.settle(watch);
  CHECK(f.times_said("cannot learn") == 1);
}

TEST_CASE("while another training runs it waits, says so once, and trains then") {
  Fixture f;
  FolderWatch watch = f.watch();
  f.write("a.csv");
  f.go_wrong = [] { throw BusyError("models", "another training runs here", ""); };
  CHECK(f.settle(watch).empty());
  CHECK(f.settle(watch).empty());
  CHECK(f.times_said("another training runs here; trying again") == 1);
  CHECK(f.times_said("training begins") == 1);
  f.go_wrong = [] {};
  CHECK(f.settle(watch) == Trainings{Names{"a.csv"}});
}

TEST_CASE("trouble with the disk is told once and tried again after a while") {
  Fixture f;
  FolderWatch watch = f.watch();
  f.write("a.csv");
  f.go_wrong = [] { throw StorageError("disk", "is full", ""); };
  CHECK(f.settle(watch).empty());
  f.go_wrong = [] {};
  CHECK(f.settle(watch).empty());  // not at once
  f.now += 30s;
  CHECK(f.settle(watch) == Trainings{Names{"a.csv"}});
  CHECK(f.times_said("is full") == 1);
}

TEST_CASE("what cannot be asked for ends it, but not a file that went in this moment") {
  Fixture f;
  FolderWatch watch = f.watch();
  f.write("a.csv");
  f.go_wrong = [] { throw UsageError("params", "no such", ""); };
  (void)message_of<UsageError>([&] { (void)f.settle(watch); });
  f.go_wrong = [&] {
    std::filesystem::remove(f.directory / "data/a.csv");
    throw UsageError("a.csv", "no such file", "");
  };
  CHECK(f.settle(watch).empty());
}

TEST_CASE("a folder that is not there cannot be watched") {
  Fixture f;
  f.config.dataset_paths = {f.directory / "none"};
  check_says(message_of<UsageError>([&] { (void)f.watch(); }),
             {(f.directory / "none").string(), "--data"});
}

TEST_CASE("it goes on until it is asked to stop") {
  Fixture f;
  f.write("a.csv");
  std::stop_source stop;
  FolderWatch watch(
      f.config, 0s, [&](const TrainingConfig&, const auto&) { stop.request_stop(); }, f.log);
  watch.run(stop.get_token());
  CHECK(f.times_said("watching") == 2);
}
