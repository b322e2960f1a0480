#include "catch.h"
#include "support/messages.h"
#include "support/stones.h"
#include "support/temporary_directory.h"

#include <diamond/core/error.h>
#include <diamond/data/csv_reader.h>

#include <bit>
#include <cmath>
#include <cstdlib>
#include <random>

using namespace diamond;
using namespace diamond::testing;
using Names = std::vector<std::string>;

namespace {

const std::string header = "carat,cut,color,clarity,depth,table,price,x,y,z\n";
const std::string good_row = "0.23,Ideal,E,SI2,61.5,55,326,3.95,3.98,2.43\n";

CsvTable read_text(std::string_view text) {
  const TemporaryDirectory directory;
  return read_csv(directory.write("list.csv", text));
}

/// The message for a file that is shown as "list.csv".
std::string fault_of(std::string_view text) {
  const TemporaryDirectory directory;
  const auto file = directory.write("list.csv", text);
  return message_of<DataError>([&] { (void)read_csv(file, "list.csv"); });
}

/// Of a file whose third line has `field` in one column, between two good lines.
std::string fault_of_field(std::size_t column, const std::string& field) {
  std::vector<std::string> fields = {"0.23", "Ideal", "E",    "SI2",  "61.5",
                                     "55",   "326",   "3.95", "3.98", "2.43"};
  fields.at(column) = field;
  std::string line;
  for (const std::string& one : fields) line += (line.empty() ? "" : ",") + one;
  return fault_of(header + good_row + line + "\n" + good_row);
}

bool same_tables(const Table& a, const Table& b) {
  if (a.rows() != b.rows()) return false;
  for (std::size_t i = 0; i < a.rows(); ++i)
    if (!same_stone(a.row(i), b.row(i))) return false;
  return true;
}

const PricedDiamond first_stone = stone({.carat = 0.23,
                                         .cut = Cut::ideal,
                                         .color = Color::E,
                                         .clarity = Clarity::SI2,
                                         .depth = 61.5,
                                         .table = 55,
                                         .x = 3.95,
                                         .y = 3.98,
                                         .z = 2.43,
                                         .price = 326});

}  // namespace

TEST_CASE("a price list is read field by field") {
  const CsvTable csv =
      read_text(header + good_row + "0.9,Very Good,J,VVS1,60,58.5,4000.5,6.1,6.2,3.7\n");
  REQUIRE(csv.table.rows() == 2);
  CHECK(same_stone(csv.table.row(0), first_stone));
  CHECK(same_stone(csv.table.row(1), stone({.carat = 0.9,
                                            .cut = Cut::very_good,
                                            .color = Color::J,
                                            .clarity = Clarity::VVS1,
                                            .depth = 60,
                                            .table = 58.5,
                                            .x = 6.1,
                                            .y = 6.2,
                                            .z = 3.7,
                                            .price = 4000.5})));
  CHECK(csv.ignored_columns.empty());
}

TEST_CASE("columns may stand in any order") {
  const CsvTable csv = read_text(
      "z,price,clarity,y,carat,table,cut,x,color,depth\n2.43,326,SI2,3.98,0.23,55,Ideal,3.95,E,61."
      "5\n");
  REQUIRE(csv.table.rows() == 1);
  CHECK(same_stone(csv.table.row(0), first_stone));
}

TEST_CASE("what spreadsheets do to a file does not matter") {
  const std::string text = GENERATE_REF(
      as<std::string>{},
      "\xef\xbb\xbf" + header + good_row,                // byte order mark
      header + good_row.substr(0, good_row.size() - 1),  // no last line end
      header + "\n\n" + good_row + "\n\r\n",             // blank lines
      "\n" + header + good_row,                          // one before the header
      std::string("\"carat\",cut,color,\"clarity\",depth,table,price,x,y,z\r\n"  // quotes and CRLF
                  "\"0.23\",\"Ideal\",E,SI2,61.5,55,\"326\",3.95,3.98,2.43\r\n"),
      std::string("carat,cut,color,clarity,depth,table,price,x,y,z\r\n"  // CRLF, no last line end
                  "0.23,Ideal,E,SI2,61.5,55,326,3.95,3.98,2.43"),
      std::string("carat , cut,color,clarity,depth,table,price,x,y,z\n"  // blanks around fields
                  " 0.23 ,\tIdeal, E ,SI2, \"61.5\" ,55,+326,3.95,3.98, 2.43 \n"));
  INFO(text);
  const CsvTable csv = read_text(text);
  REQUIRE(csv.table.rows() == 1);
  CHECK(same_stone(csv.table.row(0), first_stone));
}

