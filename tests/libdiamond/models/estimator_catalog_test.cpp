#include "catch.h"
#include "support/messages.h"

#include <diamond/core/error.h>
#include <diamond/models/estimator_catalog.h>
#include <diamond/models/linear_regression.h>

using namespace diamond;
using namespace diamond::testing;

TEST_CASE("every kind that ships can be had and says what it is") {
  const EstimatorCatalog catalog = builtin_estimators();
  const auto kinds = catalog.kinds();
  CHECK(std::count(kinds.begin(), kinds.end(), "linear") == 1);
  CHECK(std::is_sorted(kinds.begin(), kinds.end()));
  for (const std::string_view kind : kinds) {
    INFO(kind);
    const Estimator& estimator = catalog.at(kind, "");
    CHECK_FALSE(estimator.summary().empty());
    const Json schema = estimator.params_schema();
    for (const auto& [name, rule] : schema.at("properties").items()) {
      INFO(name);
      CHECK(rule.contains("description"));
    }
  }
}

TEST_CASE("a kind that there is not is told with those that there are") {
  EstimatorCatalog catalog;
  catalog.add("second", make_linear_regression());
  catalog.add("first", make_linear_regression());
  check_says(message_of<UsageError>([&] { (void)catalog.at("forest", "a.json#/models/0/kind"); }),
             {"a.json#/models/0/kind: ", "'forest'", "the kinds are first, second"});
}
