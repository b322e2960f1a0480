#include "catch.h"
#include "support/stones.h"

#include <diamond/metrics/regression_metrics.h>

#include <cmath>
#include <vector>

using namespace diamond;
using namespace diamond::testing;
using Values = std::vector<double>;

TEST_CASE("metrics of a few prices are those of the definitions") {
  // By hand: errors 1, -2, 0, 4 on 10, 20, 30, 40; their mean is 25, the squares around it sum to
  // 500.
  const Values actual = {10, 20, 30, 40};
  const Values predicted = {11, 18, 30, 44};
  CHECK(relative_difference(evaluate(Metric::mae, actual, predicted), 7.0 / 4) < 1e-15);
  CHECK(relative_difference(evaluate(Metric::rmse, actual, predicted), std::sqrt(21.0 / 4)) <
        1e-15);
  CHECK(relative_difference(evaluate(Metric::mape, actual, predicted), (0.1 + 0.1 + 0 + 0.1) / 4) <
        1e-15);
  CHECK(relative_difference(evaluate(Metric::r2, actual, predicted), 1 - 21.0 / 500) < 1e-15);
}

TEST_CASE("predictions without an error are perfect") {
  const Values prices = {10, 20, 30};
  CHECK(evaluate(Metric::r2, prices, prices) == 1);
  for (const Metric metric : {Metric::mae, Metric::rmse, Metric::mape})
    CHECK(evaluate(metric, prices, prices) == 0);
}

TEST_CASE("the mean as the only prediction explains nothing, and worse is below zero") {
  CHECK(evaluate(Metric::r2, Values{10, 20, 30}, Values{20, 20, 20}) == 0);
  CHECK(evaluate(Metric::r2, Values{10, 20, 30}, Values{30, 20, 10}) == -3);  // 1 - 800 / 200
}

TEST_CASE("R² of equal prices is one where none is off and else zero") {
  CHECK(evaluate(Metric::r2, Values{5, 5, 5}, Values{5, 5, 5}) == 1);
  CHECK(evaluate(Metric::r2, Values{5, 5, 5}, Values{5, 5, 6}) == 0);
  CHECK(evaluate(Metric::r2, Values{0.1, 0.1, 0.1}, Values{0.1, 0.1, 6}) ==
        0);  // a mean that may be rounded
  CHECK(evaluate(Metric::r2, Values{5}, Values{5}) == 1);
  CHECK(evaluate(Metric::r2, Values{5}, Values{4}) == 0);
}

TEST_CASE("a prediction that is not finite is not hidden") {
  for (const Metric metric : all_metrics)
    CHECK_FALSE(std::isfinite(evaluate(metric, Values{1, 2}, Values{1, INFINITY})));
}

TEST_CASE("names lead to metrics and what is better is positive") {
  for (const Metric metric : all_metrics) CHECK(parse_metric(info(metric).name) == metric);
  CHECK(parse_metric("MAE") == std::nullopt);
  CHECK(improvement(Metric::mae, 5, 8) == 3);
  CHECK(improvement(Metric::r2, 0.5, 0.75) == -0.25);
}

TEST_CASE("a metric is shown in cents or in four digits of a share") {
  CHECK(shown_metric(Metric::mae, 536.1449) == "536.14");
  CHECK(shown_metric(Metric::rmse, 1e300).size() == 304);  // 301 digits, and the cents
  CHECK(shown_metric(Metric::r2, 0.91774) == "0.9177");
  CHECK(shown_metric(Metric::mape, 0.1) == "0.1000");
}
