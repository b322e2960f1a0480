#include "catch.h"

#include <diamond/models/attribution.h>

#include <numeric>

using namespace diamond;

namespace {

constexpr auto place = [](Field field) { return static_cast<std::size_t>(field); };

/// Effects of both signs that make `fitted` of 7 with a base of 6.5.
Attribution example() {
  Attribution attribution{6.5, {}};
  attribution.effects[place(Field::carat)] = 0.75;
  attribution.effects[place(Field::color)] = -0.375;
  attribution.effects[place(Field::x)] = 0.125;
  return attribution;
}

double total(const Explanation& explanation) {
  return std::accumulate(explanation.effects.begin(), explanation.effects.end(),
                         explanation.base_value);
}

double product(const PerField& factors) {
  return std::accumulate(factors.begin(), factors.end(), 1.0, std::multiplies<>());
}

}  // namespace

TEST_CASE("attribution: what several fields make together they share in equal parts") {
  PerField effects{};
  effects[place(Field::x)] = 1;
  share(6, {Field::x, Field::y, Field::z}, effects);
  CHECK(effects == PerField{0, 0, 0, 0, 0, 0, 3, 2, 2});
}

TEST_CASE("attribution: in USD, base value and effects add up to the price, on every target") {
  const Target target =
      GENERATE(Target::price, Target::log_price, Target::sqrt_price, Target::log_price_per_carat);
  CAPTURE(name_of(target));
  const double fitted = 7;
  const Explanation explanation = explanation_of(example(), fitted, target, 1.5, std::log(0.5));
  const double price = to_price(fitted, 1.5, target);
  CHECK(total(explanation) == Approx(price).epsilon(1e-12));
  REQUIRE(explanation.factors.has_value() ==
          (target == Target::log_price || target == Target::log_price_per_carat));
  if (explanation.factors)
    CHECK(explanation.base_value * product(*explanation.factors) == Approx(price).epsilon(1e-12));
}

TEST_CASE("attribution: effects in USD keep their proportions, and the factors are exponentials") {
  const Explanation explanation = explanation_of(example(), 7, Target::log_price, 1, 0);
  CHECK(explanation.base_value == Approx(std::exp(6.5)));
  // (e^7 - e^6.5) shared as 0.75 : -0.375 : 0.125
  const double change = std::exp(7) - std::exp(6.5);
  CHECK(explanation.effects[place(Field::carat)] == Approx(1.5 * change));
  CHECK(explanation.effects[place(Field::color)] == Approx(-0.75 * change));
  CHECK(explanation.effects[place(Field::x)] == Approx(0.25 * change));
  CHECK(explanation.effects[place(Field::cut)] == 0);
  CHECK(explanation.factors->at(place(Field::color)) == Approx(std::exp(-0.375)));
}

TEST_CASE("attribution: a price per carat is multiplied by what the stone weighs over the mean") {
  const Explanation explanation =
      explanation_of({8, {}}, 8, Target::log_price_per_carat, 2, std::log(0.5));
  CHECK(explanation.base_value == Approx(std::exp(8) / 2));
  CHECK(explanation.factors->at(place(Field::carat)) == Approx(4));
  CHECK(total(explanation) == Approx(2 * std::exp(8)));
}

TEST_CASE("attribution: effects that cancel each other are worth what they are at the base") {
  Attribution attribution{5, {}};
  attribution.effects[place(Field::carat)] = 1;
  attribution.effects[place(Field::depth)] = -1;
  const auto effect_of_carat = [&](Target target) {
    return explanation_of(attribution, 5, target, 1, 0).effects[place(Field::carat)];
  };
  CHECK(effect_of_carat(Target::price) == Approx(1));
  CHECK(effect_of_carat(Target::log_price) == Approx(std::exp(5)));
  CHECK(effect_of_carat(Target::sqrt_price) == Approx(10));
}

TEST_CASE("attribution: a negative root is a price of 0, which the effects add up to") {
  Attribution attribution{3, {}};
  attribution.effects[place(Field::carat)] = -5;
  const Explanation down = explanation_of(attribution, -2, Target::sqrt_price, 1, 0);
  CHECK(down.base_value == 9);
  CHECK(down.effects[place(Field::carat)] == Approx(-9));
  attribution = {-2, {}};
  attribution.effects[place(Field::carat)] = 5;
  const Explanation up = explanation_of(attribution, 3, Target::sqrt_price, 1, 0);
  CHECK(up.base_value == 0);
  CHECK(up.effects[place(Field::carat)] == Approx(9));
  const Explanation below = explanation_of({-2, {}}, -2, Target::sqrt_price, 1, 0);
  CHECK(total(below) == 0);
}

TEST_CASE("attribution: what rounding left is shared by size, and by the base where nothing is") {
  const Explanation rounded = explanation_of(example(), 7.125, Target::price, 1, 0);
  CHECK(total(rounded) == 7.125);
  CHECK(rounded.base_value == 6.5);
  CHECK(rounded.effects[place(Field::carat)] == Approx(0.75 + 0.125 * 0.75 / 1.25));
  CHECK(rounded.effects[place(Field::cut)] == 0);
  CHECK(explanation_of({6, {}}, 6.25, Target::price, 1, 0).base_value == 6.25);
}

TEST_CASE("attribution: factors from USD are those of the logarithm") {
  const Explanation explanation = explanation_of(example(), 7, Target::log_price, 1, 0);
  const PerField factors = factors_of(explanation);
  for (std::size_t i = 0; i < field_count; ++i)
    CHECK(factors[i] == Approx(explanation.factors->at(i)));
}

TEST_CASE("attribution: what is added before the exponential multiplies afterwards") {
  const Attribution exponential = exponential_of(example());
  CHECK(exponential.base == Approx(std::exp(6.5)));
  CHECK(std::accumulate(exponential.effects.begin(), exponential.effects.end(), exponential.base) ==
        Approx(std::exp(7)));
  CHECK(exponential.effects[place(Field::carat)] ==
        Approx(-2 * exponential.effects[place(Field::color)]));
}
