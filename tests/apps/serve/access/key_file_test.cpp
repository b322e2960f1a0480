#include "access/key_file.h"

#include "catch.h"
#include "support/keys.h"
#include "support/messages.h"

#include <diamond/core/error.h>

#include <thread>

using namespace diamond;
using namespace diamond::serve;
using namespace diamond::testing;

namespace {

namespace fs = std::filesystem;

struct Fixture {
  TemporaryDirectory directory;
  fs::path file = directory / "below/keys.json";

  [[nodiscard]] std::vector<std::string> names() const {
    std::vector<std::string> names;
    for (const ApiKey& one : parse_api_keys(read_key_file(file), "")) names.push_back(one.name);
    return names;
  }
};

using Names = std::vector<std::string>;

}  // namespace

TEST_CASE("the first key makes the file, and none but its owner can read it") {
  const Fixture f;
  add_key(f.file, key("shop", Role::predict));
  CHECK(f.names() == Names{"shop"});
  CHECK(fs::status(f.file).permissions() == (fs::perms::owner_read | fs::perms::owner_write));
}

TEST_CASE("keys are added and removed one by one, and the others stay as they are") {
  const Fixture f;
  for (const ApiKey& one : Keys::all()) add_key(f.file, one);
  remove_key(f.file, "ops");
  CHECK(f.names() == Names{"shop", "boss", "slow"});
  CHECK(parse_api_keys(read_key_file(f.file), "")[2] == Keys::all()[3]);
}

TEST_CASE("a name that is taken, or that is not there, changes nothing") {
  const Fixture f;
  add_key(f.file, key("shop", Role::predict));
  const std::string before = read_key_file(f.file);
  check_says(message_of<UsageError>([&] { add_key(f.file, key("shop", Role::admin)); }),
             {f.file.string(), "'shop' already"});
  check_says(message_of<UsageError>([&] { remove_key(f.file, "shpo"); }),
             {f.file.string(), "no key 'shpo'", "did you mean 'shop'"});
  check_says(message_of<UsageError>([&] { remove_key(f.file, "ops"); }), {"keys list"});
  CHECK(read_key_file(f.file) == before);
}

TEST_CASE("a file that is broken is left as it is") {
  const Fixture f;
  f.directory.write("below/keys.json", "{");
  CHECK_THROWS_AS(add_key(f.file, key("shop", Role::predict)), UsageError);
  CHECK_THROWS_AS(remove_key(f.file, "shop"), UsageError);
  CHECK(read_key_file(f.file) == "{");
}

TEST_CASE("a link stays a link") {
  const Fixture f;
  f.directory.write("below/keys.json", to_text({}));
  fs::create_symlink(f.file, f.directory / "link");
  add_key(f.directory / "link", key("shop", Role::predict));
  CHECK(fs::is_symlink(f.directory / "link"));
  CHECK(f.names() == Names{"shop"});
}

TEST_CASE("keys that are added at once are all there") {
  const Fixture f;
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 8; ++i)
      threads.emplace_back(
          [&, i] { add_key(f.file, key("key" + std::to_string(i), Role::predict)); });
  }
  CHECK(f.names().size() == 8);
}

TEST_CASE("what is no file is told") {
  const Fixture f;
  check_says(message_of<UsageError>([&] { (void)read_key_file(f.file); }),
             {f.file.string(), "No such file"});
  check_says(message_of<UsageError>([&] { (void)read_key_file(f.directory.path()); }),
             {"directory"});
  check_says(message_of<UsageError>([&] { (void)read_key_file("/dev/null"); }),
             {"/dev/null", "no file that can be read twice"});
  CHECK_THROWS_AS(remove_key(f.directory / "keys.json", "shop"), UsageError);
  CHECK(names_in(f.directory.path()).empty());
}
