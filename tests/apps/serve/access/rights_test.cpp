#include "access/rights.h"

#include "catch.h"

using namespace diamond::serve;

TEST_CASE("a role has the rights of the table, and no others") {
  struct Row {
    Role role;
    bool prices, models, logs;
  };
  for (const Row& row :
       {Row{Role::predict, true, true, false}, Row{Role::read_logs, false, true, true},
        Row{Role::admin, true, true, true}}) {
    CHECK(may(row.role, Right::nothing));
    CHECK(may(row.role, Right::prices) == row.prices);
    CHECK(may(row.role, Right::models) == row.models);
    CHECK(may(row.role, Right::logs) == row.logs);
  }
}

TEST_CASE("a role is known by its name") {
  for (const Role role : all_roles) CHECK(parse_role(name_of(role)) == role);
  for (const char* none : {"", "Predict", "read_logs", "root"})
    CHECK_FALSE(parse_role(none).has_value());
}
