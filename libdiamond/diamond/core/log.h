// What the programs say while they work: one line each on stderr, for people or for programs.
#pragma once

#include <diamond/core/json.h>

#include <filesystem>
#include <fstream>
#include <iosfwd>
#include <mutex>
#include <string_view>

namespace diamond {

enum class LogFormat { text, json };

enum class LogLevel { info, warning, error };

/// Writes whole lines; safe from any thread.
///   text: `2026-11-23T08:15:00.123Z info  model loaded id=20261123T081500Z-linear-3fa9c1`
///   json: `{"time":"…","level":"info","message":"model loaded","id":"…"}`
class Log {
 public:
  /// `least` and everything graver is written. `out` outlives the log.
  Log(std::ostream& out, LogFormat format, LogLevel least = LogLevel::info);

  /// Appends every further line to this file too. Throws StorageError.
  void also_write_to(const std::filesystem::path& file);

  /// `fields` is an object; its members follow the message.
  void info(std::string_view message, const Json& fields = Json::object());
  void warning(std::string_view message, const Json& fields = Json::object());
  void error(std::string_view message, const Json& fields = Json::object());

 private:
  void write(LogLevel level, std::string_view message, const Json& fields);

  std::ostream& out_;
  std::ofstream file_;
  LogFormat format_;
  LogLevel least_;
  std::mutex mutex_;
};

}  // namespace diamond
