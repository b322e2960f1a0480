// Points in time as the project writes them.
#pragma once

#include <chrono>
#include <string>

namespace diamond {

using Timestamp = std::chrono::system_clock::time_point;

/// UTC to the millisecond, ISO 8601: "2026-11-23T08:15:00.123Z". Sorts as text the way it sorts in
/// time.
[[nodiscard]] std::string iso_time(Timestamp time);

/// UTC to the second without separators, for names of files: "20261123T081500Z".
[[nodiscard]] std::string compact_time(Timestamp time);

}  // namespace diamond
