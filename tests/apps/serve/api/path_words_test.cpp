#include "api/path_words.h"

#include "catch.h"

#include <string_view>
#include <vector>

using namespace diamond::serve;

namespace {

using Words = std::vector<std::string_view>;

}  // namespace

TEST_CASE("a pattern without places is the path itself") {
  CHECK(fits("/predict", "/predict"));
  CHECK(words_at("/predict", "/predict").empty());
  for (const char* path : {"", "/", "/predic", "/predict/", "/predicts", "/Predict", "x/predict"}) {
    INFO(path);
    CHECK_FALSE(fits("/predict", path));
  }
}

TEST_CASE("a place in a pattern stands for any one word, wherever it is") {
  CHECK(fits("/models/{id}", "/models/7"));
  CHECK(words_at("/models/{id}", "/models/7") == Words{"7"});
  CHECK(words_at("/v2/models/{name}/infer", "/v2/models/diamond/infer") == Words{"diamond"});
  CHECK(words_at("/v2/{name}/versions/{version}/x", "/v2/a/versions/b.c/x") == Words{"a", "b.c"});
  CHECK(words_at("/models/{id}", "/models/{id}") == Words{"{id}"});
}

TEST_CASE("no place stands for nothing, nor for two words") {
  for (const char* path : {"/v2//infer", "/v2/infer", "/v2/a/b/infer", "/v2/a/infer/", "/v2/a/infe",
                           "/v2/a/", "/v2/a", "/v2/", ""}) {
    INFO(path);
    CHECK_FALSE(fits("/v2/{name}/infer", path));
  }
}
