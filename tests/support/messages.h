// What an exception says.
#pragma once

#include "catch.h"

#include <exception>
#include <initializer_list>
#include <string>
#include <string_view>

namespace diamond::testing {

/// The text of the `Error` that `work` throws. The test fails where it throws none, or another one.
template <class Error, class Work>
std::string message_of(const Work& work) {
  try {
    work();
  } catch (const Error& error) {
    return error.what();
  } catch (const std::exception& error) {
    FAIL("another exception was thrown: " << error.what());
  }
  FAIL("nothing was thrown");
  return {};
}

/// Checks that each of the parts stands in the text.
inline void check_says(const std::string& text, std::initializer_list<std::string_view> parts) {
  for (const std::string_view part : parts) {
    INFO("the text is: " << text);
    INFO("it should hold: " << part);
    CHECK(text.find(part) != std::string::npos);
  }
}

}  // namespace diamond::testing
