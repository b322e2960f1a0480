// Any text as a training configuration, of ours or of the original service: read or refused.
#include <diamond/core/error.h>
#include <diamond/models/estimator_catalog.h>
#include <diamond/pipeline/training_config.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const diamond::EstimatorCatalog catalog = diamond::builtin_estimators();
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const diamond::Json document = diamond::Json::parse(text, nullptr, false);
  if (document.is_discarded()) return 0;
  try {
    std::vector<std::string> notes;
    const diamond::Json ours = diamond::in_our_form(document, "fuzz", notes);
    (void)diamond::parse_training_config(ours, catalog, "fuzz");
  } catch (const diamond::Error&) {
  }
  return 0;
}
