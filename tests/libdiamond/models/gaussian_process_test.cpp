#include "catch.h"
#include "support/messages.h"
#include "support/reference.h"
#include "support/stones.h"

#include <diamond/core/error.h>
#include <diamond/models/estimator_catalog.h>
#include <diamond/models/posterior.h>

#include <cmath>
#include <limits>
#include <random>
#include <stop_token>
#include <vector>

using namespace diamond;
using namespace diamond::gaussian;
using namespace diamond::testing;

namespace {

Eigen::VectorXd vector_of(const std::vector<double>& numbers) {
  return Eigen::Map<const Eigen::VectorXd>(numbers.data(), static_cast<Index>(numbers.size()));
}

Eigen::MatrixXd matrix_of(const std::vector<std::vector<double>>& rows) {
  Eigen::MatrixXd matrix(static_cast<Index>(rows.size()), static_cast<Index>(rows[0].size()));
  for (Index i = 0; i < matrix.rows(); ++i)
    for (Index j = 0; j < matrix.cols(); ++j)
      matrix(i, j) = rows[static_cast<std::size_t>(i)][static_cast<std::size_t>(j)];
  return matrix;
}

/// What scikit-learn says of some points: see tests/reference/README.md.
struct Reference {
  Json figures = read_json(source_directory() / "tests/reference/gaussian_process.json");
  Observations observations{matrix_of(figures["points"].get<std::vector<std::vector<double>>>()),
                            vector_of(figures["values"].get<std::vector<double>>())};
  Kernel kernel{vector_of(figures["kernel"]["length_scales"].get<std::vector<double>>()),
                figures["kernel"]["signal"].get<double>(),
                figures["kernel"]["noise"].get<double>()};
};

/// Points whose value is a smooth function of two of their three features, with some noise.
Observations smooth_observations(Index count) {
  Observations made{Eigen::MatrixXd(count, 3), Eigen::VectorXd(count)};
  std::mt19937 random(7);
  const auto uniform = [&] { return static_cast<double>(random()) / 4294967296.0 * 4 - 2; };
  for (Index i = 0; i < count; ++i) {
    for (Index j = 0; j < 3; ++j) made.points(i, j) = uniform();
    made.values(i) = std::sin(2 * made.points(i, 0)) + 0.5 * made.points(i, 1) + 0.05 * uniform();
  }
  return made;
}

Kernel some_kernel() {
  return {vector_of({0.8, 1.5, 4.0}), 1.2, 0.2};
}

double difference(const Eigen::VectorXd& a, const Eigen::VectorXd& b) {
  double most = 0;
  for (Index i = 0; i < a.size(); ++i) most = std::max(most, std::abs(a(i) - b(i)));
  return most;
}

/// A fit of the kind to some stones, with few rows for the hyperparameters: quick.
struct Fit {
  EstimatorCatalog catalog = builtin_estimators();
  const Estimator& estimator = catalog.at("gaussian_process", "test");
  Json params = {{"likelihood_rows", 150}, {"max_evaluations", 20}};
  Target target = Target::log_price_per_carat;

  [[nodiscard]] FittedModel operator()(const std::vector<PricedDiamond>& stones,
                                       const FitControl& control = {}) const {
    const Table table = table_of(stones);
    const auto rows = all_rows(table);
    return estimator.fit({{table, rows}}, {checked_params(estimator, params, "test"), target, 42},
                         control);
  }
};

}  // namespace

TEST_CASE("two observations have the posterior that one works out by hand") {
  // c(1) = (1 + √3) e^(−√3), ρ = 1² / 2² = ¼; (C + ρI)⁻¹ of a 2 × 2 matrix by Cramer's rule.
  const Observations two{matrix_of({{0}, {1}}), vector_of({3, -1})};
  const double c = (1 + std::sqrt(3.0)) * std::exp(-std::sqrt(3.0));
  const double determinant = 1.25 * 1.25 - c * c;
  const Eigen::VectorXd weights = exact_weights(two, {vector_of({1}), 2, 1}, {});
  CHECK(relative_difference(weights(0), (1.25 * 3 + c) / determinant) < 1e-14);
  CHECK(relative_difference(weights(1), (-1.25 - c * 3) / determinant) < 1e-14);
}

TEST_CASE("posterior means are scikit-learn's") {
  const Reference reference;
  const Eigen::VectorXd weights = exact_weights(reference.observations, reference.kernel, {});
  const ScaledPoints points(reference.observations.points, reference.kernel.length_scales);
  const ScaledPoints asked(
      matrix_of(reference.figures["asked"].get<std::vector<std::vector<double>>>()),
      reference.kernel.length_scales);
  const auto means = reference.figures["means"].get<std::vector<double>>();
  for (Index i = 0; i < asked.size(); ++i)
    CHECK(std::abs(points.weighted_correlations(asked.point(i).data(), points.padded(weights)) -
                   means[static_cast<std::size_t>(i)]) < 1e-12);
}

