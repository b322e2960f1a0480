#include "chosen_model.h"

#include <diamond/core/error.h>

namespace diamond::serve {
namespace {

Problem no_model(std::string why) {
  Problem problem = Problem::of_status(503);
  problem.code = "no-model";
  problem.detail = std::move(why);
  return problem;
}

}  // namespace

std::shared_ptr<const ServedModel> served_model(const ModelKeeper& keeper) {
  std::shared_ptr<const ServedModel> served = keeper.current();
  if (served) return served;
  throw ProblemError(no_model("no model is in service: " + keeper.problem()));
}

std::shared_ptr<const ServedModel> Models::get(const std::optional<std::string>& id) const {
  if (!id) return served_model(keeper);
  try {
    return shelf.get(*id);
  } catch (const UsageError&) {
    throw ProblemError(no_such_model(*id));
  } catch (const Error&) {
    throw ProblemError(no_model("this model cannot be loaded; the server's log says why"));
  }
}

Problem no_such_model(const std::string& id) {
  Problem problem = Problem::of_status(404);
  problem.detail = id == "champion" ? "there is no champion yet"
                                    : "the history has no model of this id; GET /models lists them";
  return problem;
}

}  // namespace diamond::serve
