#include <diamond/core/clock.h>
#include <diamond/core/error.h>
#include <diamond/core/log.h>

#include <algorithm>
#include <array>
#include <ostream>
#include <string>

namespace diamond {
namespace {

constexpr std::array<std::string_view, 3> level_names = {"info", "warning", "error"};

std::string dump(const Json& value) {
  return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

bool is_control(char c) {
  return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
}

/// A message may name files, and so hold what would end the line or steer the terminal: that is
/// escaped as in JSON.
std::string one_line(std::string_view message) {
  if (std::none_of(message.begin(), message.end(), is_control)) return std::string(message);
  const std::string quoted = dump(Json(message));
  return quoted.substr(1, quoted.size() - 2);
}

/// Whether a value cannot be misread without quotes.
bool is_bare(const std::string& value) {
  return !value.empty() && value.find_first_of(" \"=") == std::string::npos &&
         std::none_of(value.begin(), value.end(), is_control);
}

std::string text_line(std::string_view time, std::string_view level, std::string_view message,
                      const Json& fields) {
  std::string line(time);
  line.append(" ")
      .append(level)
      .append(std::string(8 - level.size(), ' '))
      .append(one_line(message));
  for (const auto& [key, value] : fields.items()) {
    const bool bare = value.is_string() && is_bare(value.get_ref<const std::string&>());
    line.append(" ").append(key).append("=");
    line += bare ? value.get<std::string>() : dump(value);
  }
  return line;
}

std::string json_line(std::string_view time, std::string_view level, std::string_view message,
                      const Json& fields) {
  Json line = {{"time", time}, {"level", level}, {"message", message}};
  line.update(fields);
  return dump(line);
}

}  // namespace

Log::Log(std::ostream& out, LogFormat format, LogLevel least)
    : out_(out), format_(format), least_(least) {}

void Log::also_write_to(const std::filesystem::path& file) {
  file_.open(file, std::ios::app);
  if (!file_)
    throw StorageError(file.string(), "the log cannot be written", "name another log_file");
}

void Log::info(std::string_view message, const Json& fields) {
  write(LogLevel::info, message, fields);
}
void Log::warning(std::string_view message, const Json& fields) {
  write(LogLevel::warning, message, fields);
}
void Log::error(std::string_view message, const Json& fields) {
  write(LogLevel::error, message, fields);
}

void Log::write(LogLevel level, std::string_view message, const Json& fields) {
  if (level < least_) return;
  const std::string time = iso_time(std::chrono::system_clock::now());
  const std::string_view name = level_names[static_cast<std::size_t>(level)];
  std::string line = format_ == LogFormat::json ? json_line(time, name, message, fields)
                                                : text_line(time, name, message, fields);
  line += '\n';
  const std::lock_guard lock(mutex_);
  out_ << line << std::flush;
  if (!file_.is_open()) return;
  file_.clear();  // a disk that was full once may have room again
  file_ << line << std::flush;
}

}  // namespace diamond
