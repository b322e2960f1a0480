#include "model_shelf.h"

#include "catch.h"
#include "support/messages.h"
#include "support/trained_history.h"

#include <diamond/core/error.h>

using namespace diamond;
using namespace diamond::serve;
using namespace diamond::testing;

namespace {

/// Five models that cost a moment each.
struct Fixture : EmptyHistory {
  std::vector<Manifest> models = train({{{"kind", "linear"}, {"name", "1"}},
                                        {{"kind", "linear"}, {"name", "2"}},
                                        {{"kind", "linear"}, {"name", "3"}},
                                        {{"kind", "linear"}, {"name", "4"}},
                                        {{"kind", "linear"}, {"name", "5"}}});
  ModelKeeper keeper{registry, catalog, IdChoice{models[0].id}, log};
  ModelShelf shelf{registry, catalog, keeper, log};
};

}  // namespace

TEST_CASE("the model in service is not loaded a second time") {
  Fixture f;
  CHECK(f.shelf.get(f.models[0].id) == f.keeper.current());
}

TEST_CASE("a model that was asked for stays at hand until three others were") {
  Fixture f;
  const auto first = f.shelf.get(f.models[1].id);
  CHECK(first->manifest.id == f.models[1].id);
  (void)f.shelf.get(f.models[2].id);
  (void)f.shelf.get(f.models[3].id);
  CHECK(f.shelf.get(f.models[1].id) == first);  // and is the last asked for now
  (void)f.shelf.get(f.models[4].id);
  (void)f.shelf.get(f.models[2].id);
  CHECK(f.shelf.get(f.models[1].id) == first);
  const std::weak_ptr<const ServedModel> third = f.shelf.get(f.models[3].id);
  (void)f.shelf.get(f.models[4].id);
  (void)f.shelf.get(f.models[2].id);
  CHECK_FALSE(third.expired());
  (void)f.shelf.get(f.models[1].id);
  CHECK(third.expired());
}

TEST_CASE("a model that is not there is a usage error, one that is damaged is told in the log") {
  Fixture f;
  check_says(message_of<UsageError>([&] { (void)f.shelf.get("nothing"); }), {"no model is called"});
  f.damage(f.models[2].id);
  check_says(message_of<StorageError>([&] { (void)f.shelf.get(f.models[2].id); }),
             {"not as it was"});
  check_says(f.said.str(), {"cannot be loaded", f.models[2].id});
}
