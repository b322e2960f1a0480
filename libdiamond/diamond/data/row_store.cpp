#include <diamond/core/error.h>
#include <diamond/data/row_store.h>

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <span>
#include <string_view>
#include <utility>

namespace diamond {
namespace {

constexpr std::string_view last_bytes = "diamrows";

struct Footer {
  std::uint64_t rows = 0;
  std::uint64_t batches = 0;
  std::array<char, last_bytes.size()> mark{};
};

template <class T>
std::string_view bytes_of(std::span<const T> values) {
  return {reinterpret_cast<const char*>(values.data()), values.size_bytes()};
}

/// Reads all of `buffer` from a place in the file.
void read_at(const FileHandle& handle, std::uint64_t offset, std::span<char> buffer,
             const std::filesystem::path& file) {
  while (!buffer.empty()) {
    const ssize_t count =
        ::pread(handle.get(), buffer.data(), buffer.size(), static_cast<off_t>(offset));
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0)
      throw StorageError(file.string(), count < 0 ? system_message(errno) : "it is cut short",
                         "train again");
    buffer = buffer.subspan(static_cast<std::size_t>(count));
    offset += static_cast<std::uint64_t>(count);
  }
}

template <class T>
std::span<char> bytes_to(std::span<T> values) {
  return {reinterpret_cast<char*>(values.data()), values.size_bytes()};
}

}  // namespace

RowStoreWriter::RowStoreWriter(std::filesystem::path file, std::size_t batch_rows)
    : file_(std::move(file)), batch_rows_(batch_rows), handle_(open_to_write(file_)) {}

void RowStoreWriter::append(const Table& rows) {
  for (std::size_t first = 0; first < rows.rows();) {
    const std::size_t last = std::min(rows.rows(), first + batch_rows_ - batch_.rows());
    batch_.append(rows.piece(first, last));
    first = last;
    if (batch_.rows() == batch_rows_) write_batch();
  }
  rows_ += rows.rows();
}

void RowStoreWriter::finish() {
  if (batch_.rows() > 0) write_batch();
  Footer footer{rows_, offsets_.size() - 1, {}};
  last_bytes.copy(footer.mark.data(), last_bytes.size());
  write(bytes_of(std::span<const std::uint64_t>(offsets_)));
  write(bytes_of(std::span<const Footer>(&footer, 1)));
  close(std::move(handle_), file_);
}

void RowStoreWriter::write_batch() {
  std::string bytes;
  append_bytes(bytes, batch_);
  write(bytes);
  offsets_.push_back(offsets_.back() + bytes.size());
  batch_ = Table();
}

void RowStoreWriter::write(std::string_view bytes) {
  write_all(handle_, bytes, file_);
}

RowStore::RowStore(std::filesystem::path file) : file_(std::move(file)) {
  const FileHandle handle = open_to_read(file_);
  const std::uintmax_t size = std::filesystem::file_size(file_);
  const auto broken = [&] {
    return StorageError(file_.string(), "it is not whole", "train again");
  };
  Footer footer;
  if (size < sizeof footer) throw broken();
  read_at(handle, size - sizeof footer, bytes_to(std::span(&footer, 1)), file_);
  const std::uintmax_t places = (size - sizeof footer) / sizeof(std::uint64_t);
  if (std::string_view(footer.mark.data(), footer.mark.size()) != last_bytes ||
      footer.batches >= places)
    throw broken();
  rows_ = footer.rows;
  offsets_.resize(footer.batches + 1);
  const std::span<std::uint64_t> offsets(offsets_);
  const std::uintmax_t end_of_batches = size - sizeof footer - offsets.size_bytes();
  read_at(handle, end_of_batches, bytes_to(offsets), file_);
  if (!std::is_sorted(offsets_.begin(), offsets_.end()) || offsets_.back() != end_of_batches)
    throw broken();
}

Table RowStore::batch(std::size_t batch) const {
  const std::uint64_t begin = offsets_[batch];
  std::string bytes(offsets_[batch + 1] - begin, '\0');
  read_at(open_to_read(file_), begin, bytes, file_);
  return table_from_bytes(bytes);
}

Table RowStore::read() const {
  Table table;
  table.reserve(rows_);
  for (std::size_t i = 0; i < batches(); ++i) table.append(batch(i));
  return table;
}

}  // namespace diamond
