#include "catch.h"
#include "support/stones.h"

#include <diamond/trust/drift.h>

using namespace diamond;
using namespace diamond::testing;

namespace {

PartialDiamond partial(const Diamond& stone) {
  return given_part(stone, {});
}

}  // namespace

TEST_CASE("stones like those of the training data have not drifted") {
  const TrainingProfile profile(table_of(random_stones(5'000, 1)));
  Drift drift(profile);
  for (const PricedDiamond& one : random_stones(5'000, 2)) {
    drift.add(partial(one.stone));
    drift.add_price(one.price);
  }
  CHECK(drift.stones() == 5'000);
  for (std::size_t i = 0; i < field_count; ++i) {
    const Drift::OfField field = drift.field(static_cast<Field>(i));
    CAPTURE(field_names[i]);
    CHECK(field.given == 5'000);
    CHECK(field.outside < 10);
    CHECK(field.psi < 0.02);
  }
  CHECK(drift.price_psi() < 0.02);
}

TEST_CASE("what has moved is told, field by field") {
  const TrainingProfile profile(table_of(random_stones(5'000, 1)));
  Drift drift(profile);
  for (PricedDiamond one : random_stones(1'000, 2)) {
    one.stone.carat += 2.5;  // those of the training data weigh 0.2 to 2.2
    one.stone.color = Color::D;
    drift.add(partial(one.stone));
    drift.add_price(2 * one.price);
  }
  CHECK(drift.field(Field::carat).outside == 1'000);
  CHECK(drift.field(Field::carat).psi > 0.25);
  CHECK(drift.field(Field::color).psi > 0.25);
  CHECK(drift.field(Field::color).outside == 0);
  CHECK(drift.price_psi() > 0.25);
  CHECK(drift.field(Field::clarity).psi < 0.1);
  CHECK(drift.field(Field::depth).psi < 0.1);
}

TEST_CASE("a field that is left out counts for nothing") {
  const TrainingProfile profile(table_of(random_stones(100, 1)));
  Drift drift(profile);
  PartialDiamond without_table = partial(stone().stone);
  without_table.table.reset();
  drift.add(without_table);
  CHECK(drift.field(Field::table).given == 0);
  CHECK(drift.field(Field::depth).given == 1);
}

TEST_CASE("the middle of the prices that were found") {
  const TrainingProfile profile(table_of(random_stones(100, 1)));
  Drift drift(profile);
  CHECK(drift.median_price() == 0);
  for (const double price : {900.0, 100.0, 300.0}) drift.add_price(price);
  CHECK(drift.median_price() == 300);
}
