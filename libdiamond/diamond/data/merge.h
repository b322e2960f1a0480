// One data set out of several.
#pragma once

#include <diamond/core/table.h>

#include <cstddef>

namespace diamond {

/// Drops every row that equals an earlier one in all ten values, and returns how many those were.
std::size_t drop_duplicates(Table& table);

}  // namespace diamond
