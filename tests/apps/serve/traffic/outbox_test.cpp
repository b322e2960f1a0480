#include "traffic/outbox.h"

#include "catch.h"
#include "support/exchanges.h"
#include "support/messages.h"
#include "support/temporary_directory.h"

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

void record(Outbox& outbox, const Exchange& exchange) {
  const Exchange* one = &exchange;
  outbox.record({&one, 1});
}

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
    CHECK(ids(outbox.next()) == std::vector<std::int64_t>{1, 2, 3});
    outbox.remove_up_to(1);
    CHECK(outbox.state().waiting == 2);
    CHECK(outbox.state().behind_seconds > 0);
  }
  Outbox outbox(f.settings, f.log);
  CHECK(outbox.name() == name);
  CHECK(outbox.state().waiting == 2);
  outbox.remove_up_to(3);
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
  CHECK(outbox.state().is_full);
  CHECK(outbox.state().waiting == room);
  outbox.remove_up_to(1);
  CHECK_FALSE(outbox.state().is_full);
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
  CHECK_FALSE(state.is_full);
  const std::string said = f.said.str();
  check_says(said, {"answered and NOT recorded", "no room"});
  CHECK(said.find("NOT recorded") == said.rfind("NOT recorded"));
  outbox.remove_up_to(2);
  record(outbox, f.large);
  check_says(f.said.str(), {"the outbox has room again"});
}
