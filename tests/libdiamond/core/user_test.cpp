#include "catch.h"

#include <diamond/core/user.h>

#include <cstdlib>
#include <optional>
#include <string>

using namespace diamond;

namespace {

/// SUDO_USER with another value; as it was when this goes.
class SudoUser {
 public:
  explicit SudoUser(const char* value) {
    if (const char* before = std::getenv("SUDO_USER")) before_ = before;
    ::setenv("SUDO_USER", value, 1);
  }
  SudoUser(const SudoUser&) = delete;
  SudoUser& operator=(const SudoUser&) = delete;
  ~SudoUser() {
    if (before_)
      ::setenv("SUDO_USER", before_->c_str(), 1);
    else
      ::unsetenv("SUDO_USER");
  }

 private:
  std::optional<std::string> before_;
};

}  // namespace

TEST_CASE("under sudo the person is who called it") {
  const SudoUser sudo("jane");
  CHECK(login_name() == "jane");
}

TEST_CASE("without sudo the person has a name or a number, and always the same") {
  const SudoUser none("");
  CHECK_FALSE(login_name().empty());
  CHECK(login_name() == login_name());
}
