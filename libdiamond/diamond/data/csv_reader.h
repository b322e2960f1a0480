// A CSV price list, read into columns on all processors.
#pragma once

#include <diamond/core/table.h>

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace diamond {

struct CsvTable {
  Table table;
  /// Columns of the file that the project does not know, as its header names them. They were passed
  /// over.
  std::vector<std::string> ignored_columns;
};

/// Reads a comma-separated file (RFC 4180) with a header that names at least carat, cut, color,
/// clarity, depth, table, x, y, z and price, in any order. LF or CRLF, a UTF-8 byte order mark,
/// quotes, blank lines and further columns are fine. An empty number, NA, NaN and what is not
/// finite is read as NaN: `clean` counts and drops such rows.
///
/// Memory: the table, and a few pieces of the file of a quarter MiB each; the file itself is never
/// held whole.
///
/// `shown_as` names the file in errors; empty: its path.
/// Throws StorageError where the file cannot be read, and DataError with `FILE:LINE` and the column
/// where it is empty, not text, lacks a column or has one twice, has a line with too few or too
/// many fields, an unknown grade, or a number that is none.
[[nodiscard]] CsvTable read_csv(const std::filesystem::path& file, std::string_view shown_as = {});

}  // namespace diamond
