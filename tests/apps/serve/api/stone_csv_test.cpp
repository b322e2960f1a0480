#include "api/stone_csv.h"

#include "catch.h"
#include "support/messages.h"
#include "support/requests.h"

using namespace diamond;
using namespace diamond::serve;
using namespace diamond::testing;

namespace {

constexpr std::size_t most = 10;

Json stone_in(const std::string& text) {
  const StoneCsv csv = read_stone_csv(text, most);
  REQUIRE(csv.rows.size() == 1);
  return std::get<Json>(csv.rows[0].stone);
}

Problem refused(const std::string& text) {
  return problem_of([&] { (void)read_stone_csv(text, most); });
}

}  // namespace

TEST_CASE("columns may stand in any order, and others are passed over") {
  CHECK(stone_in("id,clarity,color,cut,carat\n7,VS1,E,Ideal,0.5\n") ==
        Json({{"clarity", "VS1"}, {"color", "E"}, {"cut", "Ideal"}, {"carat", 0.5}}));
}

TEST_CASE("an empty quantity is absent, and one that is no number stays text") {
  const Json stone = stone_in("carat,cut,color,clarity,x,y\n0.5,Ideal,E,VS1,,wide\n");
  CHECK(stone["x"].is_null());
  CHECK(stone["y"] == "wide");
}

TEST_CASE("what spreadsheets write is read: a byte order mark, CRLF, quotes, blank lines") {
  const Json stone = stone_in(
      "\xEF\xBB\xBF"
      "carat,\"cut\",color,clarity\r\n\r\n0.5,\"Very Good\",E,VS1\r\n\r\n");
  CHECK(stone["cut"] == "Very Good");
}

TEST_CASE("a last line without its end counts") {
  CHECK(stone_in("carat,cut,color,clarity\n0.5,Ideal,E,VS1")["clarity"] == "VS1");
}

TEST_CASE("a row with too few or too many fields is a problem in its place") {
  const StoneCsv csv = read_stone_csv(
      "carat,cut,color,clarity\n0.5,Ideal,E\n0.6,Ideal,E,VS1\n0.7,Ideal,E,VS1,9\n", most);
  REQUIRE(csv.rows.size() == 3);
  check_says(std::get<Problem>(csv.rows[0].stone).detail, {"3 fields", "header 4"});
  CHECK(std::get<Json>(csv.rows[1].stone)["carat"] == 0.6);
  check_says(std::get<Problem>(csv.rows[2].stone).detail, {"5 fields"});
  CHECK(csv.rows[2].fields.size() == 5);
}

TEST_CASE("a table that lacks a column, or has one twice, is refused") {
  CHECK(refused("carat,cut,color\n1,Ideal,E\n").detail == "clarity is the name of no column");
  CHECK(refused("carat,cut,color,clarity,cut\n1,Ideal,E,VS1,Fair\n").detail ==
        "cut is the name of two columns");
  CHECK(refused("").status == 422);
}

TEST_CASE("a table without rows, or with too many, is refused") {
  const std::string header = "carat,cut,color,clarity\n";
  check_says(refused(header + "\n\n").detail, {"no rows"});
  std::string rows;
  for (std::size_t i = 0; i < most; ++i) rows += "1,Ideal,E,VS1\n";
  CHECK(read_stone_csv(header + rows, most).rows.size() == most);
  check_says(refused(header + rows + "1,Ideal,E,VS1\n").detail, {"more than 10 rows", "split"});
}

TEST_CASE("a quote that does not fit is told with its record") {
  const Problem problem = refused("carat,cut,color,clarity\n1,\"Ideal,E,VS1\n");
  CHECK(problem.status == 400);
  check_says(problem.detail, {"not CSV", "record 2"});
}

TEST_CASE("a table that is no text in UTF-8 is told with its line") {
  const std::string header = "name,carat,cut,color,clarity\n";
  const std::string latin = "m\xFCller,1,Ideal,E,VS1\n";
  const std::string with_nul = std::string("a\0b", 3) + ",1,Ideal,E,VS1\n";
  const std::string utf16 = std::string("\xFF\xFEn\0a\0", 6);
  for (const auto& [text, line] : std::vector<std::pair<std::string, std::string>>{
           {header + "a,1,Ideal,E,VS1\n" + latin, "line 3"},
           {header + with_nul, "line 2"},
           {header + with_nul + latin, "line 2"},
           {utf16, "line 1"}}) {
    const Problem problem = refused(text);
    CHECK(problem.status == 400);
    check_says(problem.detail, {"not text in UTF-8", line});
  }
  CHECK(read_stone_csv(header + "m\xC3\xBCller \xEF\xBF\xBD,1,Ideal,E,VS1\n", most).rows.size() ==
        1);
}

TEST_CASE("fields are quoted where they have to be") {
  std::string text;
  append_csv_line(text, {"a", "b,c", "say \"d\"", "e\nf", ""});
  CHECK(text == "a,\"b,c\",\"say \"\"d\"\"\",\"e\nf\",\n");
}