TEST_CASE("further columns are passed over and named whatever text they hold") {
  const std::string text =
      "id,carat,cut,color,clarity,\"a, note\",depth,table,price,x,y,z,last\n"
      "1,0.23,Ideal,E,SI2,\"commas, \"\"quotes\"\"\nand\n\nline "
      "ends\",61.5,55,326,3.95,3.98,2.43,x\n"
      "2,0.23,Ideal,E,SI2,5\" tall,61.5,55,326,3.95,3.98,2.43,\n"
      "3,0.23,Ideal,E,SI2,\"\",61.5,55,326,3.95,3.98,2.43,\"\"\"\"\n";
  const CsvTable csv = read_text(text);
  CHECK(csv.ignored_columns == Names{"id", "a, note", "last"});
  REQUIRE(csv.table.rows() == 3);
  for (std::size_t i = 0; i < 3; ++i) CHECK(same_stone(csv.table.row(i), first_stone));
}

TEST_CASE("a number that somebody left out is not a number but no fault") {
  const std::string left_out = GENERATE(as<std::string>{}, "", "NA", "N/A", "null", "NaN", "nan",
                                        "inf", "-inf", "\"\"", " ", "1e999");
  INFO(left_out);
  const CsvTable csv = read_text(header + left_out + ",Ideal,E,SI2,61.5,55,326,3.95,3.98,2.43\n");
  REQUIRE(csv.table.rows() == 1);
  CHECK(std::isnan(csv.table[Quantity::carat][0]));
  CHECK(csv.table[Quantity::depth][0] == 61.5);
}

TEST_CASE("every way to write a number gives the bits that strtod gives") {
  std::mt19937_64 random(11);
  std::vector<std::string> texts = {"1.",
                                    ".5",
                                    "007",
                                    "0.10",
                                    "1e3",
                                    "1E-3",
                                    "-2.5e+2",
                                    "123456789",
                                    "1234567890",
                                    "0.123456789",
                                    "0.1234567890123456789",
                                    "99999999999999999999",
                                    "4.9e-324",
                                    "1.7976931348623157e308",
                                    "2.2250738585072014e-308",
                                    "0.000000001",
                                    "999999999.9"};
  while (texts.size() < 20'000) {
    // up to 20 digits with the point anywhere, now and then an exponent
    std::string text(random() % 8 == 0 ? 1 : 0, '-');
    const std::size_t digits = 1 + random() % 20;
    const std::size_t point = random() % (digits + 1);
    for (std::size_t i = 0; i < digits; ++i) {
      if (i == point) text += '.';
      text += static_cast<char>('0' + (i == 0 ? 1 + random() % 9 : random() % 10));
    }
    if (random() % 10 == 0)
      text.append("e").append(std::to_string(static_cast<int>(random() % 600) - 300));
    const double value = std::strtod(text.c_str(), nullptr);
    if (std::isfinite(value) && std::abs(value) >= 1e-300) texts.push_back(text);
  }
  // Many to a file, so that decimals and doubles share a column, and few to a file, so that they do
  // not.
  const std::size_t share = GENERATE(20'000UL, 1'000UL);
  std::size_t wrong = 0;
  for (std::size_t first = 0; first < texts.size(); first += share) {
    std::string file = header;
    for (std::size_t i = first; i < first + share; ++i)
      file += texts[i] + ",Ideal,E,SI2,61.5,55,326,3.95,3.98,2.43\n";
    const Table table = read_text(file).table;
    REQUIRE(table.rows() == share);
    for (std::size_t i = 0; i < share; ++i) {
      const double expected = std::strtod(texts[first + i].c_str(), nullptr);
      if (std::bit_cast<std::uint64_t>(table[Quantity::carat][i]) !=
          std::bit_cast<std::uint64_t>(expected)) {
        UNSCOPED_INFO(texts[first + i]);
        ++wrong;
      }
    }
  }
  CHECK(wrong == 0);
}

