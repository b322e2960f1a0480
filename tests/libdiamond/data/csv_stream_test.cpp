#include "catch.h"
#include "support/messages.h"
#include "support/stones.h"
#include "support/temporary_directory.h"

#include <diamond/core/error.h>
#include <diamond/data/csv_stream.h>

#include <cmath>
#include <vector>

using namespace diamond;
using namespace diamond::testing;

namespace {

/// A stream of this text, shown as "list.csv".
struct Stream {
  explicit Stream(std::string_view text)
      : file(directory.write("list.csv", text)),
        stream(open_to_read(file), "list.csv", CsvContent::stones) {}

  TemporaryDirectory directory;
  std::filesystem::path file;
  CsvStream stream;
};

/// All rows and, by row, their records with their line ends.
struct Whole {
  Table table;
  std::vector<std::string> records;
  std::vector<std::size_t> lines;
};

Whole read_all(std::string_view text) {
  Stream s(text);
  struct Part {
    Table table;
    std::vector<std::string> records;
    std::vector<std::size_t> lines;
  };
  Whole whole;
  read_pieces(
      s.stream,
      [](std::string_view piece, ParsedChunk& parsed) {
        Part part;
        for (const RecordPlace& record : parsed.records) {
          part.records.push_back(std::string(record.text_in(piece)) +
                                 std::string(record.line_end_in(piece)));
          part.lines.push_back(record.line_in(piece));
        }
        part.table = std::move(parsed.table);
        return part;
      },
      [&](const Part& part, std::size_t line) {
        whole.table.append(part.table);
        for (const std::string& record : part.records) whole.records.push_back(record);
        for (const std::size_t in_piece : part.lines) whole.lines.push_back(line + in_piece);
      });
  return whole;
}

std::string fault_of(std::string_view text) {
  return message_of<DataError>([&] { (void)read_all(text); });
}

}  // namespace

TEST_CASE("of stones whose prices are asked only weight and grades are needed") {
  const Whole whole = read_all("cut,carat,clarity,color\nIdeal,0.5,VS1,E\nFair,,I1,J\n");
  REQUIRE(whole.table.rows() == 2);
  CHECK(whole.table[Quantity::carat][0] == 0.5);
  CHECK(std::isnan(whole.table[Quantity::carat][1]));
  for (const Quantity quantity : priced_quantities)
    CHECK(whole.table[quantity].size() == 2);  // columns that are absent are missing in all rows
  CHECK(std::isnan(whole.table.row(1).stone.depth));
  CHECK(whole.table.cut[1] == Cut::fair);
}

TEST_CASE("the layout tells what no column holds and what is passed over") {
  const Stream s("note,carat,cut,color,clarity,x,price\n");
  CHECK(s.stream.layout().absent ==
        std::vector{Quantity::depth, Quantity::table, Quantity::y, Quantity::z, Quantity::price});
  CHECK(s.stream.layout().ignored() == std::vector<std::string>{"note", "price"});
}

TEST_CASE("a price is not looked at where prices are asked") {
  const Whole whole = read_all("carat,cut,color,clarity,price,price\n1,Ideal,E,VS1,on request,\n");
  REQUIRE(whole.table.rows() == 1);
  CHECK(std::isnan(whole.table[Quantity::price][0]));
}

TEST_CASE("what is needed is named where it is missing or stands twice") {
  check_says(fault_of("carat,cut,clarity,x\n"), {"list.csv:1: ", "lacks color", "cut, color"});
  check_says(fault_of("carat,cut,color,clarity,x,x\n"), {"list.csv:1: ", "'x' twice"});
}

TEST_CASE("records and lines stand where the file has them") {
  const Whole whole = read_all(
      "\n\"no\nte\",carat,cut,color,clarity\r\n"
      "a,1,Ideal,E,VS1\r\n\n"
      "\"two\nlines\", 2 ,\"Ideal\",E,VS1 \n"
      "c,3,Ideal,E,VS1");
  CHECK(whole.records == std::vector<std::string>{"a,1,Ideal,E,VS1\r\n",
                                                  "\"two\nlines\", 2 ,\"Ideal\",E,VS1 \n",
                                                  "c,3,Ideal,E,VS1\n"});
  CHECK(whole.lines == std::vector<std::size_t>{4, 6, 8});
}

TEST_CASE("the head is the header with all that stands before it") {
  const Stream windows("\xef\xbb\xbf\r\ncarat,\"cut\",color,clarity\r\n1,Ideal,E,VS1\r\n");
  CHECK(windows.stream.head() == "\xef\xbb\xbf\r\ncarat,\"cut\",color,clarity");
  CHECK(windows.stream.line_end() == "\r\n");
  CHECK(windows.stream.first_line() == 3);
  const Stream unix("carat,cut,color,clarity\n");
  CHECK(unix.stream.head() == "carat,cut,color,clarity");
  CHECK(unix.stream.line_end() == "\n");
}

TEST_CASE("a header alone is a stream without pieces") {
  CHECK(read_all("carat,cut,color,clarity").table.rows() == 0);
  CHECK(read_all("carat,cut,color,clarity\n\n").table.rows() == 0);
}

TEST_CASE("records of a file of many pieces come in its order") {
  const std::string text = csv_of(random_stones(50'000, 5));
  Stream s(text);
  struct Part {
    std::string text;
    std::size_t rows = 0;
    std::size_t last_line = 0;  // of the piece
  };
  std::string joined = csv_header();
  std::size_t rows = 0;
  std::size_t wrong_lines = 0;
  read_pieces(
      s.stream,
      [](std::string_view piece, const ParsedChunk& parsed) {
        Part part{{}, parsed.records.size(), parsed.records.back().line_in(piece)};
        for (const RecordPlace& record : parsed.records)
          part.text.append(record.text_in(piece)).append(record.line_end_in(piece));
        return part;
      },
      [&](const Part& part, std::size_t line) {
        joined += part.text;
        rows += part.rows;
        wrong_lines += line + part.last_line == rows + 1 ? 0 : 1;  // the header is line 1
      });
  CHECK(joined == text);
  CHECK(rows == 50'000);
  CHECK(wrong_lines == 0);
}
