// Any text as the manifest of a model: refused, or read and the same once written and read again.
#include <diamond/core/error.h>
#include <diamond/registry/manifest.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  try {
    const diamond::Json json = to_json(diamond::parse_manifest(text, "fuzz"));
    if (to_json(diamond::parse_manifest(json.dump(), "fuzz")) != json) std::abort();
  } catch (const diamond::Error&) {
  }
  return 0;
}