TEST_CASE("short decimals keep their bits in a column of decimals") {
  std::string file = header;
  std::vector<std::string> texts;
  for (int i = 1; i < 5'000; ++i) {
    std::string text = std::to_string(i / 100) + "." + std::to_string(100 + i % 100).substr(1);
    file += text + ",Ideal,E,SI2,61.5,55,326,3.95,3.98,2.43\n";
    texts.push_back(std::move(text));
  }
  const Table table = read_text(file).table;
  std::size_t wrong = 0;
  for (std::size_t i = 0; i < texts.size(); ++i)
    wrong += table[Quantity::carat][i] != std::strtod(texts[i].c_str(), nullptr) ? 1 : 0;
  CHECK(wrong == 0);
}

TEST_CASE("a missing column is named with what the header has") {
  const std::string message = fault_of("carat,cut,colour,clarity,depth,table,price,x,y\n");
  check_says(message, {"list.csv:1: ", "lacks color, z", "colour"});
}

TEST_CASE("a needed column that stands twice is named") {
  check_says(fault_of("carat,cut,color,clarity,depth,table,price,x,y,z,cut\n" + good_row),
             {"list.csv:1: ", "'cut' twice"});
  check_says(fault_of("carat,cut,color,clarity,depth,table,price,x,y,z,price\n" + good_row),
             {"list.csv:1: ", "'price' twice"});
}

TEST_CASE("a file without stones is an error") {
  check_says(fault_of(""), {"list.csv: ", "empty"});
  check_says(fault_of(header), {"list.csv:1: ", "no stones"});
  check_says(fault_of(header + "\n\r\n"), {"list.csv:1: ", "no stones"});
  check_says(fault_of("carat,cut,color,clarity,depth,table,price,x,y,z"),
             {"list.csv:1: ", "no stones"});
}

TEST_CASE("what cannot be read is an error that names it") {
  const TemporaryDirectory directory;
  check_says(message_of<StorageError>([&] { (void)read_csv(directory.path()); }),
             {directory.path().string(), "directory"});
  check_says(message_of<StorageError>([&] { (void)read_csv(directory / "none.csv"); }),
             {(directory / "none.csv").string(), "No such file"});
}

TEST_CASE("a file that is no text is told what it is") {
  using namespace std::string_literals;
  check_says(fault_of("\xff\xfe"
                      "c\0a\0r\0"s),
             {"list.csv:1: ", "UTF-16"});
  check_says(fault_of("\xfe\xff\0c\0a\0r"s), {"list.csv:1: ", "UTF-16"});
  check_says(fault_of("\x1f\x8b\x08\0\0\0\n"s), {"list.csv:1: ", "gzip"});
  check_says(fault_of("PK\x03\x04 and so on"), {"list.csv:1: ", "zip"});
  check_says(fault_of("\x7f"
                      "ELF\x02\x01\0\0\0\n"s),
             {"list.csv:1: ", "control characters"});
  const std::string junk = fault_of("\xde\xad\xbe\xef,\xca\xfe\n");
  check_says(junk, {"list.csv:1: ", "lacks", "\\xde\\xad"});
}

TEST_CASE("a line that is cut short is told with the first field that is missing") {
  check_says(fault_of(header + good_row + "0.3,Good,E,SI2\n" + good_row),
             {"list.csv:3: ", "cut short", "4 of 10 fields", "'depth'"});
  check_says(fault_of(header + good_row + "0.3,Good,E,SI"),
             {"list.csv:3: ", "column 'clarity'", "'SI'"});
  check_says(fault_of(header + good_row + "0.3"), {"list.csv:3: ", "1 of 10 fields", "'cut'"});
}

TEST_CASE("a line with too many fields is an error") {
  check_says(fault_of(header + good_row + "0.23,Ideal,E,SI2,61.5,55,3,326,3.95,3.98,2.43\n"),
             {"list.csv:3: ", "more than the 10 fields"});
}

TEST_CASE("an unknown grade is told with the nearest name and all grades") {
  check_says(fault_of_field(1, "Idael"), {"list.csv:3: ", "column 'cut'", "'Idael'",
                                          "did you mean 'Ideal'?", "Fair, Good, Very Good"});
  check_says(fault_of_field(1, "very good"), {"did you mean 'Very Good'?"});
  check_says(fault_of_field(2, "K"),
             {"list.csv:3: ", "column 'color'", "unknown color 'K'", "J, I, H"});
  check_says(fault_of_field(3, "VVS3"),
             {"list.csv:3: ", "column 'clarity'", "'VVS3'", "did you mean 'VVS2'?"});
  check_says(fault_of_field(3, ""), {"list.csv:3: ", "column 'clarity'", "unknown clarity ''"});
}

