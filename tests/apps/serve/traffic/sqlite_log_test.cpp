#include "traffic/sqlite_log.h"

#include "catch.h"
#include "support/exchanges.h"
#include "support/messages.h"
#include "support/temporary_directory.h"
#include "traffic/exchange_id.h"

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

using Numbers = std::vector<int>;

struct Fixture {
  TemporaryDirectory directory;
  std::filesystem::path file = directory / "traffic.db";

  [[nodiscard]] SqliteLog open() const { return {file, Durability::process}; }

  /// Does with the file what no store does.
  void execute(const char* sql) const {
    sqlite3* database = nullptr;
    const bool done = sqlite3_open(file.c_str(), &database) == SQLITE_OK &&
                      sqlite3_exec(database, sql, nullptr, nullptr, nullptr) == SQLITE_OK;
    sqlite3_close(database);
    if (!done) throw std::runtime_error(sql);
  }
};

/// Numbered from `first` to `last`.
void record_some(SqliteLog& store, int first, int last) {
  for (int number = first; number <= last; ++number) {
    Exchange one = exchange();
    one.duration_ms = number;
    record(store, one);
  }
}

/// Which of them these are.
Numbers numbers(const std::vector<Exchange>& exchanges) {
  Numbers numbers;
  for (const Exchange& one : exchanges) numbers.push_back(static_cast<int>(one.duration_ms));
  return numbers;
}

/// Of the exchange with this number.
std::int64_t id_of(SqliteLog& store, int number) {
  for (const Exchange& one : store.read({}))
    if (one.duration_ms == number) return one.id;
  throw std::runtime_error("there is none with this number");
}

LogQuery of_page(std::int64_t limit, std::int64_t before) {
  LogQuery query;
  query.limit = limit;
  query.before = before;
  return query;
}

}  // namespace

TEST_CASE("an exchange reads back from SQLite with every column") {
  const Fixture f;
  SqliteLog store = f.open();
  Exchange written = exchange("samples", 404);
  written.request_id = "4bf92f35";
  written.method = "PUT";
  written.path = "/it's \"here\"; --";
  written.duration_ms = 0.1 + 0.2;
  written.model_id = "model-1";
  written.client = "192.0.2.0/24";
  written.api_key = "shop";
  written.trace_id = "0af7651916cd43dd8448eb211c80319c";
  written.request = R"({"a": "\u20ac €"})";
  written.response = std::string(100000, '7');
  record(store, written);
  const std::vector<Exchange> read = store.read({});
  REQUIRE(read.size() == 1);
  CHECK(read[0].id > 0);
  CHECK((columns(read[0]) == columns(written)));
}

TEST_CASE("an exchange without a model reads back without one") {
  const Fixture f;
  SqliteLog store = f.open();
  record(store, exchange());
  CHECK((columns(store.read({}).at(0)) == columns(exchange())));
  CHECK(store.read({}).at(0).model_id.empty());
  f.execute("CREATE TABLE proof (model_id TEXT NOT NULL)");
  CHECK_THROWS_AS(f.execute("INSERT INTO proof SELECT model_id FROM exchanges"),
                  std::runtime_error);  // it is NULL, not ''
}

TEST_CASE("the newest exchanges come first, a page at a time") {
  const Fixture f;
  SqliteLog store = f.open();
  record_some(store, 1, 5);
  CHECK(numbers(store.read({})) == Numbers{5, 4, 3, 2, 1});
  CHECK(numbers(store.read(of_page(2, id_of(store, 5) + 1))) == Numbers{5, 4});
  CHECK(numbers(store.read(of_page(2, id_of(store, 4)))) == Numbers{3, 2});
  CHECK(numbers(store.read(of_page(2, id_of(store, 2)))) == Numbers{1});
  CHECK(store.read(of_page(2, id_of(store, 1))).empty());
}

TEST_CASE("at most a hundred exchanges are read where nobody says how many") {
  const Fixture f;
  SqliteLog store = f.open();
  record_some(store, 1, 101);
  CHECK(store.read({}).size() == 100);
}

