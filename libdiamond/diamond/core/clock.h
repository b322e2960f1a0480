// Points in time as the project writes them.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace diamond {

using Timestamp = std::chrono::system_clock::time_point;

/// UTC to the millisecond, ISO 8601: "2026-11-23T08:15:00.123Z". Sorts as text the way it sorts in
/// time.
[[nodiscard]] std::string iso_time(Timestamp time);

/// A day ("2026-11-23": its first moment, UTC), or a moment of ISO 8601 with its zone:
/// "2026-11-23T08:15Z", "2026-11-23T08:15:00.123Z", "2026-11-23T09:15:00+01:00". A time before 1700
/// or after 2200, which a Timestamp may not hold, is taken for the first or last between them.
/// Nothing: the text is none of these, or no such day or hour exists.
[[nodiscard]] std::optional<Timestamp> parse_iso_time(std::string_view text);

/// UTC to the second without separators, for names of files: "20261123T081500Z".
[[nodiscard]] std::string compact_time(Timestamp time);

}  // namespace diamond
