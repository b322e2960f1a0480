#include <diamond/core/error.h>
#include <diamond/core/file.h>
#include <diamond/data/csv_reader.h>
#include <diamond/data/csv_stream.h>

#include <cstdint>
#include <system_error>

namespace diamond {
namespace {

/// The rows of one piece.
struct Part {
  Table table;
  std::size_t bytes = 0;
};

/// Joins the parts of a file whose size is known, or 0.
class TableBuilder {
 public:
  explicit TableBuilder(std::uintmax_t file_size) : file_size_(file_size) {}

  void add(const Part& part) {
    if (table_.rows() == 0) reserve(part);
    table_.append(part.table);
  }

  Table take() { return std::move(table_); }

 private:
  /// As many rows as the file has if the rest is like its first part, and some more.
  void reserve(const Part& first) {
    if (first.bytes == 0 || file_size_ <= first.bytes) return;
    const double whole = static_cast<double>(first.table.rows()) * static_cast<double>(file_size_) /
                         static_cast<double>(first.bytes);
    table_.reserve(static_cast<std::size_t>(whole * 1.02));
  }

  std::uintmax_t file_size_;
  Table table_;
};

}  // namespace

CsvTable read_csv(const std::filesystem::path& file, std::string_view shown_as) {
  CsvStream stream(open_to_read(file), shown_as.empty() ? file.string() : std::string(shown_as),
                   CsvContent::price_list);
  std::error_code no_size;
  const auto size = std::filesystem::file_size(file, no_size);
  TableBuilder builder(no_size ? 0 : size);
  read_pieces(
      stream,
      [](std::string_view text, ParsedChunk& parsed) {
        return Part{std::move(parsed.table), text.size()};
      },
      [&](const Part& part, std::size_t /*line*/) { builder.add(part); });

  CsvTable read{builder.take(), stream.layout().ignored()};
  if (read.table.rows() == 0)
    throw DataError(stream.place_of(1), "the file has a header and no stones",
                    "add a line for each stone");
  return read;
}

}  // namespace diamond
