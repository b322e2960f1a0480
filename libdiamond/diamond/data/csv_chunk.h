// Lines of a CSV file, turned into rows of a table. The part of the reader that sees every byte.
#pragma once

#include <diamond/core/table.h>
#include <diamond/data/csv_layout.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace diamond {

/// What is wrong with a line.
struct CsvFault {
  std::size_t line = 0;  // counted from the chunk's first line, which is 0
  std::string what;
  std::string remedy;
};

/// Where a record stands in a text.
struct RecordPlace {
  std::uint32_t begin = 0;  // its first byte
  std::uint32_t end = 0;    // the one behind its last field

  /// The record without its line end.
  [[nodiscard]] std::string_view text_in(std::string_view text) const {
    return text.substr(begin, end - begin);
  }
  /// "\n" or "\r\n". Requires: a record was parsed here.
  [[nodiscard]] std::string_view line_end_in(std::string_view text) const {
    return text.substr(end, text[end] == '\r' ? 2 : 1);
  }
  /// The line in which it begins; the text's first one is 0.
  [[nodiscard]] std::size_t line_in(std::string_view text) const {
    return static_cast<std::size_t>(std::count(text.begin(), text.begin() + begin, '\n'));
  }
};

struct ParsedChunk {
  Table table;                       // columns that the file has not are missing in all rows
  std::vector<RecordPlace> records;  // by row
  std::size_t lines = 0;
  std::optional<CsvFault> fault;  // where there is one, `table` is of no use
};

/// Parses whole records. Requires: `text` is empty or ends with '\n', and is below 4 GiB.
[[nodiscard]] ParsedChunk parse_chunk(std::string_view text, const CsvLayout& layout);

struct HeaderLine {
  std::vector<std::string> fields;
  std::string_view line;  // as it stands, without its end
  std::string_view rest;  // what follows it
};

/// Takes the first record apart. Requires: `text` ends with '\n'.
[[nodiscard]] HeaderLine take_header(std::string_view text);

/// The length of the longest piece of `text` that ends where a record ends; 0 where none ends in
/// it. Requires: `text` begins where a record begins.
[[nodiscard]] std::size_t whole_records(std::string_view text);

}  // namespace diamond
