#include "catch.h"
#include "support/messages.h"

#include <diamond/models/ubjson_reader.h>

#include <string>
#include <vector>

using namespace diamond;
using namespace diamond::testing;

namespace {

/// With the zero bytes in it.
template <std::size_t size>
std::string bytes(const char (&text)[size]) {
  return {text, size - 1};
}

template <class Number>
std::vector<Number> numbers_in(const std::string& text) {
  UbjsonReader reader(text);
  std::vector<Number> numbers;
  reader.read_numbers(numbers);
  CHECK(reader.is_at_end());
  return numbers;
}

std::string fault_in(const std::string& text) {
  return message_of<UbjsonError>([&] { UbjsonReader(text).skip(); });
}

}  // namespace

TEST_CASE("ubjson: numbers of every type, each with its own or all of one") {
  CHECK(numbers_in<std::int32_t>(
            bytes("[i\xffU\xffI\x01\x02l\x00\x00\x01\x00L\xff\xff\xff\xff\xff\xff\xff\xfe]")) ==
        std::vector<std::int32_t>{-1, 255, 258, 256, -2});
  CHECK(numbers_in<std::int32_t>(bytes("[#i\x02i\x05i\x06")) == std::vector<std::int32_t>{5, 6});
  CHECK(numbers_in<std::int32_t>(bytes("[$I#U\x02\x00\x05\xff\xff")) ==
        std::vector<std::int32_t>{5, -1});
  CHECK(numbers_in<float>(bytes("[$d#i\x01\x3f\xc0\x00\x00")) == std::vector<float>{1.5F});
  CHECK(numbers_in<float>(bytes("[D\x3f\xf8\x00\x00\x00\x00\x00\x00i\x03]")) ==
        std::vector<float>{1.5F, 3.0F});
  CHECK(numbers_in<float>("[]").empty());
}

TEST_CASE("ubjson: objects, arrays and texts") {
  const std::string text = bytes(
      "{i\x01"
      "a[#i\x02Si\x02xySi\x00"
      "U\x01"
      "b{}}");
  UbjsonReader reader(text);
  std::vector<std::string> seen;
  reader.read_object([&](std::string_view key) {
    seen.emplace_back(key);
    if (key == "b") return reader.skip();
    reader.read_array([&] { seen.emplace_back(reader.read_string()); });
  });
  CHECK(seen == std::vector<std::string>{"a", "xy", "", "b"});
  CHECK(reader.is_at_end());
  CHECK_NOTHROW(UbjsonReader(text).skip());
}

TEST_CASE("ubjson: everything that can be skipped is") {
  UbjsonReader reader(
      "[ZTFCxSi\x01yHi\x01"
      "1[$d#i\x01"
      "1234[]{}d1234D12345678]");
  CHECK_NOTHROW(reader.skip());
  CHECK(reader.is_at_end());
}

TEST_CASE("ubjson: what is not there, or too much, is a fault") {
  for (const char* text : {"", "[", "{", "S", "Si",
                           "Si\x05"
                           "abc",
                           "[i", "{i\x01", "d123",
                           "[$d#i\x02"
                           "1234"})
    CHECK(fault_in(text) == "it is cut short");
  CHECK(fault_in(bytes("[$d#L\x7f\xff\xff\xff\xff\xff\xff\xff")) == "it is cut short");
  CHECK(fault_in(bytes("[#L\x7f\xff\xff\xff\xff\xff\xff\xff")) == "it is cut short");
  CHECK(fault_in("Si\xff") == "a length is below 0");
  check_says(fault_in("[$Z#i\x01"), {"'Z'"});
  check_says(fault_in("q"), {"'q'"});
  CHECK(fault_in("\x01") == "a value has no known type");
  CHECK(fault_in(std::string(100'000, '[')) == "it is nested too deep");
  const auto fault_of_whole = [](const std::string& text) {
    return message_of<UbjsonError>([&] { (void)numbers_in<std::int32_t>(text); });
  };
  CHECK(fault_of_whole(bytes("[d\x3f\xc0\x00\x00]")) ==
        "a number that has to be whole has a fraction");
  CHECK(fault_of_whole(bytes("[L\x00\x00\x00\x01\x00\x00\x00\x00]")) ==
        "a whole number is too large");
}