TEST_CASE("a number that is none is told with its column") {
  const std::string number = GENERATE(as<std::string>{}, "much", "1.2.3", "12a", "0x10", "1 000",
                                      "--1", "+-5", "-", "+", "1e", "\"1,5\"", "$5");
  INFO(number);
  check_says(fault_of_field(0, number), {"list.csv:3: ", "column 'carat'", "is not a number"});
  check_says(fault_of_field(9, number), {"list.csv:3: ", "column 'z'", "is not a number"});
}

TEST_CASE("a quote that is not closed is told with the line where it opens") {
  check_says(fault_of_field(1, "\"Ideal"), {"list.csv:3: ", "column 'cut'", "quote"});
  check_says(fault_of_field(1, "\"Ideal\" cut"), {"list.csv:3: ", "column 'cut'", "quote"});
}

TEST_CASE("a quote that nothing closes for many pieces is not taken for a fault of what follows") {
  std::string text = header + good_row + "0.23,\"Ideal,E,SI2,61.5,55,326,3.95,3.98,2.43\n";
  while (text.size() < 20'000'000) text += good_row;
  check_says(fault_of(text), {"list.csv: ", "longer than 16 MiB", "quote that is not closed"});
}

TEST_CASE("lines inside quotes count when a fault is told") {
  const std::string two_lines = "\"one\ntwo\"";
  check_says(
      fault_of("note,carat,cut,color,clarity,depth,table,price,x,y,z\n" + two_lines + "," +
               good_row + "\n" + two_lines + ",much,Ideal,E,SI2,61.5,55,326,3.95,3.98,2.43\n"),
      {"list.csv:6: ", "column 'carat'"});
  check_says(fault_of("\"no\nte\",carat,cut,color,clarity,depth,table,price,x,y,z\nn," + good_row +
                      "n,much\n"),
             {"list.csv:4: ", "column 'carat'"});
}

TEST_CASE("blank lines count when a fault is told") {
  check_says(fault_of("\n\n" + header + "\n" + good_row + "0.3\n"), {"list.csv:6: ", "cut short"});
}

TEST_CASE("a file of many pieces gives the same table as small files") {
  // 120'000 rows are about 5 MB: some twenty pieces of the reader.
  const auto stones = random_stones(120'000, 7);
  const Table whole = read_text(csv_of(stones)).table;
  Table joined;
  for (std::size_t first = 0; first < stones.size(); first += 2'000)
    joined.append(read_text(csv_of({stones.begin() + static_cast<std::ptrdiff_t>(first),
                                    stones.begin() + static_cast<std::ptrdiff_t>(first + 2'000)}))
                      .table);
  REQUIRE(whole.rows() == stones.size());
  CHECK(same_tables(whole, joined));
  CHECK(same_tables(whole, table_of(stones)));
}

TEST_CASE("a fault in the last line of a large file is told with its line") {
  std::string text = csv_of(random_stones(100'000, 8));
  text += "0.23,Ideal,E,SI2,61.5,55,many,3.95,3.98,2.43\n";
  check_says(fault_of(text), {"list.csv:100002: ", "column 'price'", "'many'"});
}

TEST_CASE("of several faults in a large file the first is told") {
  std::string text = csv_of(random_stones(60'000, 9));
  const std::string bad_row = "0.23,Ideal,E,SI2,61.5,55,many,3.95,3.98,2.43\n";
  text += bad_row;
  for (int i = 0; i < 60'000; ++i) text += bad_row;
  check_says(fault_of(text), {"list.csv:60002: "});
}

TEST_CASE("quoted line ends where a large file is cut into pieces do no harm") {
  std::string text = "note,carat,cut,color,clarity,depth,table,price,x,y,z\n";
  std::size_t rows = 0;
  for (; text.size() < 1'500'000; ++rows)
    text.append("\"").append(rows % 97, '\n').append("\"\",\",").append(good_row);
  const CsvTable csv = read_text(text);
  REQUIRE(csv.table.rows() == rows);
  for (std::size_t i = 0; i < rows; i += 1'000) CHECK(same_stone(csv.table.row(i), first_stone));
}
