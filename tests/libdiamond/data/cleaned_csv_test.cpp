#include "catch.h"
#include "support/messages.h"
#include "support/stones.h"
#include "support/temporary_directory.h"

#include <diamond/core/error.h>
#include <diamond/data/cleaned_csv.h>
#include <diamond/data/csv_reader.h>

using namespace diamond;
using namespace diamond::testing;

TEST_CASE("read in pieces, a file has the rows and the rejections that it has as a whole") {
  const TemporaryDirectory directory;
  std::vector<PricedDiamond> stones = random_stones(20'000, 3);  // several pieces
  stones[7].stone.x = 0;
  stones[19'000].stone.z = 0;
  stones[19'001].price = -1;
  const auto file = directory.write("a.csv", csv_of(stones));
  Table whole = read_csv(file).table;
  const std::vector<Rejection> rejected = clean(whole);

  std::size_t pieces = 0;
  std::size_t row = 0;
  bool same = true;
  const CleanedFile read = read_cleaned(file, "", [&](const Table& rows) {
    ++pieces;
    for (std::size_t i = 0; i < rows.rows(); ++i, ++row)
      same = same && csv_of({rows.row(i)}) == csv_of({whole.row(row)});
  });
  CHECK(pieces > 1);
  CHECK(same);
  CHECK(row == whole.rows());
  CHECK(read.rows == stones.size());
  CHECK(read.rejected == rejected);
  CHECK(read.ignored_columns.empty());
}

TEST_CASE("read in pieces, a file without stones and one with a fault are refused") {
  const TemporaryDirectory directory;
  const auto none = [](const Table&) {};
  const std::string text = csv_of(random_stones(3, 1));
  const auto empty = directory.write("a.csv", text.substr(0, text.find('\n') + 1));
  check_says(message_of<DataError>([&] { (void)read_cleaned(empty, "", none); }),
             {"a.csv:1: ", "no stones"});
  const auto broken = directory.write("b.csv", text + "1,2\n");
  check_says(message_of<DataError>([&] { (void)read_cleaned(broken, "list.csv", none); }),
             {"list.csv:5: "});
}
