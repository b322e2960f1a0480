#include "terminal_table.h"

#include "catch.h"

#include <sstream>

using namespace diamond::train;

namespace {

TerminalTable stones() {
  TerminalTable table({{"ID", Align::left, 0},
                       {"CUT", Align::left, 2},
                       {"PRICE", Align::right, 0},
                       {"NOTE", Align::left, 5}});
  table.add({"a", "Very Good", "5", "nice"});
  table.add({"bcd", "Fair", "12345", ""});
  return table;
}

std::string printed(const TerminalTable& table, const Terminal& terminal,
                    const std::vector<std::size_t>& highlighted = {}) {
  std::ostringstream out;
  table.print(out, terminal, highlighted);
  return out.str();
}

}  // namespace

TEST_CASE("columns are as wide as their widest cell and lines end with their text") {
  CHECK(printed(stones(), {}) ==
        "ID   CUT        PRICE  NOTE\n"
        "a    Very Good      5  nice\n"
        "bcd  Fair       12345\n");
}

TEST_CASE("a table without rows is its titles") {
  CHECK(printed(TerminalTable({{"ID"}, {"CUT"}}), {}) == "ID  CUT\n");
}

TEST_CASE("width is counted in characters and not in bytes") {
  TerminalTable table({{"NAME"}, {"N", Align::right}});
  table.add({"Zoë—é", "1"});
  table.add({"abcde", "2"});
  CHECK(printed(table, {}) == "NAME   N\nZoë—é  1\nabcde  2\n");
}

TEST_CASE("on a narrow terminal the most dispensable columns go first and what is needed stays") {
  const auto titles = [](std::size_t width) {
    const std::string text = printed(stones(), {true, false, width});
    return text.substr(0, text.find('\n'));
  };
  CHECK(titles(27) == "ID   CUT        PRICE  NOTE");  // 3 + 9 + 5 + 4 and three gaps of 2
  CHECK(titles(26) == "ID   CUT        PRICE");
  CHECK(titles(21) == "ID   CUT        PRICE");
  CHECK(titles(20) == "ID   PRICE");
  CHECK(titles(3) == "ID   PRICE");
}

TEST_CASE("colours mark the titles and the highlighted rows, and only where they are wanted") {
  const std::string plain = printed(stones(), {true, false, 0}, {1});
  CHECK(plain.find('\x1b') == std::string::npos);
  CHECK(printed(stones(), {true, true, 0}, {1}) ==
        "\x1b[1mID   CUT        PRICE  NOTE\x1b[0m\n"
        "a    Very Good      5  nice\n"
        "\x1b[32mbcd  Fair       12345\x1b[0m\n");
}
