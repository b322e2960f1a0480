// Rows and columns for people: fits the terminal, and is plain text in a pipe.
#pragma once

#include <cstddef>
#include <iosfwd>
#include <string>
#include <vector>

namespace diamond::train {

enum class Align { left, right };

struct Column {
  std::string title;
  Align align = Align::left;
  /// Where the terminal is too narrow, columns go in the order of this number, the highest first; 0
  /// always stays.
  int dispensable = 0;
};

/// What the output goes to.
struct Terminal {
  bool is_terminal = false;
  bool colour = false;    // only on a terminal, and never where NO_COLOR is set (no-color.org)
  std::size_t width = 0;  // characters; 0: as wide as it needs to be

  /// Of the standard output.
  [[nodiscard]] static Terminal of_stdout();
};

class TerminalTable {
 public:
  explicit TerminalTable(std::vector<Column> columns);

  /// Requires: as many cells as columns.
  void add(std::vector<std::string> cells);

  /// On a terminal with colours, the title line and the rows of `highlighted` stand out.
  void print(std::ostream& out, const Terminal& terminal,
             const std::vector<std::size_t>& highlighted = {}) const;

 private:
  [[nodiscard]] std::vector<std::size_t> visible_columns(std::size_t width) const;
  [[nodiscard]] std::string line(const std::vector<std::string>& cells,
                                 const std::vector<std::size_t>& visible) const;

  std::vector<Column> columns_;
  std::vector<std::vector<std::string>> rows_;
  std::vector<std::size_t> widths_;
};

}  // namespace diamond::train
