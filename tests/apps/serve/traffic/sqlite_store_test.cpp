#include "traffic/sqlite_store.h"

#include "catch.h"
#include "support/exchanges.h"
#include "support/messages.h"
#include "support/temporary_directory.h"

#include <diamond/core/error.h>

#include <sqlite3.h>

#include <cmath>
#include <filesystem>
#include <set>
#include <stdexcept>
#include <thread>

using namespace diamond;
using namespace diamond::serve;
using namespace diamond::testing;

namespace {

using Ids = std::vector<std::int64_t>;

struct Fixture {
  TemporaryDirectory directory;
  std::filesystem::path file = directory / "traffic.db";

  [[nodiscard]] SqliteStore open() const { return {file, Durability::process}; }

  /// Does with the file what no store does.
  void execute(const char* sql) const {
    sqlite3* database = nullptr;
    const bool done = sqlite3_open(file.c_str(), &database) == SQLITE_OK &&
                      sqlite3_exec(database, sql, nullptr, nullptr, nullptr) == SQLITE_OK;
    sqlite3_close(database);
    if (!done) throw std::runtime_error(sql);
  }
};

void record_some(SqliteStore& store, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) record(store, exchange());
}

}  // namespace

TEST_CASE("an exchange reads back from SQLite with every column") {
  const Fixture f;
  SqliteStore store = f.open();
  Exchange written = exchange("samples", 404);
  written.request_id = "4bf92f35";
  written.method = "PUT";
  written.path = "/it's \"here\"; --";
  written.duration_ms = 0.1 + 0.2;
  written.model_id = "model-1";
  written.request = R"({"a": "\u20ac €"})";
  written.response = std::string(100000, '7');
  record(store, written);
  const std::vector<Exchange> read = store.read({});
  REQUIRE(read.size() == 1);
  CHECK(read[0].id == 1);
  CHECK((columns(read[0]) == columns(written)));
}

TEST_CASE("an exchange without a model reads back without one") {
  const Fixture f;
  SqliteStore store = f.open();
  record(store, exchange());
  CHECK((columns(store.read({}).at(0)) == columns(exchange())));
  CHECK(store.read({}).at(0).model_id.empty());
  f.execute("CREATE TABLE proof (model_id TEXT NOT NULL)");
  CHECK_THROWS_AS(f.execute("INSERT INTO proof SELECT model_id FROM exchanges"),
                  std::runtime_error);  // it is NULL, not ''
}

TEST_CASE("the newest exchanges come first, a page at a time") {
  const Fixture f;
  SqliteStore store = f.open();
  record_some(store, 5);
  CHECK(ids(store.read({})) == Ids{5, 4, 3, 2, 1});
  CHECK(ids(store.read({2, {}, {}, {}})) == Ids{5, 4});
  CHECK(ids(store.read({2, 4, {}, {}})) == Ids{3, 2});
  CHECK(ids(store.read({2, 2, {}, {}})) == Ids{1});
  CHECK(store.read({2, 1, {}, {}}).empty());
}

TEST_CASE("at most a hundred exchanges are read where nobody says how many") {
  const Fixture f;
  SqliteStore store = f.open();
  record_some(store, 101);
  CHECK(store.read({}).size() == 100);
}

TEST_CASE("exchanges are chosen by endpoint and status") {
  const Fixture f;
  SqliteStore store = f.open();
  record(store, exchange("predict", 200));  // 1
  record(store, exchange("samples", 399));
  record(store, exchange("logs", 400));
  record(store, exchange("predict", 499));
  record(store, exchange("predict", 500));  // 5
  const auto read = [&](const std::vector<std::string>& endpoints,
                        std::optional<StatusRange> status = {}) {
    return ids(store.read({100, {}, endpoints, status}));
  };
  CHECK(read({"predict"}) == Ids{5, 4, 1});
  CHECK(read({"logs", "samples"}) == Ids{3, 2});
  CHECK(read({}, StatusRange{400, 499}) == Ids{4, 3});
  CHECK(read({}, StatusRange{399, 399}) == Ids{2});
  CHECK(read({"predict"}, StatusRange{400, 599}) == Ids{5, 4});
  CHECK(read({"nothing"}).empty());
  CHECK(read({"' OR '1'='1"}).empty());
  CHECK(ids(store.read({1, 5, {"predict"}, StatusRange{100, 599}})) == Ids{4});
}

TEST_CASE("exchanges are still there when the file is opened again") {
  const Fixture f;
  for (const Durability durability : {Durability::process, Durability::power}) {
    SqliteStore store(f.file, durability);
    record(store, exchange());
  }
  CHECK(ids(f.open().read({})) == Ids{2, 1});
}

TEST_CASE("the directory of the database is made") {
  const TemporaryDirectory directory;
  SqliteStore store(directory / "a/b/traffic.db", Durability::process);
  CHECK(std::filesystem::exists(directory / "a/b/traffic.db"));
}

TEST_CASE("a database of a newer schema is refused and left alone") {
  const Fixture f;
  { SqliteStore store = f.open(); }
  f.execute("INSERT INTO schema_migrations VALUES (99, 'tomorrow')");
  check_says(message_of<StorageError>([&] { (void)f.open(); }),
             {"sqlite:" + f.file.string(), "newer schema 99", "update diamond-serve"});
  f.execute("DELETE FROM schema_migrations WHERE version = 99");
  SqliteStore store = f.open();
  record(store, exchange());
}

