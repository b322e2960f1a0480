// A CSV price list that is cleaned while it is read: what files of any length are learned from.
#pragma once

#include <diamond/core/table.h>
#include <diamond/data/cleaning.h>

#include <cstddef>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace diamond {

/// What was read.
struct CleanedFile {
  std::size_t rows = 0;
  std::vector<Rejection> rejected;           // as `clean` gives them
  std::vector<std::string> ignored_columns;  // as in CsvTable
};

/// Gives the rows that `read_csv` and `clean` would, in the file's order, in tables of a few
/// thousand. Memory: a few of them. Throws what `read_csv` throws; what stands before the fault may
/// have been given.
[[nodiscard]] CleanedFile read_cleaned(const std::filesystem::path& file, std::string_view shown_as,
                                       const std::function<void(const Table&)>& give);

}  // namespace diamond
