#include <diamond/core/json.h>
#include <diamond/core/user.h>

#include <pwd.h>
#include <unistd.h>

#include <cstdlib>
#include <vector>

namespace diamond {

std::string login_name() {
  const char* before_sudo = std::getenv("SUDO_USER");  // NOLINT(concurrency-mt-unsafe): only read
  if (before_sudo != nullptr && *before_sudo != '\0') return valid_utf8(before_sudo);
  const uid_t number = ::getuid();
  std::vector<char> strings(16'384);
  passwd entry{};
  passwd* found = nullptr;
  if (::getpwuid_r(number, &entry, strings.data(), strings.size(), &found) != 0 || found == nullptr)
    return std::to_string(number);
  return valid_utf8(found->pw_name);
}

}  // namespace diamond
