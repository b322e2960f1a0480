#include "api/log_entry.h"

#include "catch.h"
#include "support/exchanges.h"

using namespace diamond;
using namespace diamond::serve;
using namespace diamond::testing;

TEST_CASE("an entry holds requests and responses as the JSON that they were, and nothing as null") {
  Exchange one = exchange();
  one.request = R"({"carat":0.5})";
  one.response = "";
  CHECK(log_entry(one)["request"] == Json({{"carat", 0.5}}));
  CHECK(log_entry(one)["response"].is_null());
  CHECK(log_entry(one)["model_id"].is_null());
  one.request = "no JSON";
  CHECK(log_entry(one)["request"] == "no JSON");
}

TEST_CASE("a line of CSV has every column in the order of the first line") {
  Exchange one = exchange("samples", 404);
  one.id = 7;
  one.model_id = "model-1";
  one.client = "192.0.2.0/24";
  one.request = R"({"cut":"Ideal"})";
  CHECK(csv_names() ==
        "id,timestamp,request_id,endpoint,method,path,status,duration_ms,model_id,request,"
        "response,client,api_key,trace_id\n");
  CHECK(csv_line(one) ==
        "7,2026-11-24T08:00:00.000Z,request-7,samples,POST,/samples,404,0.5,model-1,"
        "\"{\"\"cut\"\":\"\"Ideal\"\"}\",null,192.0.2.0/24,,\n");
}

TEST_CASE("what CSV could misread is quoted") {
  Exchange one = exchange();
  one.path = "/a,b\"c\nd";
  CHECK(csv_line(one).find(",\"/a,b\"\"c\nd\",") != std::string::npos);
}
