#include "access_log.h"

#include <array>
#include <charconv>
#include <cstddef>
#include <string_view>

namespace diamond::serve {
namespace {

constexpr std::size_t longest_word = 1000;  // bytes: a line goes through a pipe in one piece

/// What may stand in a line of either format as it is.
bool is_plain(char c) {
  return c > ' ' && c < '\x7f' && c != '"' && c != '\\';
}

void append_encoded(std::string& line, std::string_view word) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  for (const char c : word.substr(0, longest_word)) {
    if (is_plain(c)) {
      line += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    line += '%';
    line += digits[byte / 16U];
    line += digits[byte % 16U];
  }
}

void append_milliseconds(std::string& line, std::chrono::nanoseconds duration) {
  std::array<char, 32> text{};
  const double milliseconds = std::chrono::duration<double, std::milli>(duration).count();
  const auto end = std::to_chars(text.data(), text.data() + text.size(), milliseconds,
                                 std::chars_format::fixed, 3);
  line.append(text.data(), end.ptr);
}

/// Appends the words of a line, one after another.
class TextLine {
 public:
  explicit TextLine(std::string& line) : line_(line) {}

  void word(std::string_view /*name*/, std::string_view value) {
    separate();
    if (value.empty())
      line_ += '-';
    else
      append_encoded(line_, value);
  }

  /// For what a function appends.
  std::string& number(std::string_view /*name*/) {
    separate();
    return line_;
  }

  void end() { line_ += '\n'; }

 private:
  void separate() {
    if (!line_.empty()) line_ += ' ';
  }

  std::string& line_;
};

class JsonLine {
 public:
  explicit JsonLine(std::string& line) : line_(line) {}

  void word(std::string_view name, std::string_view value) {
    key(name);
    if (value.empty()) {
      line_ += "null";
      return;
    }
    line_ += '"';
    append_encoded(line_, value);
    line_ += '"';
  }

  std::string& number(std::string_view name) {
    key(name);
    return line_;
  }

  void end() { line_ += "}\n"; }

 private:
  void key(std::string_view name) {
    line_ += line_.empty() ? "{\"" : ",\"";
    line_.append(name).append("\":");
  }

  std::string& line_;
};

template <class Line>
void write(Line line, const AnsweredRequest& answered, Timestamp time, ClientDetail detail) {
  line.word("time", iso_time(time));
  line.word("method", answered.method);
  line.word("path", answered.path);
  line.number("status") += std::to_string(answered.status);
  append_milliseconds(line.number("duration_ms"), answered.duration);
  line.word("request_id", answered.request_id);
  line.word("trace_id", answered.trace_id);
  line.word("client", kept_of(std::string(answered.client), detail));
  line.end();
}

}  // namespace

std::string access_line(const AnsweredRequest& answered, Timestamp time, LogFormat format,
                        ClientDetail detail) {
  std::string line;
  line.reserve(256);
  if (format == LogFormat::json)
    write(JsonLine(line), answered, time, detail);
  else
    write(TextLine(line), answered, time, detail);
  return line;
}

void AccessLog::see(const AnsweredRequest& answered) {
  lines_.write(access_line(answered, std::chrono::system_clock::now(), format_, detail_));
}

}  // namespace diamond::serve
