#include "access/key_keeper.h"

#include "catch.h"
#include "support/keys.h"
#include "support/messages.h"

#include <diamond/core/error.h>
#include <diamond/core/file.h>

#include <mutex>
#include <sstream>
#include <streambuf>
#include <string>

using namespace diamond;
using namespace diamond::serve;
using namespace diamond::testing;

namespace {

/// The log is read by the tests while the keeper's own thread may write to it: under one lock.
class SharedLog : public std::streambuf {
 public:
  std::string text() {
    const std::lock_guard lock(mutex_);
    return text_;
  }

 protected:
  std::streamsize xsputn(const char* from, std::streamsize size) override {
    const std::lock_guard lock(mutex_);
    text_.append(from, static_cast<std::size_t>(size));
    return size;
  }
  int overflow(int c) override {
    const std::lock_guard lock(mutex_);
    text_ += static_cast<char>(c);
    return c;
  }

 private:
  std::mutex mutex_;
  std::string text_;
};

std::size_t count(const std::string& text, const std::string& what) {
  std::size_t found = 0;
  for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + 1))
    ++found;
  return found;
}

struct Fixture {
  SharedLog said;
  std::ostream out{&said};
  Log log{out, LogFormat::text};
  Keys keys{log};

  bool knows(const std::string& name) {
    return keys.keeper.current()->find(secret_of(name)) != nullptr;
  }
  void refresh_with(const std::string& text) {
    replace_file(keys.directory / "keys.json", text);
    keys.keeper.refresh();
  }
};

}  // namespace

TEST_CASE("a file of keys has to be in order at the start") {
  const TemporaryDirectory directory;
  std::ostringstream said;
  Log log(said, LogFormat::text);
  CHECK_THROWS_AS(KeyKeeper(directory / "none.json", log), UsageError);
  CHECK_THROWS_AS(KeyKeeper(directory.write("broken.json", "{"), log), UsageError);
}

TEST_CASE("another text in the file is taken, and requests that run keep what they have") {
  Fixture f;
  CHECK(f.knows("shop"));
  const auto before = f.keys.keeper.current();
  f.refresh_with(to_text({key("new", Role::predict)}));
  CHECK(f.knows("new"));
  CHECK_FALSE(f.knows("shop"));
  CHECK(before->find(secret_of("shop")) != nullptr);
  check_says(f.said.text(), {"keys in force", "keys=4", "keys=1"});
}

TEST_CASE("a text of the same length at the same time is another one too") {
  Fixture f;
  const auto path = f.keys.directory / "keys.json";
  const auto time = std::filesystem::last_write_time(path);
  std::string text = to_text(Keys::all());
  text.replace(text.find("shop"), 4, "shot");
  f.keys.directory.write("keys.json", text);  // in its place, not by a rename
  std::filesystem::last_write_time(path, time);
  f.keys.keeper.refresh();
  CHECK(f.keys.keeper.current()->find(secret_of("shop"))->key.name == "shot");
}

TEST_CASE("a broken or missing file leaves the old keys in force, and is told once") {
  Fixture f;
  for (int i = 0; i < 3; ++i) f.refresh_with("{");
  CHECK(f.knows("shop"));
  CHECK(count(f.said.text(), "the old keys stay in force") == 1);
  CHECK(count(f.said.text(), "keys.json:1:2") == 1);
  std::filesystem::remove(f.keys.directory / "keys.json");
  for (int i = 0; i < 3; ++i) f.keys.keeper.refresh();
  CHECK(f.knows("shop"));
  CHECK(count(f.said.text(), "the old keys stay in force") == 2);
  CHECK(count(f.said.text(), "No such file") == 1);
  f.refresh_with(to_text(Keys::all()));
  f.keys.keeper.refresh();
  CHECK(f.knows("shop"));
  CHECK(count(f.said.text(), "in order again") == 1);
  CHECK(count(f.said.text(), "keys in force") == 1);  // they are the same
}

TEST_CASE("what a key has used up stays used up when the file changes") {
  Fixture f;
  const auto take = [&] {
    const RateLimit::Clock::time_point now{std::chrono::seconds(1000)};
    return f.keys.keeper.current()->find(secret_of("slow"))->limit->take(now).count() == 0;
  };
  CHECK(take());
  CHECK(take());
  std::vector<ApiKey> more = Keys::all();
  more.push_back(key("new", Role::admin));
  f.refresh_with(to_text(more));
  CHECK(f.knows("new"));
  CHECK_FALSE(take());
}
