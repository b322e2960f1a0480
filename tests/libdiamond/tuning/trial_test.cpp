#include "catch.h"
#include "support/file_size_limit.h"
#include "support/messages.h"
#include "support/temporary_directory.h"

#include <diamond/core/error.h>
#include <diamond/core/file.h>
#include <diamond/tuning/trial.h>

#include <bit>
#include <cmath>

using namespace diamond;
using namespace diamond::testing;

namespace {

const SearchSpace space = {{"x", FloatRange{-1, 1}}, {"c", Choices{{"a", "b"}}}};

Trial trial(std::size_t number, double x = 0.5) {
  Trial trial;
  trial.number = number;
  trial.state = TrialState::complete;
  trial.point = {x, 1};
  trial.value = 7.25;
  trial.curve = {9, 7.25};
  trial.found = {{"trees", 120}};
  trial.duration_seconds = 0.5;
  return trial;
}

std::vector<std::size_t> numbers_in(const std::filesystem::path& file) {
  std::vector<std::size_t> numbers;
  const TrialLog log(file, space);
  for (const Trial& one : log.found()) numbers.push_back(one.number);
  return numbers;
}

std::string fault_of(const std::filesystem::path& file) {
  return message_of<StorageError>([&] { const TrialLog log(file, space); });
}

}  // namespace

TEST_CASE("a trial is one line of JSON") {
  CHECK(to_line(trial(3), space) ==
        R"({"number":3,"state":"complete","params":{"x":0.5,"c":"b"},"value":7.25,)"
        R"("curve":[9.0,7.25],"found":{"trees":120},"duration_seconds":0.5})");
  Trial failed = trial(4);
  failed.state = TrialState::failed;
  failed.value = std::nan("");
  failed.curve = {};
  failed.error = "no \xff memory";
  CHECK(to_line(failed, space) ==
        R"({"number":4,"state":"failed","params":{"x":0.5,"c":"b"},"value":null,"curve":[],)"
        R"("found":{"trees":120},"error":"no )"
        "\xef\xbf\xbd"
        R"( memory","duration_seconds":0.5})");
}

TEST_CASE("every double comes back from the file to the bit") {
  const TemporaryDirectory directory;
  const std::vector<double> numbers = {0.1 + 0.2,
                                       -0.0,
                                       5e-324,
                                       1 / 3.0,
                                       std::nextafter(1.0, 0.0),
                                       2.2250738585072011e-308,
                                       123456789012345678.0,
                                       std::numeric_limits<double>::max()};
  Trial written = trial(0, 0.1 + 0.2);
  written.curve = numbers;
  written.value = numbers[3];
  TrialLog(directory / "trials.jsonl", space).append(written);
  const TrialLog log(directory / "trials.jsonl", space);
  REQUIRE(log.found().size() == 1);
  const Trial& read = log.found()[0];
  REQUIRE(read.curve.size() == numbers.size());
  for (std::size_t i = 0; i < numbers.size(); ++i)
    CHECK(std::bit_cast<std::uint64_t>(read.curve[i]) == std::bit_cast<std::uint64_t>(numbers[i]));
  CHECK(read.point == written.point);
  CHECK(read.value == written.value);
  CHECK(read.found == written.found);
  CHECK(read.state == TrialState::complete);
}

TEST_CASE("pruned and failed trials come back too") {
  const TemporaryDirectory directory;
  Trial pruned = trial(0);
  pruned.state = TrialState::pruned;
  Trial failed = trial(1);
  failed.state = TrialState::failed;
  failed.value = std::nan("");
  failed.error = "why\nnot";
  {
    TrialLog log(directory / "trials.jsonl", space);
    log.append(pruned);
    log.append(failed);
  }
  const TrialLog log(directory / "trials.jsonl", space);
  REQUIRE(log.found().size() == 2);
  CHECK(log.found()[0].state == TrialState::pruned);
  CHECK(log.found()[1].state == TrialState::failed);
  CHECK(log.found()[1].error == "why\nnot");
  CHECK(std::isnan(log.found()[1].value));
}

