#include "catch.h"
#include "support/messages.h"

#include <diamond/core/child_process.h>
#include <diamond/core/error.h>

#include <csignal>
#include <fstream>
#include <thread>

using namespace diamond;
using namespace diamond::testing;
using namespace std::chrono_literals;

namespace {

ProcessEnd end_of(ChildProcess& process) {
  while (true) {
    if (const auto end = process.poll()) return *end;
    std::this_thread::sleep_for(5ms);
  }
}

}  // namespace

TEST_CASE("a program answers line by line, however its bytes come") {
  ChildProcess cat({"cat"});
  CHECK(cat.tell("one"));
  CHECK(cat.tell("two"));
  CHECK(cat.next_line(10s) == "one");
  CHECK(cat.next_line(10s) == "two");
  CHECK_FALSE(cat.next_line(1ms).has_value());
  CHECK_FALSE(cat.poll().has_value());
  cat.hang_up();
  CHECK(end_of(cat).well());

  ChildProcess slow({"sh", "-c", "printf ha; sleep 0.1; printf 'lf\\n'"});
  CHECK(slow.next_line(10s) == "half");
}

TEST_CASE("how a program ended is told") {
  ChildProcess fails({"sh", "-c", "exit 4"});
  const ProcessEnd failed = end_of(fails);
  CHECK(failed.status == 4);
  CHECK_FALSE(failed.well());
  CHECK(to_string(failed) == "ended with exit code 4");
  ChildProcess dies({"sh", "-c", "kill -9 $$"});
  CHECK(to_string(end_of(dies)) == "was killed by signal 9");
  CHECK_FALSE(dies.next_line(10s).has_value());  // and there is no waiting for it
  CHECK_FALSE(dies.tell("are you there?"));
}

TEST_CASE("a program does not outlive who started it") {
  std::string number;
  {
    ChildProcess sleeps({"sh", "-c", "echo $$; exec sleep 1000"});
    number = sleeps.next_line(10s).value();
    CHECK(::kill(std::stoi(number), 0) == 0);
  }
  CHECK(::kill(std::stoi(number), 0) == -1);
}

TEST_CASE("a program that is not there is told of") {
  check_says(message_of<StorageError>([] { ChildProcess process({"/no/such/program"}); }),
             {"/no/such/program: ", "No such file or directory"});
}