TEST_CASE("exchanges are chosen by endpoint and status") {
  const Fixture f;
  SqliteLog store = f.open();
  const auto record_one = [&](int number, const char* endpoint, int status) {
    Exchange one = exchange(endpoint, status);
    one.duration_ms = number;
    record(store, one);
  };
  record_one(1, "predict", 200);
  record_one(2, "samples", 399);
  record_one(3, "logs", 400);
  record_one(4, "predict", 499);
  record_one(5, "predict", 500);
  const auto read = [&](const std::vector<std::string>& endpoints,
                        std::optional<StatusRange> status = {}) {
    LogQuery query;
    query.endpoints = endpoints;
    query.status = status;
    return numbers(store.read(query));
  };
  CHECK(read({"predict"}) == Numbers{5, 4, 1});
  CHECK(read({"logs", "samples"}) == Numbers{3, 2});
  CHECK(read({}, StatusRange{400, 499}) == Numbers{4, 3});
  CHECK(read({}, StatusRange{399, 399}) == Numbers{2});
  CHECK(read({}, StatusRange{200, 299}) == Numbers{1});
  CHECK(read({"predict"}, StatusRange{400, 599}) == Numbers{5, 4});
  CHECK(read({"nothing"}).empty());
  CHECK(read({"' OR '1'='1"}).empty());
}

TEST_CASE("exchanges are chosen by model, request and time") {
  const Fixture f;
  SqliteLog store = f.open();
  const Timestamp start = std::chrono::system_clock::now();
  const auto time = [&](int number) { return start + std::chrono::milliseconds(number); };
  for (int number = 1; number <= 4; ++number) {
    Exchange one = exchange();
    one.duration_ms = number;
    one.timestamp = iso_time(time(number));
    one.model_id = number % 2 == 0 ? "even" : "odd";
    one.request_id = "request-" + std::to_string(number);
    std::this_thread::sleep_until(time(number));  // as in life it is recorded after it came
    record(store, one);
  }
  LogQuery query;
  query.model_id = "even";
  CHECK(numbers(store.read(query)) == Numbers{4, 2});
  query.request_id = "request-2";
  CHECK(numbers(store.read(query)) == Numbers{2});
  query = {};
  query.since = time(2);
  CHECK(numbers(store.read(query)) == Numbers{4, 3, 2});
  query.until = time(4);
  CHECK(numbers(store.read(query)) == Numbers{3, 2});
  query.until = time(2);
  CHECK(store.read(query).empty());
}

TEST_CASE("all that was recorded before is visited, the oldest first, whatever the limit") {
  const Fixture f;
  SqliteLog store = f.open();
  record_some(store, 1, 150);
  std::vector<Exchange> visited;
  LogQuery query;
  query.limit = 10;
  visit_file(f.file, query, [&](const Exchange& one) {
    if (visited.empty()) record_some(store, 151, 151);
    visited.push_back(one);
  });
  CHECK(visited.size() == 150);
  CHECK(numbers(visited).front() == 1);
  CHECK(numbers(visited).back() == 150);
}

