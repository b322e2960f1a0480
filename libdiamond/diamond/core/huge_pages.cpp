#include <diamond/core/huge_pages.h>

#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>

namespace diamond {

void prefer_huge_pages(void* memory, std::size_t bytes) {
  constexpr std::size_t worthwhile = std::size_t{4} << 20U;  // two huge pages
  if (bytes < worthwhile) return;
  const auto page = static_cast<std::uintptr_t>(::sysconf(_SC_PAGESIZE));
  const auto first = (reinterpret_cast<std::uintptr_t>(memory) + page - 1) / page * page;  // NOLINT
  const auto last = (reinterpret_cast<std::uintptr_t>(memory) + bytes) / page * page;      // NOLINT
  ::madvise(reinterpret_cast<void*>(first), last - first, MADV_HUGEPAGE);                  // NOLINT
}

}  // namespace diamond
