#include <diamond/core/json_schema.h>
#include <diamond/models/estimator.h>

namespace diamond {

void Estimator::check_params(const Json& params, std::string_view place) const {
  check_against_schema(params, params_schema(), place);
}

Json checked_params(const Estimator& estimator, const Json& params, std::string_view place) {
  estimator.check_params(params, place);
  return with_defaults(params, estimator.params_schema());
}

}  // namespace diamond
