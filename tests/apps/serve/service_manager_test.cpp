#include "service_manager.h"

#include "catch.h"

#include <diamond/core/error.h>

#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <string>

using namespace diamond;
using namespace diamond::serve;
using namespace std::chrono_literals;

namespace {

/// Variables of the environment as a service manager sets them; gone with the scope.
class Variable {
 public:
  Variable(const char* name, const std::string& value) : name_(name) {
    ::setenv(name, value.c_str(), 1);  // NOLINT(concurrency-mt-unsafe): no other thread
  }
  ~Variable() { ::unsetenv(name_); }  // NOLINT(concurrency-mt-unsafe)
  Variable(const Variable&) = delete;
  Variable& operator=(const Variable&) = delete;

 private:
  const char* name_;
};

}  // namespace

TEST_CASE("where no service manager is there are no sockets, and nobody waits for signs of life") {
  CHECK(handed_sockets().empty());
  CHECK(watchdog_patience() == std::nullopt);
  CHECK_NOTHROW(tell_ready("serves"));
}

TEST_CASE("sockets and watchdogs that are another process's are left to it") {
  const Variable sockets("LISTEN_FDS", "1");
  const Variable owner("LISTEN_PID", std::to_string(::getppid()));
  const Variable time("WATCHDOG_USEC", "1000000");
  const Variable watched("WATCHDOG_PID", std::to_string(::getppid()));
  CHECK(handed_sockets().empty());
  CHECK(watchdog_patience() == std::nullopt);
}

TEST_CASE("a watchdog's time is the environment's") {
  const Variable time("WATCHDOG_USEC", "30000000");
  CHECK(watchdog_patience() == 30s);
}

TEST_CASE("an environment that says nonsense is told so") {
  const Variable time("WATCHDOG_USEC", "soon");
  CHECK_THROWS_AS(watchdog_patience(), UsageError);
  const Variable sockets("LISTEN_FDS", "some");
  const Variable owner("LISTEN_PID", std::to_string(::getpid()));
  CHECK_THROWS_AS(handed_sockets(), UsageError);
}
