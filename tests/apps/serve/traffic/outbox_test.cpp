#include "traffic/outbox.h"

#include "catch.h"
#include "support/exchanges.h"
#include "support/messages.h"
#include "support/temporary_directory.h"

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
  TrafficSettings settings{.database = "postgresql://db/traffic",
                           .outbox = (directory / "waiting" / "outbox.db").string()};
  Exchange large = exchange();

  Fixture() { large.request = "\"" + std::string(99'998, '7') + "\""; }

  /// Records until there is no room; says how many there was room for.
  std::int64_t fill(Outbox& outbox) const {
    const Exchange* one = &large;
    for (std::int64_t taken = 0; taken < 100; ++taken) try {
        outbox.record({&one, 1});
      } catch (const StorageFull&) {
        return taken;
      }
    throw std::runtime_error("it is never full");
  }
};

}  // namespace

TEST_CASE("an outbox counts what waits in it, from one start to the next") {
  Fixture f;
  std::string name;
  {
    Outbox outbox(f.settings, f.log);
    name = outbox.name();
    CHECK(outbox.state().waiting == 0);
    CHECK(outbox.state().behind_seconds == 0);
    for (int i = 0; i < 3; ++i) record(outbox, exchange());
    CHECK(outbox.state().waiting == 3);
    const std::vector<std::int64_t> all = ids(outbox.next());
    REQUIRE(all.size() == 3);
    outbox.remove_up_to(all[0]);
    CHECK(outbox.state().waiting == 2);
    CHECK(outbox.state().behind_seconds > 0);
  }
  Outbox outbox(f.settings, f.log);
  CHECK(outbox.name() == name);
  CHECK(outbox.state().waiting == 2);
  outbox.remove_up_to(outbox.next().back().id);
  CHECK(outbox.state().waiting == 0);
  CHECK(outbox.state().behind_seconds == 0);
}

TEST_CASE("a second server on the same outbox is refused and told who has it") {
  Fixture f;
  const Outbox outbox(f.settings, f.log);
  check_says(message_of<StorageError>([&] { const Outbox second(f.settings, f.log); }),
             {f.settings.outbox, "another server has this outbox", "serve-tests", "--outbox"});
}

TEST_CASE("a full outbox refuses until there is room") {
  Fixture f;
  f.settings.outbox_limit = 1'000'000;
  Outbox outbox(f.settings, f.log);
  const std::int64_t room = f.fill(outbox);
  CHECK(room >= 5);
  CHECK(outbox.state().waiting == room);
  outbox.remove_up_to(outbox.next().front().id);
  record(outbox, f.large);
  CHECK(outbox.state().waiting == room);
  CHECK(outbox.state().dropped == 0);
}

TEST_CASE("a full outbox drops where that was chosen, counts and says it") {
  Fixture f;
  f.settings.outbox_limit = 1'000'000;
  f.settings.when_full = WhenFull::drop;
  Outbox outbox(f.settings, f.log);
  for (int i = 0; i < 20; ++i) record(outbox, f.large);
  const TrafficState state = outbox.state();
  CHECK(state.waiting >= 5);
  CHECK(state.dropped == 20 - state.waiting);
  const std::string said = f.said.str();
  check_says(said, {"answered and NOT recorded", "no room"});
  CHECK(said.find("NOT recorded") == said.rfind("NOT recorded"));
  outbox.remove_up_to(outbox.next()[1].id);
  record(outbox, f.large);
  check_says(f.said.str(), {"the outbox has room again"});
}

TEST_CASE("an outbox that went back in time gives no id again") {
  Fixture f;
  const std::filesystem::path file = f.settings.outbox;
  {
    Outbox outbox(f.settings, f.log);
    record(outbox, exchange());
  }
  std::filesystem::copy_file(file, f.directory / "backup.db");
  std::int64_t given = 0;
  {
    Outbox outbox(f.settings, f.log);
    for (int i = 0; i < 1000; ++i) record(outbox, exchange());
    given = outbox.next().back().id;
  }
  std::filesystem::copy_file(f.directory / "backup.db", file,
                             std::filesystem::copy_options::overwrite_existing);
  Outbox outbox(f.settings, f.log);
  record(outbox, exchange());
  CHECK(outbox.state().waiting == 2);
  CHECK(outbox.next().back().id > given);
}

TEST_CASE("many exchanges are removed in parts, over gaps between their ids") {
  Fixture f;
  for (int start = 0; start < 3; ++start) {
    Outbox outbox(f.settings, f.log);
    for (int i = 0; i < 900; ++i) record(outbox, exchange());
  }
  Outbox outbox(f.settings, f.log);
  CHECK(outbox.state().waiting == 2700);
  const std::vector<std::int64_t> all = ids(outbox.next());
  REQUIRE(all.size() == 2700);
  outbox.remove_up_to(all[2499]);
  CHECK(outbox.state().waiting == 200);
  CHECK(ids(outbox.next()).front() == all[2500]);
}
