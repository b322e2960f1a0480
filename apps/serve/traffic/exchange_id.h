// What the ids of exchanges mean: when they were recorded, and by which server.
#pragma once

#include <diamond/core/clock.h>

#include <cstdint>
#include <string>

namespace diamond::serve {

/// So many servers may share a database. Each has a slot of its own, from 0, given by the database.
inline constexpr std::int64_t slots = 32;

/// The id of an exchange that is recorded now by the server of this slot, after one with the id
/// `last`. It counts units of 16 µs since 1970, times `slots`, plus the slot: two servers give the
/// same only where they share a slot, the ids of all of them are in the order of time, and a web
/// page can hold them (below 2^53 until 2112). Where the clock stands or goes back, ids rise on:
/// they may be ahead of it.
[[nodiscard]] std::int64_t next_exchange_id(std::int64_t last, std::int64_t slot, Timestamp now);

/// For a server that the database has given none yet. `outbox`: its name.
[[nodiscard]] std::int64_t slot_until_given(const std::string& outbox);

/// Whether an id is of the time before ids told it.
[[nodiscard]] bool is_without_time(std::int64_t id);

/// What such an id becomes.
[[nodiscard]] std::int64_t with_time(std::int64_t id, Timestamp time);

/// The lowest id that an exchange can have that is recorded at this time or later.
[[nodiscard]] std::int64_t first_exchange_id(Timestamp time);

}  // namespace diamond::serve
