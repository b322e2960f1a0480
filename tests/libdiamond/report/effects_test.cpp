#include "catch.h"
#include "support/stones.h"

#include <diamond/report/effects.h>

#include <algorithm>
#include <string>

using namespace diamond;
using namespace diamond::testing;

namespace {

/// 1,000 USD a carat, 100 for each grade of color, and nothing for anything else.
class SimpleModel final : public Model {
 public:
  [[nodiscard]] double predict(const Diamond& stone) const override {
    return 1000 * stone.carat + 100 * static_cast<double>(stone.color);
  }
  void predict(const TableView& view, std::span<double> prices) const override {
    std::transform(view.rows.begin(), view.rows.end(), prices.begin(), [&](std::uint32_t row) {
      return static_cast<const Model&>(*this).predict(view.table.row(row).stone);
    });
  }
  void save(const std::filesystem::path& /*directory*/) const override {}
};

/// It is right about every stone.
JudgedModel judged() {
  JudgedModel made;
  made.model = std::make_unique<SimpleModel>();
  std::vector<PricedDiamond> stones = random_stones(500, 5);
  for (PricedDiamond& stone : stones) {
    stone.price = made.model->predict(stone.stone);
    made.actual.push_back(stone.price);
  }
  made.predicted = made.actual;
  made.table = table_of(stones);
  made.test = all_rows(made.table);
  return made;
}

const Json& of_field(const Json& array, const std::string& field) {
  return *std::find_if(array.begin(), array.end(),
                       [&](const Json& one) { return one["field"] == field; });
}

}  // namespace

TEST_CASE("what matters to a model comes first and what does not has no importance") {
  const Json fields = importance(judged());
  REQUIRE(fields.size() == field_count);
  CHECK(fields[0]["field"] == "carat");
  CHECK(fields[1]["field"] == "color");
  // Colors are drawn evenly from seven: two at random are 16/7 grades apart on the average.
  CHECK(fields[1]["permutation"].get<double>() == Approx(100 * 16.0 / 7).epsilon(0.1));
  for (const std::string field : {"cut", "clarity", "depth", "table", "x", "y", "z"}) {
    CHECK(of_field(fields, field)["permutation"] == 0);
    CHECK(of_field(fields, field)["contribution"].get<double>() == Approx(0).margin(1e-9));
  }
  CHECK(of_field(fields, "color")["contribution"] > 50);
}

TEST_CASE("local effects are the model's own slopes, around a mean of 0") {
  const Json effects = local_effects(judged());
  const Json& carat = of_field(effects, "carat")["points"];
  const double from = carat.front()["value"].get<double>();
  const double to = carat.back()["value"].get<double>();
  CHECK(carat.back()["effect"].get<double>() - carat.front()["effect"].get<double>() ==
        Approx(1000 * (to - from)));
  const Json& color = of_field(effects, "color")["points"];
  REQUIRE(color.size() == 7);
  CHECK(color[0]["value"] == "J");
  CHECK(color[6]["value"] == "D");
  CHECK(color[6]["effect"].get<double>() - color[0]["effect"].get<double>() == Approx(600));
  CHECK(color[3]["effect"].get<double>() == Approx(0).margin(20));
  for (const Json& point : of_field(effects, "table")["points"])
    CHECK(point["effect"].get<double>() == Approx(0).margin(1e-9));
}

TEST_CASE("of a quantity with one value there is one point and of a grade all") {
  JudgedModel made = judged();
  std::vector<PricedDiamond> stones;
  for (const std::uint32_t row : made.test) {
    stones.push_back(made.table.row(row));
    stones.back().stone.depth = 60;
    stones.back().stone.cut = Cut::premium;
  }
  made.table = table_of(stones);
  const Json effects = local_effects(made);
  CHECK(of_field(effects, "depth")["points"].size() == 1);
  CHECK(of_field(effects, "cut")["points"].size() == 5);
  CHECK(of_field(effects, "cut")["points"][0]["rows"] == 0);  // no stone is Fair, nor near it
}
