#include "catch.h"

#include <diamond/tuning/sampler.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <limits>
#include <string>

using namespace diamond;

namespace {

using Loss = std::function<double(const Point&)>;

double square(double x) {
  return x * x;
}

double best_after(std::size_t trials, const Sampler& sampler, const SearchSpace& space,
                  const Loss& loss, std::uint64_t seed) {
  std::vector<Observation> seen;
  double best = std::numeric_limits<double>::infinity();
  for (std::size_t n = 0; n < trials; ++n) {
    Random random(seed, n);
    const Point point = sampler.suggest(space, seen, random);
    seen.push_back({point, loss(point)});
    best = std::min(best, seen.back().loss);
  }
  return best;
}

/// Over 20 seeds, after 60 trials.
double median_best(const Sampler& sampler, const SearchSpace& space, const Loss& loss) {
  std::vector<double> bests;
  for (std::uint64_t seed = 0; seed < 20; ++seed)
    bests.push_back(best_after(60, sampler, space, loss, seed));
  std::sort(bests.begin(), bests.end());
  return (bests[9] + bests[10]) / 2;
}

struct Problem {
  std::string name;
  SearchSpace space;
  Loss loss;
};

std::vector<Problem> problems() {
  const FloatRange around_zero{-5, 5};
  const FloatRange magnitudes{1e-5, 1, Scale::logarithmic};
  const Choices letters{{"a", "b", "c", "d"}};
  return {
      {"quadratic, mixed",
       {{"x", around_zero}, {"r", magnitudes}, {"k", IntRange{1, 20}}, {"c", letters}},
       [](const Point& p) {
         return square(p[0] - 1.5) + square(std::log10(p[1]) + 3) + square((p[2] - 14) / 4) + p[3];
       }},
      {"quadratic, six floats", SearchSpace(6, {"x", around_zero}),
       [](const Point& p) {
         double sum = 0;
         for (std::size_t i = 0; i < p.size(); ++i)
           sum += square(p[i] - static_cast<double>(i) / 2);
         return sum;
       }},
      {"valley across the axes, logarithmic ints",
       {{"x", around_zero}, {"y", around_zero}, {"n", IntRange{1, 10000, Scale::logarithmic}}},
       [](const Point& p) {
         return square(p[0] + p[1] - 2) + 0.1 * square(p[0] - p[1]) + square(std::log10(p[2]) - 2);
       }},
  };
}

std::vector<Observation> observations(const SearchSpace& space, std::size_t count,
                                      const Loss& loss) {
  const auto sampler = make_random_sampler();
  std::vector<Observation> seen;
  for (std::size_t n = 0; n < count; ++n) {
    Random random(99, n);
    const Point point = sampler->suggest(space, {}, random);
    seen.push_back({point, loss(point)});
  }
  return seen;
}

}  // namespace

