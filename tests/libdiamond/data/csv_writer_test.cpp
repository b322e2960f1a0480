#include "catch.h"
#include "support/stones.h"

#include <diamond/core/usd.h>
#include <diamond/data/csv_writer.h>

#include <bit>
#include <cstdlib>
#include <random>

using namespace diamond;
using namespace diamond::testing;

TEST_CASE("a number is written in its shortest form") {
  const auto written = [](double value) {
    std::string text;
    append_number(text, value);
    return text;
  };
  CHECK(written(0.23) == "0.23");
  CHECK(written(55) == "55");
  CHECK(written(0.1 + 0.2) == "0.30000000000000004");
}

TEST_CASE("a written number reads back as the same bits") {
  std::mt19937_64 random(3);
  std::size_t wrong = 0;
  for (int i = 0; i < 10'000; ++i) {
    const double value = std::bit_cast<double>(random());
    if (!std::isfinite(value)) continue;
    std::string text;
    append_number(text, value);
    const double read = std::strtod(text.c_str(), nullptr);
    wrong += std::bit_cast<std::uint64_t>(read) != std::bit_cast<std::uint64_t>(value) ? 1 : 0;
  }
  CHECK(wrong == 0);
}

TEST_CASE("an amount has two decimals and reads back as the same bits") {
  const auto written = [](double usd) {
    std::string text;
    append_usd(text, in_cents(usd));
    return text;
  };
  CHECK(written(326) == "326.00");
  CHECK(written(0.054) == "0.05");
  CHECK(written(-0.5) == "-0.50");
  CHECK(written(1.005e20) == "1.005e+20");
  std::mt19937_64 random(5);
  std::size_t wrong = 0;
  for (int i = 0; i < 10'000; ++i) {
    const double usd = std::ldexp(static_cast<double>(random() % 1'000'000'007),
                                  static_cast<int>(random() % 60) - 20);
    wrong += std::strtod(written(usd).c_str(), nullptr) == in_cents(usd) ? 0 : 1;
  }
  CHECK(wrong == 0);
}

TEST_CASE("a stone is written in the order of the well-known data set") {
  std::string text = csv_header();
  append_csv_row(text, stone({.carat = 0.23,
                              .cut = Cut::very_good,
                              .color = Color::E,
                              .clarity = Clarity::SI2,
                              .depth = 61.5,
                              .table = 55,
                              .x = 3.95,
                              .y = 3.98,
                              .z = 2.43,
                              .price = 326}));
  CHECK(text ==
        "carat,cut,color,clarity,depth,table,price,x,y,z\n"
        "0.23,Very Good,E,SI2,61.5,55,326,3.95,3.98,2.43\n");
}

TEST_CASE("a field of CSV is quoted where it has to be") {
  const auto written = [](std::string_view field) {
    std::string text;
    append_csv_field(text, field);
    return text;
  };
  CHECK(written("plain text; 1.5") == "plain text; 1.5");
  CHECK(written("").empty());
  CHECK(written("a,b") == "\"a,b\"");
  CHECK(written("say \"c\"") == "\"say \"\"c\"\"\"");
  CHECK(written("two\nlines") == "\"two\nlines\"");
}
