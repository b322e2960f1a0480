#include "catch.h"
#include "support/messages.h"
#include "support/temporary_directory.h"

#include <diamond/core/error.h>
#include <diamond/core/file.h>
#include <diamond/core/log.h>

#include <sstream>
#include <thread>
#include <vector>

using namespace diamond;
using namespace diamond::testing;

namespace {

constexpr std::size_t time_length = 24;  // "2026-11-23T08:15:00.123Z"

std::string text_line(std::string_view message, const Json& fields) {
  std::ostringstream out;
  Log(out, LogFormat::text).info(message, fields);
  return out.str();
}

std::size_t lines_in(const std::string& text) {
  return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
}

}  // namespace

TEST_CASE("a text line has the time, the level, the message and the fields") {
  const std::string line = text_line("model loaded", {{"id", "abc"}, {"rows", 7}});
  CHECK(line.substr(time_length) == " info    model loaded id=abc rows=7\n");
  CHECK(line.substr(0, 2) == "20");
  CHECK(line[time_length - 1] == 'Z');
}

TEST_CASE("a text field that could be misread stands in quotes") {
  const auto shown = [](const std::string& value) {
    const std::string line = text_line("m", {{"v", value}});
    return line.substr(line.find("v="));
  };
  CHECK(shown("two words") == "v=\"two words\"\n");
  CHECK(shown("a=b") == "v=\"a=b\"\n");
  CHECK(shown("") == "v=\"\"\n");
  CHECK(shown("say \"hi\"") == "v=\"say \\\"hi\\\"\"\n");
  CHECK(shown("first\nsecond") == "v=\"first\\nsecond\"\n");
  CHECK(shown("\x1b[31mred") == "v=\"\\u001b[31mred\"\n");
}

TEST_CASE("a message with a line end is still one line that controls no terminal") {
  const std::string line = text_line("first\nsecond\x1b[31m", Json::object());
  CHECK(lines_in(line) == 1);
  CHECK(line.find('\x1b') == std::string::npos);
  check_says(line, {"first", "second"});
}

TEST_CASE("a JSON line is an object with the members in their order") {
  std::ostringstream out;
  Log log(out, LogFormat::json);
  log.error("it \"broke\"\n", {{"path", "a b"}, {"rows", 7}});
  REQUIRE(lines_in(out.str()) == 1);
  Json line = Json::parse(out.str());
  CHECK(line["time"].get<std::string>().size() == time_length);
  line.erase("time");
  CHECK(line.dump() == R"({"level":"error","message":"it \"broke\"\n","path":"a b","rows":7})");
}

TEST_CASE("bytes that are no UTF-8 do not stop the log") {
  std::ostringstream out;
  Log(out, LogFormat::json).warning("m", {{"file", "caf\xe9.csv"}});
  CHECK(Json::parse(out.str())["file"] == "caf\xef\xbf\xbd.csv");  // U+FFFD
}

TEST_CASE("what is below the least level is not written") {
  std::ostringstream out;
  Log log(out, LogFormat::text, LogLevel::warning);
  log.info("chatter");
  log.warning("beware");
  log.error("broken");
  CHECK(out.str().find("chatter") == std::string::npos);
  check_says(out.str(), {" warning beware\n", " error   broken\n"});
}

TEST_CASE("the log file gets every further line and keeps the earlier ones") {
  const TemporaryDirectory directory;
  directory.write("a.log", "before\n");
  std::ostringstream out;
  Log log(out, LogFormat::text);
  log.info("not in the file");
  log.also_write_to(directory / "a.log");
  log.info("in the file");
  const std::string file = read_file(directory / "a.log");
  CHECK(file.substr(0, 7) == "before\n");
  CHECK(lines_in(file) == 2);
  check_says(file, {"in the file"});
  check_says(message_of<StorageError>([&] { log.also_write_to(directory / "none/a.log"); }),
             {(directory / "none/a.log").string()});
}

TEST_CASE("lines from several threads stay whole") {
  std::ostringstream out;
  Log log(out, LogFormat::json);
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 4; ++t)
      threads.emplace_back([&log, t] {
        for (int i = 0; i < 200; ++i) log.info("line", {{"thread", t}, {"i", i}});
      });
  }
  std::istringstream in(out.str());
  std::size_t whole = 0;
  for (std::string line; std::getline(in, line);)
    whole += Json::parse(line, nullptr, false).is_object() ? 1 : 0;
  CHECK(whole == 800);
}
