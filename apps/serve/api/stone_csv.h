// Stones as a table that a spreadsheet has written (RFC 4180), and the same table with more
// columns.
#pragma once

#include "../http/problem.h"

#include <diamond/core/json.h>

#include <cstddef>
#include <string>
#include <variant>
#include <vector>

namespace diamond::serve {

struct StoneCsv {
  struct Row {
    std::vector<std::string> fields;    // as they came
    std::variant<Json, Problem> stone;  // what FieldReader reads, or why the row is no stone
  };

  std::vector<std::string> header;
  std::vector<Row> rows;
};

/// The header names at least carat, cut, color and clarity, in any order; columns that are no field
/// of a stone are passed over. A quantity that is empty counts as absent. Throws ProblemError: 400
/// where the text is no such table or not UTF-8, 422 where the header lacks a column or has one
/// twice, or where there are no rows, or more than `most_rows`.
[[nodiscard]] StoneCsv read_stone_csv(std::string text, std::size_t most_rows);

/// Appends a line with its end.
void append_csv_line(std::string& text, const std::vector<std::string>& fields);

}  // namespace diamond::serve
