#include <diamond/core/memory.h>

#include <malloc.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <fstream>
#include <limits>
#include <string>

namespace diamond {
namespace {

/// The limit of this process's control group and those above it (cgroup v2).
std::uint64_t group_limit() {
  std::uint64_t least = std::numeric_limits<std::uint64_t>::max();
  std::ifstream groups("/proc/self/cgroup");
  for (std::string line; std::getline(groups, line);) {
    if (!line.starts_with("0::")) continue;
    for (std::string group = line.substr(3); !group.empty();
         group.erase(std::min(group.rfind('/'), group.size() - 1))) {
      std::uint64_t limit = 0;
      if (std::ifstream("/sys/fs/cgroup" + group + "/memory.max") >> limit)
        least = std::min(least, limit);
    }
  }
  return least;
}

}  // namespace

std::uint64_t machine_memory() {
  const auto pages = static_cast<std::uint64_t>(::sysconf(_SC_PHYS_PAGES));
  return std::min(pages * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE)), group_limit());
}

std::optional<std::uint64_t> parse_bytes(std::string_view text) {
  constexpr std::array<std::string_view, 4> units = {"KiB", "MiB", "GiB", "TiB"};
  constexpr unsigned bits_of_a_unit = 10;
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc()) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  if (text.starts_with(' ')) text.remove_prefix(1);
  const auto* const unit = std::find(units.begin(), units.end(), text);
  if (unit == units.end()) return std::nullopt;
  const auto bits = bits_of_a_unit * static_cast<unsigned>(unit - units.begin() + 1);
  if (number > std::numeric_limits<std::uint64_t>::max() >> bits) return std::nullopt;
  return number << bits;
}

void return_freed_memory_at_once() {
  constexpr int large = 1 << 20;
  ::mallopt(M_MMAP_THRESHOLD, large);  // NOLINT(concurrency-mt-unsafe): one word, read at each call
}

}  // namespace diamond
