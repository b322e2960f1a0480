#include "catch.h"
#include "support/messages.h"
#include "support/stones.h"
#include "support/trained_history.h"

#include <diamond/core/error.h>
#include <diamond/data/split.h>
#include <diamond/pipeline/stored_model.h>

#include <algorithm>
#include <set>

using namespace diamond;
using namespace diamond::testing;

namespace {

/// A stone as a line of CSV.
std::string line_of(const Table& table, std::size_t row) {
  return csv_of({table.row(row)});
}

std::vector<std::string> lines_of(const Table& table) {
  std::vector<std::string> lines;
  for (std::size_t row = 0; row < table.rows(); ++row) lines.push_back(line_of(table, row));
  return lines;
}

}  // namespace

TEST_CASE("of many stones a sample is loaded, the same each time and in the file's order") {
  EmptyHistory f;
  f.stones = random_stones(2'000, 4);
  const Manifest manifest = f.train().front();
  const std::vector<std::string> all = lines_of(load_dataset(f.registry, manifest));
  CHECK(lines_of(load_stones(f.registry, manifest, 2'000)) == all);
  const std::vector<std::string> some = lines_of(load_stones(f.registry, manifest, 500));
  CHECK(some.size() > 400);
  CHECK(some.size() < 600);
  CHECK(lines_of(load_stones(f.registry, manifest, 500)) == some);
  auto place = all.begin();
  const bool in_order = std::all_of(some.begin(), some.end(), [&](const std::string& line) {
    place = std::find(place, all.end(), line);
    return place++ != all.end();
  });
  CHECK(in_order);
}

TEST_CASE("read piece by piece, the test rows are those that the model was judged on") {
  EmptyHistory f;
  const Manifest manifest = f.train().front();
  const Table table = load_dataset(f.registry, manifest);
  std::multiset<std::string> expected;
  for (const std::uint32_t row : make_split(table, manifest.split.settings).test)
    expected.insert(line_of(table, row));
  std::multiset<std::string> found;
  read_sides(f.registry, manifest,
             [&](const Table& rows, const std::vector<std::uint8_t>& is_test) {
               for (std::size_t row = 0; row < rows.rows(); ++row)
                 if (is_test[row] != 0) found.insert(line_of(rows, row));
             });
  CHECK(found == expected);
  CHECK(found.size() == manifest.split.test_rows);
}

TEST_CASE("data with other rows than the manifest says have no sides") {
  EmptyHistory f;
  const Manifest manifest = f.train().front();
  const auto read = [&](std::size_t rows_kept) {
    Manifest other = manifest;
    other.dataset.rows_kept = rows_kept;
    return message_of<StorageError>(
        [&] { read_sides(f.registry, other, [](const Table&, const auto&) {}); });
  };
  check_says(read(manifest.dataset.rows_kept + 1), {manifest.id, "fewer rows"});
  check_says(read(manifest.dataset.rows_kept - 1), {manifest.id, "more rows"});
}
