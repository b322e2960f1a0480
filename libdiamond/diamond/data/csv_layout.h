// What each column of a CSV file holds, as its header says.
#pragma once

#include <diamond/core/diamond.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace diamond {

/// A column holds a quantity, a grade of one of the three types, or something that is passed over.
enum class GradeColumn : std::uint8_t { cut, color, clarity };
enum class IgnoredColumn : std::uint8_t { ignored };
using ColumnRole = std::variant<Quantity, GradeColumn, IgnoredColumn>;

/// What a file is read for, and so what it has to have.
enum class CsvContent : std::uint8_t {
  price_list,  // stones and prices: all ten columns
  stones       // stones whose prices are asked: weight and grades; the other measures may be
               // absent, and a price is passed over
};

struct CsvLayout {
  std::vector<ColumnRole> roles;   // by position in the file
  std::vector<std::string> names;  // the same, as the header spells them
  std::vector<Quantity> absent;    // what no column holds

  [[nodiscard]] std::vector<std::string> ignored() const;
};

/// Reads the header's fields. `place` names file and line in errors.
/// Throws DataError where a needed column is missing, or one that is read stands twice.
[[nodiscard]] CsvLayout read_layout(const std::vector<std::string>& header, std::string_view place,
                                    CsvContent content);

}  // namespace diamond
