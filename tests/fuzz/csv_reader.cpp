// Any bytes as a price list: read or refused; and what was read can be written and read again.
#include <diamond/core/error.h>
#include <diamond/data/csv_reader.h>
#include <diamond/data/csv_writer.h>

#include <sys/mman.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <string_view>

namespace {

/// A file in memory, by a path.
class MemoryFile {
 public:
  MemoryFile() : descriptor_(::memfd_create("fuzz", 0)) {}
  ~MemoryFile() { ::close(descriptor_); }
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;

  void write(std::string_view text) const {
    if (::pwrite(descriptor_, text.data(), text.size(), 0) != static_cast<ssize_t>(text.size()))
      std::abort();
  }
  [[nodiscard]] std::filesystem::path path() const {
    return "/proc/self/fd/" + std::to_string(descriptor_);
  }

 private:
  int descriptor_;
};

diamond::Table read(std::string_view text) {
  const MemoryFile file;
  file.write(text);
  return diamond::read_csv(file.path()).table;
}

std::string as_csv(const diamond::Table& table) {
  std::string text = diamond::csv_header();
  for (std::size_t row = 0; row < table.rows(); ++row)
    diamond::append_csv_row(text, table.row(row));
  return text;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  try {
    const std::string text = as_csv(read({reinterpret_cast<const char*>(data), size}));
    if (as_csv(read(text)) != text) std::abort();
  } catch (const diamond::Error&) {
  }
  return 0;
}
