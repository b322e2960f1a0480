// The figures of tests/reference/notebook.json, and the data they were computed on.
#pragma once

#include <diamond/core/json.h>

#include <filesystem>

namespace diamond::testing {

inline std::filesystem::path source_directory() {
  return DIAMOND_SOURCE_DIR;
}

inline std::filesystem::path diamonds_csv() {
  return source_directory() / "data/diamonds.csv";
}

/// See tests/reference/README.md for where each figure comes from.
inline const Json& reference() {
  static const Json figures = read_json(source_directory() / "tests/reference/notebook.json");
  return figures;
}

}  // namespace diamond::testing
