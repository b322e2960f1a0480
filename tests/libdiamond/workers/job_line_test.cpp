#include "catch.h"

#include <diamond/core/file.h>
#include <diamond/workers/job_line.h>

#include <sys/socket.h>

#include <array>
#include <atomic>
#include <future>
#include <string>

using namespace diamond;

namespace {

/// A line with both of its ends.
struct Line {
  Line() {
    std::array<int, 2> both{};
    REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, both.data()) == 0);
    training = FileHandle(both[0]);
    worker = FileHandle(both[1]);
  }

  void say(const std::string& bytes) const { write_all(training, bytes, "line"); }

  FileHandle training;
  FileHandle worker;
};

/// Whether it was called.
struct HungUp {
  std::atomic<bool> told = false;

  [[nodiscard]] auto callback() {
    return [this] { told = true; };
  }
};

}  // namespace

TEST_CASE("jobs come in their order, whole, however their bytes come") {
  const Line line;
  HungUp hung_up;
  JobLine jobs(line.worker.get(), hung_up.callback());
  line.say("one\ntwo\nth");
  CHECK(jobs.next() == "one");
  CHECK(jobs.next() == "two");
  line.say("ree\n\n");
  CHECK(jobs.next() == "three");
  CHECK_FALSE(jobs.next());
  CHECK_FALSE(jobs.next());
  CHECK_FALSE(hung_up.told);
}

TEST_CASE("after the word that there are no more jobs the line may end") {
  Line line;
  line.say("\n");
  HungUp hung_up;
  {
    JobLine jobs(line.worker.get(), hung_up.callback());
    line.training = FileHandle();
    CHECK_FALSE(jobs.next());
  }
  CHECK_FALSE(hung_up.told);
}

TEST_CASE("a training that is gone is noticed whatever the worker does") {
  Line line;
  std::promise<void> told;
  const JobLine jobs(line.worker.get(), [&] { told.set_value(); });
  line.say("a job that takes long\n");
  line.training = FileHandle();
  told.get_future().wait();
  SUCCEED("it was told");
}

TEST_CASE("a worker that ends first does not wait for the training") {
  const Line line;
  HungUp hung_up;
  { const JobLine jobs(line.worker.get(), hung_up.callback()); }
  CHECK_FALSE(hung_up.told);
}