TEST_CASE("the marginal likelihood and its gradient are scikit-learn's") {
  const Reference reference;
  const MarginalLikelihood found =
      marginal_likelihood(reference.observations, reference.kernel, {});
  CHECK(relative_difference(found.value,
                            reference.figures["log_marginal_likelihood"].get<double>()) < 1e-12);
  CHECK(difference(found.gradient,
                   vector_of(reference.figures["gradient"].get<std::vector<double>>())) < 1e-10);
}

TEST_CASE("the gradient is what finite differences say") {
  const Observations observations = smooth_observations(300);  // more than one panel
  const double step = 1e-5;
  const auto value_at = [&](Index parameter, double by) {
    Kernel kernel = some_kernel();
    double& changed = parameter < 3    ? kernel.length_scales(parameter)
                      : parameter == 3 ? kernel.signal
                                       : kernel.noise;
    changed *= std::exp(by);
    return marginal_likelihood(observations, kernel, {}).value;
  };
  const MarginalLikelihood found = marginal_likelihood(observations, some_kernel(), {});
  for (Index i = 0; i < 5; ++i) {
    CAPTURE(i);
    const double slope = (value_at(i, step) - value_at(i, -step)) / (2 * step);
    CHECK(std::abs(found.gradient(i) - slope) < 1e-5 * std::max(1.0, std::abs(slope)));
  }
}

TEST_CASE("the likeliest kernel tells the features that matter from those that do not") {
  const Observations observations = smooth_observations(200);
  const Kernel start{vector_of({1, 1, 1}), 1, 0.3};
  const Kernel found = likeliest_kernel(observations, start, 100, {});
  CHECK(marginal_likelihood(observations, found, {}).value >
        marginal_likelihood(observations, start, {}).value + 10);
  CHECK(found.length_scales(2) > 10 * found.length_scales(0));
  CHECK(found.noise < 0.1);
}

TEST_CASE("with all observations inducing the projected process is exact") {
  const Observations observations = smooth_observations(700);  // more than one block
  const ScaledPoints points(observations.points, some_kernel().length_scales);
  const Eigen::VectorXd exact = points.padded(exact_weights(observations, some_kernel(), {}));
  const Eigen::VectorXd sparse =
      points.padded(sparse_weights(observations, 700, some_kernel(), {}));
  for (Index i = 0; i < 700; i += 7) {
    const Eigen::VectorXd asked = points.point(i);
    CHECK(std::abs(points.weighted_correlations(asked.data(), exact) -
                   points.weighted_correlations(asked.data(), sparse)) < 1e-6);
  }
}