TEST_CASE("random points are in their ranges, and reach both ends of whole numbers evenly") {
  const SearchSpace space = {{"x", FloatRange{-2, 3}},
                             {"k", IntRange{-1, 2}},
                             {"c", Choices{{"a", "b", "c"}}},
                             {"one", Choices{{"a"}}},
                             {"same", FloatRange{0.1, 0.1, Scale::logarithmic}}};
  const auto sampler = make_random_sampler();
  Random random(1, 0);
  std::array<int, 4> ints{};
  std::array<int, 3> choices{};
  for (int i = 0; i < 12'000; ++i) {
    const Point point = sampler->suggest(space, {}, random);
    REQUIRE(point.size() == 5);
    REQUIRE((point[0] >= -2 && point[0] <= 3));
    REQUIRE(point_of(space, values_of(space, point)) == point);
    REQUIRE_FALSE(std::signbit(point[1] + 1));  // no −0
    REQUIRE(point[4] == 0.1);
    ++ints.at(static_cast<std::size_t>(point[1] + 1));
    ++choices.at(static_cast<std::size_t>(point[2]));
  }
  for (const int count : ints) CHECK(std::abs(count - 3'000) < 250);
  for (const int count : choices) CHECK(std::abs(count - 4'000) < 275);
}

TEST_CASE("on a logarithmic scale every magnitude is equally likely") {
  const SearchSpace space = {{"r", FloatRange{1e-4, 1, Scale::logarithmic}},
                             {"n", IntRange{1, 1000, Scale::logarithmic}}};
  const auto sampler = make_random_sampler();
  Random random(1, 0);
  int small_floats = 0;
  int small_ints = 0;
  for (int i = 0; i < 10'000; ++i) {
    const Point point = sampler->suggest(space, {}, random);
    small_floats += point[0] < 1e-2 ? 1 : 0;
    small_ints += point[1] <= 22 ? 1 : 0;
  }
  CHECK(std::abs(small_floats - 5'000) < 250);
  // log(22.5 / 0.5) / log(1000.5 / 0.5): whole numbers reach ½ to both sides.
  CHECK(std::abs(small_ints - 10'000 * std::log(45.0) / std::log(2001.0)) < 250);
}

TEST_CASE("the first points of a TPE are random ones") {
  const Problem problem = problems()[0];
  const std::vector<Observation> seen = observations(problem.space, 10, problem.loss);
  const auto tpe = make_tpe_sampler();
  const auto uniform = make_random_sampler();
  Random first(1, 0);
  Random second(1, 0);
  CHECK(tpe->suggest(problem.space, std::span(seen).first(9), first) ==
        uniform->suggest(problem.space, {}, second));
  CHECK(tpe->suggest(problem.space, seen, first) != uniform->suggest(problem.space, {}, second));
}

TEST_CASE("what a TPE suggests depends on its arguments alone") {
  const Problem problem = problems()[0];
  const std::vector<Observation> seen = observations(problem.space, 50, problem.loss);
  Random first(7, 3);
  Random second(7, 3);
  CHECK(make_tpe_sampler()->suggest(problem.space, seen, first) ==
        make_tpe_sampler()->suggest(problem.space, seen, second));
}

TEST_CASE("a TPE's points are in the space, whatever the space") {
  const SearchSpace space = {{"x", FloatRange{1e-300, 1e300, Scale::logarithmic}},
                             {"k", IntRange{-1'000'000'000'000, 1'000'000'000'000}},
                             {"c", Choices{{true, false}}},
                             {"one", Choices{{"a"}}},
                             {"same", IntRange{5, 5}}};
  const auto sampler = make_tpe_sampler({.startup_trials = 0});
  std::vector<Observation> seen;
  for (std::size_t n = 0; n < 100; ++n) {
    Random random(1, n);
    const Point point = sampler->suggest(space, seen, random);
    REQUIRE(point_of(space, values_of(space, point)) == point);
    seen.push_back({point, n % 3 == 0 ? 0.0 : static_cast<double>(n)});
  }
}

TEST_CASE("a space that leaves no choice has one point") {
  const SearchSpace space = {{"one", Choices{{"a"}}}, {"same", IntRange{5, 5}}};
  const std::vector<Observation> seen(20, Observation{{0, 5}, 1.0});
  Random random(1, 0);
  CHECK(make_tpe_sampler()->suggest(space, seen, random) == Point{0, 5});
}

TEST_CASE("a TPE takes what the good trials had and the others had not") {
  const SearchSpace space = {{"c", Choices{{"a", "b"}}}, {"x", FloatRange{0, 1}}};
  std::vector<Observation> seen;
  for (std::size_t n = 0; n < 40; ++n) {
    const bool good = n % 10 == 0;
    seen.push_back({{good ? 1.0 : 0.0, good ? 0.9 : 0.1}, good ? 0.0 : 1.0});
  }
  const auto sampler = make_tpe_sampler();
  for (std::size_t n = 0; n < 20; ++n) {
    Random random(1, n);
    const Point point = sampler->suggest(space, seen, random);
    CHECK(point[0] == 1);
    CHECK(point[1] > 0.5);
  }
}

TEST_CASE("after 60 trials a TPE has found much better points than chance") {
  for (const Problem& problem : problems()) {
    const double chance = median_best(*make_random_sampler(), problem.space, problem.loss);
    const double tpe = median_best(*make_tpe_sampler(), problem.space, problem.loss);
    INFO(problem.name << ": chance " << chance << ", TPE " << tpe);
    CHECK(tpe < 0.5 * chance);
  }
}
