// The model that a request is answered with.
#pragma once

#include "../http/problem.h"
#include "../model_shelf.h"
#include "../served_model.h"

#include <memory>
#include <optional>
#include <string>

namespace diamond::serve {

/// The model in service. Throws ProblemError 503 that says why there is none.
[[nodiscard]] std::shared_ptr<const ServedModel> served_model(const ModelKeeper& keeper);

/// Where the models come from that endpoints are made with.
struct Models {
  const ModelKeeper& keeper;
  ModelShelf& shelf;

  /// The one of this id, or "champion", or the one in service. Throws
  /// ProblemError: 404 where the history has none such, 503 where there is none or it cannot be
  /// loaded.
  [[nodiscard]] std::shared_ptr<const ServedModel> get(const std::optional<std::string>& id) const;
};

/// 404.
[[nodiscard]] Problem no_such_model(const std::string& id);

}  // namespace diamond::serve
