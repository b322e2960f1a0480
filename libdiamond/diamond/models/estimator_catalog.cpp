#include <diamond/core/error.h>
#include <diamond/core/spelling.h>
#include <diamond/models/blend.h>
#include <diamond/models/estimator_catalog.h>

#include <utility>

// Every kind that learns by itself: its name, and the function that makes its estimator, which its
// own file defines. A new kind is one line here.
#define DIAMOND_KINDS(KIND)                     \
  KIND(gaussian_process, make_gaussian_process) \
  KIND(linear, make_linear_regression)          \
  KIND(xgboost, make_xgboost_regressor)

namespace diamond {

#define DECLARE_KIND(name, make) std::unique_ptr<Estimator> make();
DIAMOND_KINDS(DECLARE_KIND)
#undef DECLARE_KIND

EstimatorCatalog builtin_estimators() {
  EstimatorCatalog catalog;
#define ADD_KIND(name, make) catalog.add(#name, make());
  DIAMOND_KINDS(ADD_KIND)
#undef ADD_KIND
  catalog.add("blend", make_blend(catalog));  // of all the kinds above
  return catalog;
}

void EstimatorCatalog::add(std::string kind, std::shared_ptr<const Estimator> estimator) {
  estimators_.emplace(std::move(kind), std::move(estimator));
}

const Estimator& EstimatorCatalog::at(std::string_view kind, std::string_view place) const {
  const auto found = estimators_.find(kind);
  if (found != estimators_.end()) return *found->second;
  throw UsageError(place, "there is no kind of model called " + printable(kind),
                   "the kinds are " + join(kinds()));
}

std::vector<std::string_view> EstimatorCatalog::kinds() const {
  std::vector<std::string_view> kinds;
  for (const auto& [kind, estimator] : estimators_) kinds.emplace_back(kind);
  return kinds;
}

}  // namespace diamond
