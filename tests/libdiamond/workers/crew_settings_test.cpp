#include "catch.h"
#include "support/messages.h"

#include <diamond/core/error.h>
#include <diamond/workers/crew_settings.h>

#include <string>
#include <vector>

using namespace diamond;
using namespace diamond::testing;
using Words = std::vector<std::string>;

namespace {

const xgboost::TrackerAddress tracker{"here.example", 9091};

CrewSettings on_hosts(std::vector<std::string> hosts) {
  CrewSettings settings;
  settings.hosts = std::move(hosts);
  settings.program = "/usr/bin/diamond-train";
  settings.remote_shell = {"rsh", "-x"};
  settings.patience = 12.5;
  return settings;
}

}  // namespace

TEST_CASE("a worker on this machine is this program, with the tracker and its number") {
  CrewSettings settings;
  settings.count = 3;
  const Words words = command_of_worker(settings, 2, tracker);
  CHECK(std::filesystem::equivalent(words[0], "/proc/self/exe"));
  CHECK(Words(words.begin() + 1, words.end()) == Words{"worker", "--tracker", "here.example:9091",
                                                       "--number", "2", "--patience", "300",
                                                       "--attached"});
  CHECK(name_of_worker(settings, 2) == "worker 2");
}

TEST_CASE("on another machine the remote shell starts it, after the host's name") {
  const CrewSettings settings = on_hosts({"alpha", "me@beta"});
  CHECK(command_of_worker(settings, 1, tracker) ==
        Words{"rsh", "-x", "me@beta", "/usr/bin/diamond-train", "worker", "--tracker",
              "here.example:9091", "--number", "1", "--patience", "13", "--attached"});
  CHECK(name_of_worker(settings, 1) == "worker 1 on me@beta");
}

TEST_CASE("a word that the shell of another machine would take apart is quoted, and no other") {
  CrewSettings settings = on_hosts({"alpha"});
  for (const std::string program :
       {"/opt/my tools/diamond-train", "/opt/$HOME;it's/`x`", "/opt/*", "/opt/ö"}) {
    settings.program = program;
    const std::string quoted = command_of_worker(settings, 0, tracker)[3];
    CHECK(quoted != program);
    CHECK(quoted.front() == '\'');
  }
  settings.program = "it's";
  CHECK(command_of_worker(settings, 0, tracker)[3] == R"('it'\''s')");
}

TEST_CASE("workers on this machine find the tracker at 127.0.0.1, others where it is said to be") {
  CrewSettings settings;
  CHECK(tracker_address(settings).host == "127.0.0.1");
  settings.hosts = {"alpha"};
  settings.tracker = {"10.0.0.1", 7000};
  CHECK(tracker_address(settings).host == "10.0.0.1");
  CHECK(tracker_address(settings).port == 7000);
}
