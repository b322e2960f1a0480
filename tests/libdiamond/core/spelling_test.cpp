#include "catch.h"

#include <diamond/core/diamond.h>
#include <diamond/core/spelling.h>

#include <array>

using namespace diamond;

TEST_CASE("the nearest word is the one that takes the fewest edits") {
  const auto& cuts = GradeInfo<Cut>::names;
  CHECK(nearest_word("Idael", cuts) == "Ideal");
  CHECK(nearest_word("very good", cuts) == "Very Good");  // case is ignored
  CHECK(nearest_word("Premum", cuts) == "Premium");       // one left out
  CHECK(nearest_word("Goood", cuts) == "Good");           // one too many
  CHECK(nearest_word("IDEAL", cuts) == "Ideal");
}

TEST_CASE("a word that is like none has no nearest word") {
  const auto& cuts = GradeInfo<Cut>::names;
  CHECK(nearest_word("Brilliant", cuts).empty());
  CHECK(nearest_word("", cuts).empty());
  CHECK(nearest_word(std::string(100'000, 'x'), cuts).empty());
  CHECK(nearest_word("Ideal", {}).empty());
}

TEST_CASE("of two words that are equally near the first is meant") {
  constexpr std::array<std::string_view, 2> words = {"VS1x", "VS2x"};
  CHECK(nearest_word("VS3x", words) == "VS1x");
}

TEST_CASE("text from outside is shown without control characters and not at full length") {
  CHECK(printable("Ideal") == "'Ideal'");
  CHECK(printable("a\x1b[31m\n") == "'a\\x1b[31m\\x0a'");
  CHECK(printable("caf\xc3\xa9") == "'caf\\xc3\\xa9'");
  CHECK(printable("abcdef", 3) == "'abc…'");
  CHECK(printable("abc", 3) == "'abc'");
}

TEST_CASE("words are joined with what stands between them") {
  constexpr std::array<std::string_view, 3> words = {"a", "b", "c"};
  CHECK(join(words) == "a, b, c");
  CHECK(join(words, "|") == "a|b|c");
  CHECK(join({}) == "");
}
