#include "http/trace_context.h"

#include "catch.h"

#include <string>

using namespace diamond::serve;

namespace {

const std::string trace = "0af7651916cd43dd8448eb211c80319c";
const std::string parent = "b7ad6b7169203331";

}  // namespace

TEST_CASE("the trace-id of a traceparent is found") {
  for (const char* flags : {"00", "01", "ff"})
    CHECK(trace_id_of("00-" + trace + "-" + parent + "-" + flags) == trace);
}

TEST_CASE("of a later version what is known is read") {
  CHECK(trace_id_of("01-" + trace + "-" + parent + "-01") == trace);
  CHECK(trace_id_of("cc-" + trace + "-" + parent + "-01-what-the-future-will-be-like") == trace);
  CHECK(trace_id_of("cc-" + trace + "-" + parent + "-01.what").empty());
}

TEST_CASE("a traceparent that is not valid counts for nothing") {
  const std::string no_trace(32, '0');
  const std::string no_parent(16, '0');
  for (const std::string& text :
       {std::string(), std::string(55, '-'), "ff-" + trace + "-" + parent + "-01",
        "0-" + trace + "-" + parent + "-01", "000-" + trace + "-" + parent + "-01",
        "00-" + trace + "-" + parent + "-01-more", "00-" + trace + "-" + parent + "-0",
        "00-" + trace + "-" + parent + "-0g", "00_" + trace + "_" + parent + "_01",
        "00-" + trace.substr(1) + "-" + parent + "0-01", "00-" + no_trace + "-" + parent + "-01",
        "00-" + trace + "-" + no_parent + "-01", "00-" + trace + "-" + parent + "-01 ",
        "00-0AF7651916CD43DD8448EB211C80319C-" + parent + "-01",
        "00-" + trace + "-B7AD6B7169203331-01"}) {
    INFO(text);
    CHECK(trace_id_of(text).empty());
  }
}

TEST_CASE("a trace-id has 32 hexadecimal digits of lower case that are not all zero") {
  CHECK(is_trace_id(trace));
  CHECK(is_trace_id("00000000000000000000000000000001"));
  CHECK_FALSE(is_trace_id(std::string(32, '0')));
  CHECK_FALSE(is_trace_id(trace + "0"));
  CHECK_FALSE(is_trace_id(""));
}
