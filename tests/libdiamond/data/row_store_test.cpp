#include "catch.h"
#include "support/messages.h"
#include "support/stones.h"
#include "support/temporary_directory.h"

#include <diamond/core/error.h>
#include <diamond/core/file.h>
#include <diamond/data/csv_reader.h>
#include <diamond/data/row_store.h>

using namespace diamond;
using namespace diamond::testing;

namespace {

/// The table as CSV: what it holds, to the digit.
std::string text_of(const Table& table) {
  std::vector<PricedDiamond> stones;
  for (std::size_t row = 0; row < table.rows(); ++row) stones.push_back(table.row(row));
  return csv_of(stones);
}

}  // namespace

TEST_CASE("rows come back as they were, batch by batch") {
  const TemporaryDirectory directory;
  const auto file = directory / "a.rows";
  const Table first = read_csv(directory.write("a.csv", csv_of(random_stones(40, 1)))).table;
  const Table second = table_of(random_stones(100, 2));  // doubles
  RowStoreWriter writer(file, 50);
  writer.append(first);
  writer.append(second);
  writer.append(first);
  writer.finish();
  CHECK(writer.rows() == 180);

  const RowStore store(file);
  CHECK(store.rows() == 180);
  REQUIRE(store.batches() == 4);
  for (const std::size_t batch : {0U, 1U, 2U}) CHECK(store.batch(batch).rows() == 50);
  CHECK(text_of(store.batch(3)) == text_of(first.piece(10, 40)));
  Table all = first;
  all.append(second);
  all.append(first);
  CHECK(text_of(store.read()) == text_of(all));
}

TEST_CASE("a store may be empty") {
  const TemporaryDirectory directory;
  RowStoreWriter(directory / "a.rows").finish();
  const RowStore store(directory / "a.rows");
  CHECK(store.rows() == 0);
  CHECK(store.batches() == 0);
  CHECK(store.read().rows() == 0);
}

TEST_CASE("a store that is not whole is refused") {
  const TemporaryDirectory directory;
  RowStoreWriter writer(directory / "a.rows");
  writer.append(table_of(random_stones(10, 1)));
  writer.finish();
  const std::string whole = read_file(directory / "a.rows");
  for (const std::size_t size : {std::size_t{0}, std::size_t{10}, whole.size() - 1}) {
    directory.write("b.rows", whole.substr(0, size));
    check_says(message_of<StorageError>([&] { (void)RowStore(directory / "b.rows"); }),
               {"b.rows: ", "not whole"});
  }
  directory.write("b.rows", whole.substr(1));  // batches that end where they do not
  check_says(message_of<StorageError>([&] { (void)RowStore(directory / "b.rows"); }),
             {"b.rows: ", "not whole"});
  check_says(message_of<StorageError>([&] { (void)RowStore(directory / "c.rows"); }), {"c.rows: "});
}
