// How the stones that prices were asked for differ from what a model has learned from: read from
// the traffic log.
#pragma once

#include "../served_model.h"
#include "../traffic/traffic_store.h"

#include <diamond/core/clock.h>
#include <diamond/trust/drift.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <stop_token>

namespace diamond::serve {

/// Of more requests only the newest are looked at.
inline constexpr std::int64_t most_requests = 10'000;

/// Chance alone makes fewer look like a drift.
inline constexpr std::size_t least_requests = 200;

/// How far back is looked where nobody says.
inline constexpr auto usual_span = std::chrono::hours(24 * 7);

/// The stones of the requests since then that were answered with a price; and the prices, where
/// they are this model's. Ends early where it is asked to stop. Throws ProblemError 503 where the
/// database does not answer. `served` outlives what is returned.
[[nodiscard]] Drift read_drift(TrafficStore& store, const ServedModel& served, Timestamp since,
                               const std::stop_token& stop = {});

}  // namespace diamond::serve
