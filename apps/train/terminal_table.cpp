#include "terminal_table.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <ostream>
#include <utility>

namespace diamond::train {
namespace {

constexpr std::size_t gap = 2;  // blanks between columns

/// Characters, not bytes: every byte of UTF-8 that does not continue a character begins one.
std::size_t width_of(const std::string& text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xc0U) != 0x80U;
  }));
}

}  // namespace

Terminal Terminal::of_stdout() {
  Terminal terminal;
  terminal.is_terminal = ::isatty(STDOUT_FILENO) == 1;
  if (!terminal.is_terminal) return terminal;
  const char* no_colour = std::getenv("NO_COLOR");  // NOLINT(concurrency-mt-unsafe): one thread yet
  terminal.colour = no_colour == nullptr || *no_colour == '\0';
  winsize size{};
  if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0) terminal.width = size.ws_col;
  return terminal;
}

TerminalTable::TerminalTable(std::vector<Column> columns) : columns_(std::move(columns)) {
  for (const Column& column : columns_) widths_.push_back(width_of(column.title));
}

void TerminalTable::add(std::vector<std::string> cells) {
  for (std::size_t i = 0; i < cells.size(); ++i)
    widths_[i] = std::max(widths_[i], width_of(cells[i]));
  rows_.push_back(std::move(cells));
}

void TerminalTable::print(std::ostream& out, const Terminal& terminal,
                          const std::vector<std::size_t>& highlighted) const {
  const std::vector<std::size_t> visible = visible_columns(terminal.width);
  const auto print_line = [&](const std::vector<std::string>& cells, const char* style) {
    if (terminal.colour && *style != '\0')
      out << style << line(cells, visible) << "\x1b[0m\n";
    else
      out << line(cells, visible) << '\n';
  };
  std::vector<std::string> titles;
  for (const Column& column : columns_) titles.push_back(column.title);
  print_line(titles, "\x1b[1m");
  for (std::size_t i = 0; i < rows_.size(); ++i) {
    const bool stands_out = std::count(highlighted.begin(), highlighted.end(), i) > 0;
    print_line(rows_[i], stands_out ? "\x1b[32m" : "");
  }
}

std::vector<std::size_t> TerminalTable::visible_columns(std::size_t width) const {
  std::vector<std::size_t> visible(columns_.size());
  for (std::size_t i = 0; i < visible.size(); ++i) visible[i] = i;
  const auto needed = [&] {
    std::size_t sum = 0;
    for (const std::size_t column : visible) sum += widths_[column] + gap;
    return sum - gap;
  };
  while (width > 0 && needed() > width) {
    const auto first_to_go =
        std::max_element(visible.begin(), visible.end(), [&](std::size_t a, std::size_t b) {
          return columns_[a].dispensable < columns_[b].dispensable;
        });
    if (columns_[*first_to_go].dispensable == 0) break;
    visible.erase(first_to_go);
  }
  return visible;
}

std::string TerminalTable::line(const std::vector<std::string>& cells,
                                const std::vector<std::size_t>& visible) const {
  std::string text;
  for (const std::size_t column : visible) {
    if (column != visible.front()) text.append(gap, ' ');
    const std::string padding(widths_[column] - width_of(cells[column]), ' ');
    text +=
        columns_[column].align == Align::right ? padding + cells[column] : cells[column] + padding;
  }
  text.erase(text.find_last_not_of(' ') + 1);
  return text;
}

}  // namespace diamond::train
