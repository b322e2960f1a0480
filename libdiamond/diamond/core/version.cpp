#include <diamond/core/version.h>

namespace diamond {

std::string_view version() {
  return DIAMOND_VERSION;
}

}  // namespace diamond
