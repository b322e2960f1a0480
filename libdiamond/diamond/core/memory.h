// How much memory there is, and how people say so.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace diamond {

/// Bytes that the processes of this machine, or of this container, can have.
[[nodiscard]] std::uint64_t machine_memory();

/// "512 MiB", "2GiB": a whole number of KiB, MiB, GiB or TiB. Nothing: it is none.
[[nodiscard]] std::optional<std::uint64_t> parse_bytes(std::string_view text);

/// From now on this process gives large pieces of memory back to the system when it frees them,
/// where it would keep some for later: slower, for one that works at the limit of what it may take.
void return_freed_memory_at_once();

}  // namespace diamond
