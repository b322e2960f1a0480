#include <diamond/core/error.h>
#include <diamond/core/file.h>
#include <diamond/core/parallel.h>
#include <diamond/core/spelling.h>
#include <diamond/data/csv_chunk.h>
#include <diamond/data/csv_reader.h>

#include <algorithm>
#include <map>
#include <mutex>
#include <span>
#include <thread>

namespace diamond {
namespace {

constexpr std::size_t chunk_size = std::size_t{256} << 10U;  // stays in a processor's own cache
constexpr std::size_t longest_record = std::size_t{16} << 20U;

std::string line_place(std::string_view file, std::size_t line) {
  return std::string(file) + ":" + std::to_string(line);
}

/// The file as a sequence of pieces that end where a record ends.
class ChunkSource {
 public:
  ChunkSource(const std::filesystem::path& file, std::string_view shown_as)
      : shown_as_(shown_as), handle_(open_to_read(file)) {}

  /// Puts the next piece into `chunk`; an empty text at the end of the file. A last line without an
  /// end is given one.
  void next(std::string& chunk) {
    chunk.assign(rest_);
    rest_.clear();
    std::size_t whole = 0;
    while (whole == 0 && !ended_) {
      if (chunk.size() > longest_record) {
        ended_ = true;  // the other threads would go on in the middle of the record
        throw DataError(
            shown_as_, "a line is longer than 16 MiB",
            "look for a quote that is not closed, or for another file: this is no CSV then");
      }
      read_more(chunk);
      whole = whole_records(chunk);
    }
    if (ended_) {
      if (!chunk.empty() && chunk.back() != '\n') chunk += '\n';
      return;
    }
    rest_.assign(chunk, whole);
    chunk.resize(whole);
  }

 private:
  void read_more(std::string& chunk) {
    const std::size_t old_size = chunk.size();
    chunk.resize(old_size + chunk_size);
    const std::size_t got = read_some(handle_, std::span(chunk).subspan(old_size), shown_as_);
    chunk.resize(old_size + got);
    ended_ = got == 0;
  }

  std::string shown_as_;
  FileHandle handle_;
  std::string rest_;
  bool ended_ = false;
};

/// Why these first bytes cannot be a CSV file; empty where they can.
std::string_view why_not_text(std::string_view text) {
  using namespace std::string_view_literals;
  if (text.starts_with("\xff\xfe"sv) || text.starts_with("\xfe\xff"sv))
    return "this is UTF-16 text; save it as UTF-8";
  if (text.starts_with("\x1f\x8b"sv)) return "this is a gzip file; unpack it first";
  if (text.starts_with("PK\x03\x04"sv))
    return "this is a zip file or a spreadsheet; save it as CSV";
  const std::string_view line = text.substr(0, text.find('\n'));
  const auto is_control = [](char c) {
    return static_cast<unsigned char>(c) < 0x20 && c != '\t' && c != '\r';
  };
  if (std::any_of(line.begin(), line.end(), is_control))
    return "the first line holds control characters";
  return {};
}

/// Takes parsed pieces in any order and joins them in the file's.
class TableBuilder {
 public:
  TableBuilder(std::string_view shown_as, std::size_t first_line, std::size_t file_size)
      : shown_as_(shown_as), line_(first_line), file_size_(file_size) {}

  /// Throws DataError when the piece whose turn it is has a fault.
  void add(std::size_t index, ParsedChunk chunk, std::size_t bytes) {
    const std::lock_guard lock(mutex_);
    if (index == 0) reserve(chunk.table.rows(), bytes);
    waiting_.emplace(index, std::move(chunk));
    while (!waiting_.empty() && waiting_.begin()->first == next_) {
      const ParsedChunk ready = std::move(waiting_.begin()->second);
      waiting_.erase(waiting_.begin());
      if (ready.fault)  // next_ stays: no later piece has its turn any more
        throw DataError(line_place(shown_as_, line_ + ready.fault->line), ready.fault->what,
                        ready.fault->remedy);
      ++next_;
      table_.append(ready.table);
      line_ += ready.lines;
    }
  }

  Table take() { return std::move(table_); }

 private:
  /// As many rows as the file has if the rest is like its first piece, and some more.
  void reserve(std::size_t rows, std::size_t bytes) {
    if (bytes == 0 || file_size_ <= bytes) return;
    const double whole =
        static_cast<double>(rows) * static_cast<double>(file_size_) / static_cast<double>(bytes);
    table_.reserve(static_cast<std::size_t>(whole * 1.02));
  }

  std::mutex mutex_;
  std::string shown_as_;
  std::size_t line_;
  std::size_t file_size_;
  std::map<std::size_t, ParsedChunk> waiting_;
  std::size_t next_ = 0;
  Table table_;
};

/// Lets every processor take pieces from `source`, parse them, and hand them to `builder`. The
/// first piece is given.
void read_chunks(std::string_view first, ChunkSource& source, const CsvLayout& layout,
                 TableBuilder& builder) {
  builder.add(0, parse_chunk(first, layout), first.size());
  std::mutex source_mutex;
  std::size_t taken = 1;
  const auto take = [&](std::string& text) {
    const std::lock_guard lock(source_mutex);
    source.next(text);
    return taken++;
  };
  const std::size_t workers = std::max(1U, std::thread::hardware_concurrency());
  parallel_for(workers, 1, [&](std::size_t /*first*/, std::size_t /*last*/) {
    std::string text;
    for (std::size_t index = take(text); !text.empty(); index = take(text))
      builder.add(index, parse_chunk(text, layout), text.size());
  });
}

}  // namespace

CsvTable read_csv(const std::filesystem::path& file, std::string_view shown_as) {
  const std::string name = shown_as.empty() ? file.string() : std::string(shown_as);
  ChunkSource source(file, name);
  std::string text;
  source.next(text);
  if (text.starts_with("\xef\xbb\xbf")) text.erase(0, 3);
  if (text.empty())
    throw DataError(name, "the file is empty", "write a header and at least one stone into it");
  if (const std::string_view why = why_not_text(text); !why.empty())
    throw DataError(line_place(name, 1), "not a CSV file", why);

  const HeaderLine header = take_header(text);
  if (header.fields.empty())
    throw DataError(line_place(name, 1), "a quote in the header is not closed",
                    "close it, or take it out");
  const CsvLayout layout = read_layout(header.fields, line_place(name, 1));
  const auto header_lines =
      std::count(text.begin(), text.end() - static_cast<std::ptrdiff_t>(header.rest.size()), '\n');

  std::error_code no_size;
  const auto size = std::filesystem::file_size(file, no_size);
  TableBuilder builder(name, 1 + static_cast<std::size_t>(header_lines), no_size ? 0 : size);
  read_chunks(header.rest, source, layout, builder);

  CsvTable read{builder.take(), layout.ignored()};
  if (read.table.rows() == 0)
    throw DataError(line_place(name, 1), "the file has a header and no stones",
                    "add a line for each stone");
  return read;
}

}  // namespace diamond
