// Whether exchanges can be recorded, in the same words to all that ask: /readyz, /v2/health/ready
// and /metrics.
#pragma once

#include "../traffic/trouble.h"

namespace diamond::serve {

/// Who is told that they cannot sends nothing more, but only a new request shows whether it is
/// over: so it is not told for longer than ten seconds after it was last met.
[[nodiscard]] inline bool is_recording(const Trouble& recording) {
  constexpr double told_for_seconds = 10;
  return !recording.is_fresh(told_for_seconds);
}

}  // namespace diamond::serve
