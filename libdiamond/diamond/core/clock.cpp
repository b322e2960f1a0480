#include <diamond/core/clock.h>

#include <array>
#include <cstdio>
#include <ctime>

namespace diamond {
namespace {

std::string format_utc(Timestamp time, const char* format) {
  const std::time_t seconds = std::chrono::system_clock::to_time_t(time);
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  std::array<char, 64> text{};
  const std::size_t length = std::strftime(text.data(), text.size(), format, &parts);
  return {text.data(), length};
}

}  // namespace

std::string iso_time(Timestamp time) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(time);
  const auto milliseconds =
      std::chrono::duration_cast<std::chrono::milliseconds>(time - seconds).count();
  std::array<char, 8> fraction{};
  std::snprintf(fraction.data(), fraction.size(), ".%03dZ", static_cast<int>(milliseconds));
  return format_utc(seconds, "%Y-%m-%dT%H:%M:%S") + fraction.data();
}

std::string compact_time(Timestamp time) {
  return format_utc(std::chrono::floor<std::chrono::seconds>(time), "%Y%m%dT%H%M%SZ");
}

}  // namespace diamond
