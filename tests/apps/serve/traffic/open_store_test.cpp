#include "traffic/open_store.h"

#include "catch.h"
#include "support/exchanges.h"
#include "support/messages.h"
#include "support/temporary_directory.h"

#include <diamond/core/error.h>

#include <filesystem>
#include <sstream>

using namespace diamond;
using namespace diamond::serve;
using namespace diamond::testing;

namespace {

struct Fixture {
  TemporaryDirectory directory;
  std::ostringstream said;
  Log log{said, LogFormat::text};

  std::unique_ptr<TrafficStore> open(const std::string& database) {
    return open_store({database, (directory / "outbox.db").string(), Durability::process}, log);
  }
};

}  // namespace

TEST_CASE("a URL is shown without its password") {
  const auto shows = [](const std::string& url, const std::string& shown) {
    CHECK(without_password(url) == shown);
  };
  shows("postgresql://ann:secret@host/db", "postgresql://ann:***@host/db");
  shows("postgresql://ann:secret@host:5433/db?sslmode=require",
        "postgresql://ann:***@host:5433/db?sslmode=require");
  shows("postgres://ann:s:e@c?r#e&t@host/db", "postgres://ann:***@host/db");
  shows("postgresql://ann:pa/ss@wo@host/db", "postgresql://ann:***@host/db");
  shows("postgresql://:secret@host", "postgresql://:***@host");
  shows("postgresql://ann:secret@/db", "postgresql://ann:***@/db");
  shows("postgresql://ann:secret@[::1]:5432/db", "postgresql://ann:***@[::1]:5432/db");
  shows("postgresql://host/db?password=secret", "postgresql://host/db?password=***");
  shows("postgresql://host/db?user=ann&password=s%26t&sslmode=require",
        "postgresql://host/db?user=ann&password=***&sslmode=require");
  shows("postgresql://host/db?password=a b&user=ann", "postgresql://host/db?password=***&user=ann");
  shows("postgresql://host/db?sslkey=k&sslpassword=secret",
        "postgresql://host/db?sslkey=k&sslpassword=***");
  shows("postgresql://ann:secret@host/db?password=other",
        "postgresql://ann:***@host/db?password=***");
  shows("mysql://ann:secret@host/db", "mysql://ann:***@host/db");
  shows("host=h password=secret user=ann", "host=h password=*** user=ann");
  shows("host=h password = 'a \\' secret' user=ann", "host=h password = *** user=ann");
}

TEST_CASE("a URL without a password is shown as it is") {
  for (const char* url :
       {"postgresql://host/db", "postgresql://ann@host:5432/db", "postgresql:///db?host=/run/pg",
        "postgresql://[::1]:5432/db", "postgresql://a:5432,b:5432/db", "sqlite:/var/lib/traffic.db",
        "none", ""}) {
    INFO(url);
    CHECK(without_password(url) == url);
  }
}

TEST_CASE("sqlite:PATH opens a file and makes what is missing") {
  Fixture f;
  const std::filesystem::path file = f.directory / "a/traffic.db";
  record(*f.open("sqlite:" + file.string()), exchange());
  CHECK(std::filesystem::exists(file));
  CHECK(f.open("sqlite:" + file.string())->read({}).size() == 1);
  CHECK(f.said.str().empty());
}

TEST_CASE("none keeps nothing and the log says so loudly") {
  Fixture f;
  const auto store = f.open("none");
  record(*store, exchange());
  CHECK(store->read({}).empty());
  check_says(f.said.str(), {"warn", "NO TRAFFIC IS LOGGED"});
}

TEST_CASE("a database of another kind is an error with those that are known and no password") {
  Fixture f;
  for (const char* url : {"", "sqlite:", "sqlite", "SQLITE:a.db", "traffic.db", "None",
                          "mysql://ann:secret@host/db", "host=h user=ann password=secret"}) {
    INFO(url);
    const std::string message = message_of<UsageError>([&] { (void)f.open(url); });
    check_says(message, {"--database", "is no database that is known", "sqlite:PATH",
                         "postgresql://user:password@host/database", "none"});
    CHECK(message.find("secret") == std::string::npos);
  }
}

TEST_CASE("a PostgreSQL that cannot be reached is an error without the password") {
  Fixture f;
  for (const char* url : {"postgresql://ann:secret@127.0.0.1:1/db",
                          "postgres://ann@127.0.0.1:1/db?password=secret"}) {
    const std::string message = message_of<StorageError>([&] { (void)f.open(url); });
    check_says(message, {"ann", "127.0.0.1:1/db", "***"});
    CHECK(message.find("secret") == std::string::npos);
  }
}
