#include "history_csv.h"

#include "catch.h"
#include "support/manifests.h"

using namespace diamond;
using namespace diamond::testing;
using namespace diamond::train;

TEST_CASE("a model is a line and what is not known of it is empty") {
  Manifest one = model({.id = "a", .metrics = {{Metric::mae, 238.2153}}});
  one.dataset.rows_kept = 100'000;
  CHECK(history_csv({{one, true}}) ==
        "id,kind,name,created,champion,data,sha256,rows,test_rows,target,r2,mae,rmse,mape,duration"
        "\r\n"
        "a,linear,linear,2026-11-24T08:00:00.000Z,yes,data/a.csv,aaaa,100000,20,log,,238.2153,,,"
        "0.125\r\n");
}

TEST_CASE("a text that could be taken for several fields stands in quotes") {
  Manifest one = model();
  one.name = "raw, \"quick\"\nand dirty";
  const std::string csv = history_csv({{one, false}});
  CHECK(csv.find(",\"raw, \"\"quick\"\"\nand dirty\",") != std::string::npos);
}

TEST_CASE("without models there is the line of names") {
  const std::string csv = history_csv({});
  CHECK(csv.find("\r\n") == csv.size() - 2);
}