TEST_CASE("a log of the schema before is brought up to date: its ids tell the time then") {
  const Fixture f;
  // As version 3 left it, with two exchanges of the same millisecond.
  f.execute(
      "CREATE TABLE exchanges (id INTEGER PRIMARY KEY AUTOINCREMENT, timestamp TEXT NOT NULL, "
      "request_id TEXT NOT NULL, endpoint TEXT NOT NULL, method TEXT NOT NULL, path TEXT NOT NULL, "
      "status INTEGER NOT NULL, duration_ms REAL NOT NULL, model_id TEXT, request TEXT, response "
      "TEXT);"
      "CREATE INDEX exchanges_by_endpoint ON exchanges (endpoint, id) WHERE endpoint <> 'predict';"
      "CREATE INDEX exchanges_by_status ON exchanges (status, id) WHERE status >= 400;"
      "CREATE TABLE outbox (name TEXT NOT NULL, reached TEXT);"
      "INSERT INTO outbox VALUES ('name', NULL);"
      "CREATE TABLE schema_migrations (version INTEGER PRIMARY KEY, applied_at TEXT NOT NULL);"
      "INSERT INTO schema_migrations VALUES (1, ''), (2, ''), (3, '');"
      "INSERT INTO exchanges VALUES "
      "(1, '2026-11-24T08:00:00.000Z', 'r', 'predict', 'POST', '/', 200, 1, NULL, '1', '1'),"
      "(2, '2026-11-24T08:00:00.123Z', 'r', 'predict', 'POST', '/', 404, 2, NULL, '1', '1'),"
      "(3, '2026-11-24T08:00:00.123Z', 'r', 'predict', 'POST', '/', 200, 3, 'm', '1', '1')");
  check_says(message_of<StorageError>([&] { visit_file(f.file, {}, [](const Exchange&) {}); }),
             {"older schema", "start diamond-serve on it once"});
  SqliteLog store = f.open();
  store.prepare_for_search();
  record_some(store, 4, 4);
  CHECK(numbers(store.read({})) == Numbers{4, 3, 2, 1});
  LogQuery query;
  query.since = parse_iso_time("2026-11-24T08:00:00.123Z");
  query.until = parse_iso_time("2026-11-24T08:00:00.124Z");
  CHECK(numbers(store.read(query)) == Numbers{3, 2});
  query.status = {404, 404};
  CHECK(numbers(store.read(query)) == Numbers{2});
  CHECK(store.read({}).at(3).id / 2'000'000 == 1'795'507'200);
}

TEST_CASE("exchanges are still there when the file is opened again") {
  const Fixture f;
  for (const Durability durability : {Durability::process, Durability::power}) {
    SqliteLog store(f.file, durability);
    record(store, exchange());
  }
  CHECK(f.open().read({}).size() == 2);
}

TEST_CASE("the directory of the database is made") {
  const TemporaryDirectory directory;
  SqliteLog store(directory / "a/b/traffic.db", Durability::process);
  CHECK(std::filesystem::exists(directory / "a/b/traffic.db"));
}

TEST_CASE("a database of a newer schema is refused and left alone") {
  const Fixture f;
  { SqliteLog store = f.open(); }
  f.execute("INSERT INTO schema_migrations VALUES (99, 'tomorrow')");
  check_says(message_of<StorageError>([&] { (void)f.open(); }),
             {"sqlite:" + f.file.string(), "newer schema 99", "update diamond-serve"});
  f.execute("DELETE FROM schema_migrations WHERE version = 99");
  SqliteLog store = f.open();
  record(store, exchange());
}

TEST_CASE("what is no database is an error with its place") {
  const Fixture f;
  f.directory.write("traffic.db", "this is no database, though it is long enough to be a header");
  check_says(message_of<StorageError>([&] { (void)f.open(); }),
             {"sqlite:" + f.file.string(), "the database does not work", "permissions"});
  (void)message_of<StorageError>([&] { (void)SqliteLog(f.directory.path(), Durability::process); });
  (void)message_of<StorageError>(
      [&] { (void)SqliteLog(f.file / "below-a-file.db", Durability::process); });
}

TEST_CASE("an exchange that cannot be written is an error and the next one is written") {
  const Fixture f;
  SqliteLog store = f.open();
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
  SqliteLog store = f.open();
  CHECK(store.oldest(10, 1000).empty());
  CHECK(store.count() == 0);
  CHECK(store.oldest_time() == 0);
  record_some(store, 1, 5);
  CHECK(store.count() == 5);
  CHECK(std::abs(store.oldest_time() - 1795507200) < 0.001);  // 2026-11-24T08:00Z
  CHECK(numbers(store.oldest(3, 1000)) == Numbers{1, 2, 3});
  const std::int64_t third = id_of(store, 3);
  CHECK(store.remove_up_to(third, 1000) == 3);
  CHECK(numbers(store.oldest(3, 1000)) == Numbers{4, 5});
  CHECK(store.remove_up_to(third, 1000) == 0);
  CHECK(store.count() == 2);
  CHECK(numbers(store.read({})) == Numbers{5, 4});
  CHECK(store.remove_up_to(id_of(store, 5), 1) == 1);
  CHECK(numbers(store.read({})) == Numbers{5});
}

TEST_CASE("no more bytes are read at a time than asked for, but always one exchange") {
  const Fixture f;
  SqliteLog store = f.open();
  Exchange large = exchange();
  large.request = "\"" + std::string(998, '7') + "\"";
  for (int i = 0; i < 5; ++i) record(store, large);
  CHECK(store.oldest(10, 1).size() == 1);
  CHECK(store.oldest(10, 2500).size() == 3);
}

TEST_CASE("a store with a limit takes no more, and again when there is room") {
  const Fixture f;
  SqliteLog store = f.open();
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
  store.remove_up_to(store.oldest(2, 1'000'000).back().id, 1000);
  record(store, large);
  CHECK(store.count() == taken - 1);
}

TEST_CASE("a large file gives its space back once it is empty") {
  const Fixture f;
  SqliteLog store = f.open();
  Exchange large = exchange();
  large.request = "\"" + std::string(10'000'000, '7') + "\"";
  for (int i = 0; i < 8; ++i) record(store, large);
  CHECK(std::filesystem::file_size(f.file) > 64'000'000);
  const std::vector<Exchange> all = store.read({});
  store.remove_up_to(all[1].id, 1000);
  CHECK(std::filesystem::file_size(f.file) > 64'000'000);
  store.remove_up_to(all[0].id, 1000);
  record_some(store, 1, 2000);  // which leads to a checkpoint
  CHECK(std::filesystem::file_size(f.file) < 16'000'000);
  CHECK(numbers(store.oldest(1, 1)) == Numbers{1});
}

TEST_CASE("an outbox knows which database it was connected to, and its slot there") {
  const Fixture f;
  CHECK(f.open().reached().empty());
  f.open().set_reached("postgresql://me:***@db/traffic");
  CHECK(f.open().reached() == "postgresql://me:***@db/traffic");
  f.open().set_slot(7);
  SqliteLog store = f.open();
  record_some(store, 1, 2);
  CHECK(id_of(store, 1) % slots == 7);
  store.set_slot(8);
  record_some(store, 3, 3);
  CHECK(id_of(store, 2) % slots == 7);
  CHECK(id_of(store, 3) % slots == 8);
}

TEST_CASE("an id never comes back though its exchange was removed and the clock stands") {
  const Fixture f;
  const std::int64_t in_a_year =
      next_exchange_id(0, 0, std::chrono::system_clock::now() + std::chrono::hours(24 * 365));
  {
    SqliteLog store = f.open();
    record_some(store, 1, 1);
    f.execute(("UPDATE sqlite_sequence SET seq = " + std::to_string(in_a_year)).c_str());
    record_some(store, 2, 2);
    CHECK(id_of(store, 2) / slots == in_a_year / slots + 1);
    store.remove_up_to(id_of(store, 2), 1000);
  }
  SqliteLog store = f.open();
  record_some(store, 3, 3);
  CHECK(id_of(store, 3) / slots == in_a_year / slots + 2);
}

TEST_CASE("several threads record at once and others read meanwhile") {
  const Fixture f;
  SqliteLog store = f.open();
  SqliteLog of_another_program = f.open();
  std::size_t most_seen = 0;
  {
    const std::jthread first([&] { record_some(store, 1, 100); });
    const std::jthread second([&] { record_some(store, 1, 100); });
    const std::jthread third([&] { record_some(of_another_program, 1, 100); });
    for (int i = 0; i < 20; ++i) most_seen = std::max(most_seen, store.read({}).size());
  }
  CHECK(most_seen <= 100);
  LogQuery query;
  query.limit = 1000;
  const std::vector<std::int64_t> all = ids(store.read(query));
  CHECK(all.size() == 300);
  CHECK(std::set<std::int64_t>(all.begin(), all.end()).size() == 300);
}
