#include "catch.h"
#include "support/messages.h"
#include "support/temporary_directory.h"

#include <diamond/core/error.h>
#include <diamond/core/file_lock.h>

#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

using namespace diamond;
using namespace diamond::testing;

namespace {

/// Another process that takes a lock and holds it until it is killed.
class LockingProcess {
 public:
  explicit LockingProcess(const std::filesystem::path& file) {
    int ready[2];
    REQUIRE(::pipe(ready) == 0);
    id_ = ::fork();
    REQUIRE(id_ >= 0);
    if (id_ == 0) {
      const auto lock = FileLock::try_take(file);
      const char answer = lock ? 'y' : 'n';
      if (::write(ready[1], &answer, 1) == 1) ::pause();
      ::_exit(1);
    }
    char answer = '?';
    REQUIRE(::read(ready[0], &answer, 1) == 1);
    REQUIRE(answer == 'y');
    ::close(ready[0]);
    ::close(ready[1]);
  }
  LockingProcess(const LockingProcess&) = delete;
  LockingProcess& operator=(const LockingProcess&) = delete;
  ~LockingProcess() { kill(); }

  void kill() {
    if (id_ <= 0) return;
    ::kill(id_, SIGKILL);
    ::waitpid(id_, nullptr, 0);
    id_ = 0;
  }
  [[nodiscard]] pid_t id() const { return id_; }

 private:
  pid_t id_ = 0;
};

}  // namespace

TEST_CASE("a lock that another process holds is not given, and names its holder") {
  const TemporaryDirectory directory;
  const LockingProcess other(directory / "lock");
  CHECK_FALSE(FileLock::try_take(directory / "lock").has_value());
  const std::string holder = FileLock::holder(directory / "lock");
  check_says(holder, {"process " + std::to_string(other.id()) + " (", ") on ", " since 20"});
  CHECK(holder.find('\n') == std::string::npos);
}

TEST_CASE("the lock of a killed process is free") {
  const TemporaryDirectory directory;
  LockingProcess other(directory / "lock");
  other.kill();
  CHECK(FileLock::try_take(directory / "lock").has_value());
}

TEST_CASE("a lock is free again when it goes, and its next holder signs anew") {
  const TemporaryDirectory directory;
  {
    const auto lock = FileLock::try_take(directory / "lock");
    REQUIRE(lock.has_value());
    CHECK_FALSE(FileLock::try_take(directory / "lock").has_value());
  }
  directory.write("lock", std::string(300, 'x'));  // longer than any signature
  const FileLock lock = FileLock::take(directory / "lock");
  check_says(FileLock::holder(directory / "lock"), {"process " + std::to_string(::getpid())});
  CHECK(FileLock::holder(directory / "lock").find("xxx") == std::string::npos);
}

TEST_CASE("whether a lock is held can be asked without taking it") {
  const TemporaryDirectory directory;
  CHECK_FALSE(FileLock::is_held(directory / "lock"));
  CHECK(names_in(directory.path()).empty());
  {
    const LockingProcess other(directory / "lock");
    const std::string holder = FileLock::holder(directory / "lock");
    CHECK(FileLock::is_held(directory / "lock"));
    CHECK(FileLock::holder(directory / "lock") == holder);
  }
  CHECK_FALSE(FileLock::is_held(directory / "lock"));
}

TEST_CASE("a lock in a directory that is not there is an error that names it") {
  const TemporaryDirectory directory;
  check_says(message_of<StorageError>([&] { (void)FileLock::try_take(directory / "none/lock"); }),
             {(directory / "none/lock").string(), "No such file"});
}