TEST_CASE("what is no database is an error with its place") {
  const Fixture f;
  f.directory.write("traffic.db", "this is no database, though it is long enough to be a header");
  check_says(message_of<StorageError>([&] { (void)f.open(); }),
             {"sqlite:" + f.file.string(), "the database does not work", "permissions"});
  (void)message_of<StorageError>(
      [&] { (void)SqliteStore(f.directory.path(), Durability::process); });
  (void)message_of<StorageError>(
      [&] { (void)SqliteStore(f.file / "below-a-file.db", Durability::process); });
}

TEST_CASE("an exchange that cannot be written is an error and the next one is written") {
  const Fixture f;
  SqliteStore store = f.open();
  f.execute(
      "CREATE TRIGGER full BEFORE INSERT ON exchanges BEGIN SELECT raise(ABORT, 'full'); END");
  check_says(message_of<StorageError>([&] { record(store, exchange()); }), {"full"});
  f.execute("DROP TRIGGER full");
  record(store, exchange("samples"));
  CHECK(store.read({}).at(0).endpoint == "samples");
}

TEST_CASE("an outbox keeps its name and no other has it") {
  const Fixture f;
  const Fixture other;
  const std::string name = f.open().outbox_name();
  CHECK(name.size() == 32);
  CHECK(f.open().outbox_name() == name);
  CHECK(other.open().outbox_name() != name);
}

TEST_CASE("the oldest exchanges are read first for shipping, and removed") {
  const Fixture f;
  SqliteStore store = f.open();
  CHECK(store.oldest(10, 1000).empty());
  CHECK(store.count() == 0);
  CHECK(store.oldest_time() == 0);
  record_some(store, 5);
  CHECK(store.count() == 5);
  CHECK(std::abs(store.oldest_time() - 1795507200) < 0.001);  // 2026-11-24T08:00Z
  CHECK(ids(store.oldest(3, 1000)) == Ids{1, 2, 3});
  CHECK(store.remove_up_to(3, 1000) == 3);
  CHECK(ids(store.oldest(3, 1000)) == Ids{4, 5});
  CHECK(store.remove_up_to(3, 1000) == 0);
  CHECK(store.count() == 2);
  CHECK(ids(store.read({})) == Ids{5, 4});
  CHECK((columns(store.oldest(1, 1000).at(0)) == columns(exchange())));
}

TEST_CASE("no more bytes are read at a time than asked for, but always one exchange") {
  const Fixture f;
  SqliteStore store = f.open();
  Exchange large = exchange();
  large.request = "\"" + std::string(998, '7') + "\"";
  for (int i = 0; i < 5; ++i) record(store, large);
  CHECK(ids(store.oldest(10, 1)) == Ids{1});
  CHECK(ids(store.oldest(10, 2500)) == Ids{1, 2, 3});
}

TEST_CASE("a store with a limit takes no more, and again when there is room") {
  const Fixture f;
  SqliteStore store = f.open();
  store.limit_to(1'000'000);
  Exchange large = exchange();
  large.request = "\"" + std::string(99'998, '7') + "\"";
  std::int64_t taken = 0;
  CHECK_THROWS_AS(
      [&] {
        for (; taken < 100; ++taken) record(store, large);
      }(),
      StorageFull);
  CHECK(taken >= 5);
  CHECK(taken <= 10);
  CHECK(store.count() == taken);
  store.remove_up_to(2, 1000);
  record(store, large);
  CHECK(store.count() == taken - 1);
}

TEST_CASE("a large file gives its space back once it is empty") {
  const Fixture f;
  SqliteStore store = f.open();
  Exchange large = exchange();
  large.request = "\"" + std::string(10'000'000, '7') + "\"";
  for (int i = 0; i < 8; ++i) record(store, large);
  CHECK(std::filesystem::file_size(f.file) > 64'000'000);
  store.remove_up_to(7, 1000);
  CHECK(std::filesystem::file_size(f.file) > 64'000'000);
  store.remove_up_to(8, 1000);
  record_some(store, 2000);  // which leads to a checkpoint
  CHECK(std::filesystem::file_size(f.file) < 16'000'000);
  CHECK(ids(store.oldest(1, 1)) == Ids{9});
}

TEST_CASE("an outbox knows which database it was connected to") {
  const Fixture f;
  CHECK(f.open().reached().empty());
  f.open().set_reached("postgresql://me:***@db/traffic");
  CHECK(f.open().reached() == "postgresql://me:***@db/traffic");
}

TEST_CASE("an id never comes back though its exchange was removed") {
  const Fixture f;
  {
    SqliteStore store = f.open();
    record_some(store, 3);
    store.remove_up_to(3, 1000);
    record(store, exchange());
    CHECK(ids(store.read({})) == Ids{4});
    store.remove_up_to(4, 1000);
  }
  SqliteStore store = f.open();
  record(store, exchange());
  CHECK(ids(store.read({})) == Ids{5});
}

TEST_CASE("several threads record at once and others read meanwhile") {
  const Fixture f;
  SqliteStore store = f.open();
  SqliteStore of_another_program = f.open();
  std::size_t most_seen = 0;
  {
    const std::jthread first([&] { record_some(store, 100); });
    const std::jthread second([&] { record_some(store, 100); });
    const std::jthread third([&] { record_some(of_another_program, 100); });
    for (int i = 0; i < 20; ++i) most_seen = std::max(most_seen, store.read({}).size());
  }
  CHECK(most_seen <= 100);
  const Ids all = ids(store.read({1000, {}, {}, {}}));
  CHECK(all.size() == 300);
  CHECK(std::set<std::int64_t>(all.begin(), all.end()).size() == 300);
  CHECK(all.front() == 300);
}
