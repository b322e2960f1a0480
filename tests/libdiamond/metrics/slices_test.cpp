#include "catch.h"
#include "support/stones.h"

#include <diamond/metrics/slices.h>

#include <algorithm>
#include <map>
#include <string>
#include <vector>

using namespace diamond;
using namespace diamond::testing;
using Places = std::vector<std::uint32_t>;

namespace {

const Slice& find(const std::vector<Slice>& slices, const std::string& field,
                  const std::string& name) {
  const auto found = std::find_if(slices.begin(), slices.end(), [&](const Slice& slice) {
    return slice.field == field && slice.name == name;
  });
  REQUIRE(found != slices.end());
  return *found;
}

}  // namespace

TEST_CASE("a weight at the edge of a band belongs to the heavier one") {
  const Table table =
      table_of({stone({.carat = 0.49}), stone({.carat = 0.5}), stone({.carat = 1.99}),
                stone({.carat = 2.0}), stone({.carat = 5.01}), stone({.carat = 1.0})});
  const std::vector<std::uint32_t> rows = all_rows(table);
  const std::vector<Slice> slices = slices_of({table, rows});
  CHECK(find(slices, "carat", "below 0.5").places == Places{0});
  CHECK(find(slices, "carat", "0.5 to 1").places == Places{1});
  CHECK(find(slices, "carat", "1 to 1.5").places == Places{5});
  CHECK(find(slices, "carat", "1.5 to 2").places == Places{2});
  CHECK(find(slices, "carat", "from 2").places == Places{3, 4});
}

TEST_CASE("places are those of the view and slices without rows are left out") {
  const Table table = table_of({stone({.cut = Cut::ideal}), stone({.cut = Cut::fair}),
                                stone({.cut = Cut::good}), stone({.cut = Cut::fair})});
  const std::vector<std::uint32_t> rows = {3, 2, 1};
  const std::vector<Slice> slices = slices_of({table, rows});
  CHECK(find(slices, "cut", "Fair").places == Places{0, 2});
  CHECK(find(slices, "cut", "Good").places == Places{1});
  CHECK(std::count_if(slices.begin(), slices.end(),
                      [](const Slice& slice) { return slice.field == "cut"; }) == 2);
}

TEST_CASE("every row is in one slice of each field and grades run from worst to best") {
  const Table table = table_of(random_stones(300, 11));
  const std::vector<std::uint32_t> rows = all_rows(table);
  std::map<std::string, std::size_t> covered;
  std::vector<std::string> colors;
  for (const Slice& slice : slices_of({table, rows})) {
    covered[slice.field] += slice.places.size();
    if (slice.field == "color") colors.push_back(slice.name);
  }
  CHECK(covered == std::map<std::string, std::size_t>{
                       {"carat", 300}, {"cut", 300}, {"color", 300}, {"clarity", 300}});
  CHECK(colors == std::vector<std::string>{"J", "I", "H", "G", "F", "E", "D"});
}

TEST_CASE("a slice's metrics are those of its rows alone") {
  const std::vector<Slice> slices = {{"cut", "Fair", {0, 2}}, {"cut", "Ideal", {1}}};
  const std::vector<double> actual = {100, 1000, 200};
  const std::vector<double> predicted = {110, 700, 180};
  const std::vector<Metric> metrics = {Metric::mae, Metric::rmse};
  const auto figures = evaluate_slices(slices, actual, predicted, metrics);
  REQUIRE(figures.size() == 2);
  CHECK(figures[0].rows == 2);
  CHECK(figures[0].metrics.at(Metric::mae) == 15);
  CHECK(figures[0].metrics.at(Metric::rmse) == Approx(15.8113883));
  CHECK(figures[1] == SliceFigures{"cut", "Ideal", 1, {{Metric::mae, 300}, {Metric::rmse, 300}}});
}