TEST_CASE("a log is made with its directory, and what it held is found by number") {
  const TemporaryDirectory directory;
  const std::filesystem::path file = directory / "studies/a/trials.jsonl";
  {
    TrialLog log(file, space);
    CHECK(log.found().empty());
    for (const std::size_t number : {2U, 0U, 1U}) log.append(trial(number));
    CHECK(log.found().empty());  // of this run nothing is found
  }
  CHECK(numbers_in(file) == std::vector<std::size_t>{0, 1, 2});
}

TEST_CASE("a last line that was cut anywhere goes, and the next one stands in its place") {
  const std::string whole = to_line(trial(0), space) + "\n";
  const std::string torn = to_line(trial(1), space) + "\n";
  for (std::size_t length = 0; length < torn.size(); length += 7) {
    const TemporaryDirectory directory;
    const auto file = directory.write("trials.jsonl", whole + torn.substr(0, length));
    {
      TrialLog log(file, space);
      REQUIRE(log.found().size() == 1);
      REQUIRE(read_file(file) == whole);
      log.append(trial(1));
    }
    REQUIRE(read_file(file) == whole + torn);
  }
}

TEST_CASE("a line that is no trial of this space is an error with file and line") {
  const TemporaryDirectory directory;
  const std::string good = to_line(trial(0), space) + "\n";
  const std::vector<std::string> bad = {
      "",
      "{",
      "[]",
      "7",
      R"({"number":1})",
      R"({"number":-1,"state":"complete","params":{"x":0.5,"c":"b"},"value":1,"curve":[],"found":{},"duration_seconds":1})",
      R"({"number":1,"state":"done","params":{"x":0.5,"c":"b"},"value":1,"curve":[],"found":{},"duration_seconds":1})",
      R"({"number":1,"state":"complete","params":{"x":5,"c":"b"},"value":1,"curve":[],"found":{},"duration_seconds":1})",
      R"({"number":1,"state":"complete","params":{"x":0.5},"value":1,"curve":[],"found":{},"duration_seconds":1})",
      R"({"number":1,"state":"complete","params":{"x":0.5,"c":"b","y":1},"value":1,"curve":[],"found":{},"duration_seconds":1})",
      R"({"number":1,"state":"complete","params":{"x":0.5,"c":"b"},"value":null,"curve":[],"found":{},"duration_seconds":1})",
      R"({"number":1,"state":"complete","params":{"x":0.5,"c":"b"},"value":1,"curve":[null],"found":{},"duration_seconds":1})"};
  for (const std::string& line : bad) {
    const auto file = directory.write("trials.jsonl", good + line + "\n" + good);
    check_says(fault_of(file), {file.string() + ":2: ", "not a trial of this search space"});
    CHECK(read_file(file) == good + line + "\n" + good);
  }
}

TEST_CASE("a number that stands twice is an error with file and line") {
  const TemporaryDirectory directory;
  const std::string line = to_line(trial(5), space) + "\n";
  const auto file = directory.write("trials.jsonl", line + line);
  check_says(fault_of(file), {file.string() + ":2: ", "trial 5"});
}

TEST_CASE("a full disk is an error that names the log, and costs no line that stands") {
  const TemporaryDirectory directory;
  const std::filesystem::path file = directory / "trials.jsonl";
  TrialLog log(file, space);
  log.append(trial(0));
  const std::string before = read_file(file);
  std::string message;
  {
    const FileSizeLimit limit(before.size() + 20);
    message = message_of<StorageError>([&] { log.append(trial(1)); });
  }
  check_says(message, {file.string(), "No space left on device"});
  CHECK(read_file(file) == before);
  log.append(trial(1));
  CHECK(numbers_in(file) == std::vector<std::size_t>{0, 1});
}

TEST_CASE("a log on a device that is always full says so when it is written") {
  if (!std::filesystem::exists("/dev/full")) return;
  const TemporaryDirectory directory;
  const std::filesystem::path file = directory / "trials.jsonl";
  std::filesystem::create_symlink("/dev/full", file);
  TrialLog log(file, space);
  CHECK(log.found().empty());
  check_says(message_of<StorageError>([&] { log.append(trial(0)); }),
             {file.string(), "No space left on device"});
}

TEST_CASE("a log that cannot be opened is an error that names it") {
  const TemporaryDirectory directory;
  std::filesystem::create_directory(directory / "trials.jsonl");
  check_says(fault_of(directory / "trials.jsonl"), {(directory / "trials.jsonl").string()});
}
