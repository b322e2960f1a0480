#include <diamond/core/clock.h>

#include <algorithm>
#include <array>
#include <ctime>
#include <regex>

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

/// The number's last `count` digits, at this place of the text.
void write_digits(std::string& text, std::size_t place, std::size_t count, int number) {
  for (std::size_t i = place + count; i > place; number /= 10)
    text[--i] = static_cast<char>('0' + number % 10);
}

using Match = std::match_results<std::string_view::const_iterator>;

constexpr std::chrono::year first_year(1700);
constexpr std::chrono::year last_year(2200);

/// 0 where the group is not there.
int number(const Match& match, std::size_t group) {
  return match[group].matched ? std::stoi(match[group].str()) : 0;
}

/// "+01:00" is an hour; "Z", and none, are nothing.
std::chrono::minutes zone(const Match& match, std::size_t sign) {
  const std::chrono::minutes size(number(match, sign + 1) * 60 + number(match, sign + 2));
  return match[sign] == "-" ? -size : size;
}

/// "123" and "1230000" are the same.
std::chrono::microseconds fraction(const Match& match, std::size_t group) {
  std::string digits = match[group].str();
  digits.resize(6, '0');
  return std::chrono::microseconds(std::stoi(digits));
}

}  // namespace

/// Digit by digit: each exchange has one, and strftime takes far longer.
std::string iso_time(Timestamp time) {
  const auto moment = std::chrono::floor<std::chrono::milliseconds>(time);
  const auto day = std::chrono::floor<std::chrono::days>(moment);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(moment - day);
  std::string text = "0000-00-00T00:00:00.000Z";
  write_digits(text, 0, 4, static_cast<int>(date.year()));
  write_digits(text, 5, 2, static_cast<int>(static_cast<unsigned>(date.month())));
  write_digits(text, 8, 2, static_cast<int>(static_cast<unsigned>(date.day())));
  write_digits(text, 11, 2, static_cast<int>(clock.hours().count()));
  write_digits(text, 14, 2, static_cast<int>(clock.minutes().count()));
  write_digits(text, 17, 2, static_cast<int>(clock.seconds().count()));
  write_digits(text, 20, 3, static_cast<int>(clock.subseconds().count()));
  return text;
}

std::optional<Timestamp> parse_iso_time(std::string_view text) {
  static const std::regex pattern(
      R"((\d{4})-(\d\d)-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?(?:Z|([+-])(\d\d):(\d\d)))?)");
  Match match;
  if (!std::regex_match(text.begin(), text.end(), match, pattern)) return std::nullopt;
  const std::chrono::year_month_day day{std::chrono::year(number(match, 1)),
                                        std::chrono::month(static_cast<unsigned>(number(match, 2))),
                                        std::chrono::day(static_cast<unsigned>(number(match, 3)))};
  const bool is_hour = number(match, 4) < 24 && number(match, 5) < 60 && number(match, 6) < 60 &&
                       number(match, 9) < 24 && number(match, 10) < 60;
  if (!day.ok() || !is_hour) return std::nullopt;
  using Moment = std::chrono::sys_time<std::chrono::microseconds>;
  const Moment moment = std::chrono::sys_days(day) + std::chrono::hours(number(match, 4)) +
                        std::chrono::minutes(number(match, 5)) +
                        std::chrono::seconds(number(match, 6)) + fraction(match, 7) -
                        zone(match, 8);
  return std::clamp(moment, Moment(std::chrono::sys_days(first_year / 1 / 1)),
                    Moment(std::chrono::sys_days(last_year / 12 / 31)));
}

std::string compact_time(Timestamp time) {
  return format_utc(std::chrono::floor<std::chrono::seconds>(time), "%Y%m%dT%H%M%SZ");
}

}  // namespace diamond
