#include <diamond/core/error.h>
#include <diamond/workers/crew_settings.h>

#include <arpa/inet.h>
#include <netdb.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <memory>
#include <string_view>

namespace diamond {
namespace {

std::string this_host() {
  std::array<char, 256> name{};
  return ::gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "localhost";
}

bool is_loopback(const sockaddr& address) {
  constexpr std::uint32_t network = 127;
  if (address.sa_family == AF_INET) {
    const auto& internet = reinterpret_cast<const sockaddr_in&>(address);
    return ntohl(internet.sin_addr.s_addr) >> 24U == network;
  }
  if (address.sa_family != AF_INET6) return false;
  const auto& internet = reinterpret_cast<const sockaddr_in6&>(address);
  return IN6_IS_ADDR_LOOPBACK(&internet.sin6_addr);
}

/// Whether this machine takes a name for an address that only it knows: trackers listen at the
/// first address that a name has.
bool means_this_machine_only(const std::string& host) {
  addrinfo wanted{};
  wanted.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (::getaddrinfo(host.c_str(), nullptr, &wanted, &found) != 0) return false;
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> owner(found, &::freeaddrinfo);
  return is_loopback(*found->ai_addr);
}

/// A word that a POSIX shell reads back as it is.
std::string quoted_for_shell(const std::string& word) {
  constexpr std::string_view plain =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./:=,@%+";
  if (!word.empty() && word.find_first_not_of(plain) == std::string::npos) return word;
  std::string quoted = "'";
  for (const char c : word)
    if (c == '\'')
      quoted += R"('\'')";
    else
      quoted += c;
  return quoted + "'";
}

/// Of this process; of what stands in its place where that was replaced since it began.
std::filesystem::path own_program() {
  constexpr std::string_view replaced = " (deleted)";
  std::string path = std::filesystem::read_symlink("/proc/self/exe").string();
  if (path.ends_with(replaced)) path.resize(path.size() - replaced.size());
  return path;
}

}  // namespace

std::string name_of_worker(const CrewSettings& settings, unsigned number) {
  std::string name = "worker " + std::to_string(number);
  return settings.hosts.empty() ? name : name + " on " + settings.hosts[number];
}

xgboost::TrackerAddress tracker_address(const CrewSettings& settings) {
  xgboost::TrackerAddress address = settings.tracker;
  if (!address.host.empty()) return address;
  address.host = settings.is_on_this_machine() ? "127.0.0.1" : this_host();
  if (!settings.is_on_this_machine() && means_this_machine_only(address.host))
    throw UsageError("workers",
                     "other machines do not find this one by its name: " + address.host +
                         " is an address of its own here (see /etc/hosts)",
                     "name one that they find with --tracker");
  return address;
}

std::vector<std::string> command_of_worker(const CrewSettings& settings, unsigned number,
                                           const xgboost::TrackerAddress& tracker) {
  const std::filesystem::path program = settings.program.empty() ? own_program() : settings.program;
  const auto patience = static_cast<long long>(std::ceil(settings.patience));
  std::vector<std::string> words = {program.string(), "worker",
                                    "--tracker",      to_string(tracker),
                                    "--number",       std::to_string(number),
                                    "--patience",     std::to_string(patience),
                                    "--attached"};
  if (settings.hosts.empty()) return words;
  std::vector<std::string> command = settings.remote_shell;
  command.push_back(settings.hosts[number]);
  std::transform(words.begin(), words.end(), std::back_inserter(command), quoted_for_shell);
  return command;
}

}  // namespace diamond