TEST_CASE("the weights do not depend on the number of threads") {
  const Observations observations = smooth_observations(1'100);
  const auto of_threads = [&](unsigned threads) {
    return sparse_weights(observations, 600, some_kernel(), {{}, threads});
  };
  CHECK(difference(of_threads(1), of_threads(3)) == 0);
}

TEST_CASE("a matrix that is not positive definite is not factored") {
  Eigen::MatrixXd matrix = Eigen::MatrixXd::Identity(200, 200);
  CHECK(factorise(matrix, {}));
  matrix(170, 170) = -1;
  CHECK_FALSE(factorise(matrix, {}));
}

TEST_CASE("a smooth rule is learned from few stones") {
  const auto model = Fit()(random_stones(500, 61)).model;  // prices vary by a tenth either way
  for (const PricedDiamond& one : random_stones(200, 62))
    CHECK(std::abs(model->predict(one.stone) / one.price - 1) < 0.25);
}

TEST_CASE("what is found leads to the same model without a search") {
  Fit fit;
  const auto stones = random_stones(300, 63);
  const FittedModel found = fit(stones);
  fit.params.update(found.found);
  const FittedModel again = fit(stones);
  for (const PricedDiamond& one : random_stones(20, 64))
    CHECK(again.model->predict(one.stone) == found.model->predict(one.stone));
}

TEST_CASE("half a kernel is refused") {
  Fit fit;
  fit.params["kernel"] = {{"length_scales", {1, 2}}, {"signal", 1}, {"noise", 0.1}};
  check_says(
      message_of<UsageError>([&] { (void)checked_params(fit.estimator, fit.params, "a.json#"); }),
      {"a.json#/kernel/length_scales"});
}

TEST_CASE("stones unlike all that were learned from get a price between those that were paid") {
  const auto stones = random_stones(300, 65);
  const auto model = Fit()(stones).model;
  const double infinity = std::numeric_limits<double>::infinity();
  for (const double size : {0.0, 1e-9, 58.9, 1e9, infinity}) {
    CAPTURE(size);
    for (const StoneFields& fields : {StoneFields{.x = size},
                                      {.y = size},
                                      {.z = size},
                                      {.depth = size},
                                      {.table = size},
                                      {.x = size, .y = size, .z = size}}) {
      const double price = model->predict(stone(fields).stone);
      CHECK(price > 100);
      CHECK(price < 20'000);
    }
  }
}

TEST_CASE("rows that say little are learned without a fault") {
  const Fit fit;
  SECTION("one row teaches its own price by weight") {
    const auto model = fit({stone({.carat = 1, .price = 1234})}).model;
    CHECK(relative_difference(model->predict(stone({.carat = 2}).stone), 2468) < 1e-9);
  }
  SECTION("the same row many times") {
    const std::vector<PricedDiamond> same(300, stone({.price = 1234}));
    CHECK(relative_difference(fit(same).model->predict(stone().stone), 1234) < 1e-9);
  }
  SECTION("each row twice, and features that never vary") {
    auto stones = random_stones(200, 66);
    for (PricedDiamond& one : stones) {
      one.stone.table = 55;
      one.stone.cut = Cut::ideal;
    }
    stones.insert(stones.end(), stones.begin(), stones.end());
    const auto model = fit(stones).model;
    for (const PricedDiamond& one : stones)
      CHECK(std::abs(model->predict(one.stone) / one.price - 1) < 0.25);
  }
}

TEST_CASE("asked to stop it learns from some of the rows") {
  std::stop_source source;
  source.request_stop();
  FitControl control;
  control.stop = source.get_token();
  const auto model = Fit()(random_stones(3'000, 67), control).model;
  for (const PricedDiamond& one : random_stones(50, 68))
    CHECK(std::abs(model->predict(one.stone) / one.price - 1) < 0.5);
}

TEST_CASE("prices without a finite spread are an error") {
  auto stones = random_stones(50, 69);
  stones[7].price = 1e300;
  stones[8].price = 1e300;
  Fit fit;
  fit.target = Target::price;
  check_says(message_of<TrainingError>([&] { (void)fit(stones); }), {"no finite spread"});
}

namespace {

/// What each feature adds on the way from 0, by the midpoint rule with many steps.
Eigen::VectorXd effects_by_small_steps(const Eigen::MatrixXd& points,
                                       const Eigen::VectorXd& weights, const Eigen::VectorXd& end) {
  constexpr int steps = 20'000;
  Eigen::VectorXd effects = Eigen::VectorXd::Zero(end.size());
  for (int step = 0; step < steps; ++step) {
    const Eigen::VectorXd here = (step + 0.5) / steps * end;
    for (Index i = 0; i < points.rows(); ++i) {
      const Eigen::VectorXd apart = here - points.row(i).transpose();
      const double slope = -3 * weights(i) * std::exp(-std::sqrt(3.0) * apart.norm());
      effects += slope / steps * apart.cwiseProduct(end);
    }
  }
  return effects;
}

double variation(const ScaledPoints& points, const Eigen::VectorXd& weights,
                 const Eigen::VectorXd& place) {
  return points.weighted_correlations(place.data(), points.padded(weights));
}

}  // namespace

TEST_CASE("a process: effects are the integrals of its slopes along the way, and add up") {
  // points beside the way, beyond both of its ends, nearly on it, on it, and at its start
  const Eigen::MatrixXd points = matrix_of({{1, 2, -1},
                                            {-3, -2, -1},
                                            {9, 6, 4},
                                            {1.0, 0.501, 0.25},
                                            {1.0, 0.5, 0.25},
                                            {0, 0, 0},
                                            {0.2, -0.4, 3}});
  const Eigen::VectorXd weights = vector_of({2, -1, 3, -4, 5, -2, 1});
  const Eigen::VectorXd end = vector_of({4, 2, 1});
  const ScaledPoints scaled(points, Eigen::VectorXd::Ones(3));
  const double change =
      variation(scaled, weights, end) - variation(scaled, weights, Eigen::VectorXd::Zero(3));
  const Eigen::VectorXd effects = scaled.effects_on_the_way(end, scaled.padded(weights), change);
  CHECK(effects.sum() == Approx(change));
  const Eigen::VectorXd expected = effects_by_small_steps(points, weights, end);
  for (Index i = 0; i < 3; ++i) CHECK(effects(i) == Approx(expected(i)).margin(1e-3));
}

TEST_CASE("a process: there is no effect where there is no way") {
  const ScaledPoints scaled(matrix_of({{1, 2}, {0, 0}}), Eigen::VectorXd::Ones(2));
  const Eigen::VectorXd effects =
      scaled.effects_on_the_way(Eigen::VectorXd::Zero(2), scaled.padded(vector_of({1, 2})), 0);
  CHECK(effects == Eigen::VectorXd::Zero(2));
}
